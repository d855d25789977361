import * as assert from 'uvu/assert';
import { Sources } from '../../../engine/document/source.ts';
import { dict, type Position, withMarks } from '../../../engine/document/value.ts';
import { textContent } from '../../../engine/module/content.ts';
import { differenceLines } from '../../../engine/report/difference_text.ts';
import { jsonLines } from '../../../engine/report/json_lines.ts';
import { diffLines } from '../../../engine/report/line_diff.ts';
import { Redactor } from '../../../engine/report/redact.ts';
import { terminalReport } from '../../../engine/report/terminal.ts';
import type { RunEvent, TaskInfo, TaskResult } from '../../../engine/run/events.ts';
import { failedResult, makeResult } from '../../../engine/run/result_values.ts';
import { describe } from '../../support/suite.ts';

const position: Position = { file: 'play.yml', line: 2, column: 3 };
const task: TaskInfo = {
  id: 't',
  name: 'Do it',
  isNamed: true,
  module: 'copy',
  role: 'web',
  position,
  isHandler: false,
};

async function terminalText(events: readonly RunEvent[], verbosity = 0, isShort = false): Promise<string> {
  const sources = new Sources();
  sources.add('play.yml', 'tasks:\n- copy: x\n');
  let text = '';
  const report = terminalReport(
    { columns: 40, write: (part) => (text += part) },
    { verbosity, isShort, isTerminal: false, paint: (_colour, part) => part, sources },
  );
  for (const event of events) report.take(event);
  await report.close();
  return text;
}

function ended(result: TaskResult): RunEvent[] {
  return [
    { type: 'task-start', task },
    { type: 'result', task, host: 'h', result },
  ];
}

describe('report', ({ test }) => {
  test('a task is told by role and name, a failure with its place in the source', async () => {
    const text = await terminalText(
      ended(
        failedResult('no such file', {
          problem: { code: 'bad-parameter', severity: 'error', summary: 'x', position },
        }),
      ),
    );
    assert.match(text, 'TASK [web : Do it] ***');
    assert.match(text, 'fatal: [h]: FAILED! => no such file');
    assert.match(text, '--> play.yml:2:3');
    assert.match(text, '2 | - copy: x');
  });

  test('a message stands alone, with its keys in order; a variable of a loop has its item beside it', async () => {
    const told = (values: Parameters<typeof dict>[0]): Promise<string> =>
      terminalText(
        ended(makeResult('ok', dict(values))).map((event) =>
          'task' in event ? { ...event, task: { ...task, module: 'debug' } } : event,
        ),
      );
    const rest = { changed: false, ansible_loop_var: 'item', item: 1 };
    assert.match(
      await told({ ...rest, msg: dict({ z: 1, a: dict({ y: 1, b: 2 }) }) }),
      /ok: \[h\] => \{\n {4}"msg": \{\n {8}"a": \{\n {12}"b": 2,\n {12}"y": 1\n {8}\},\n {8}"z": 1\n {4}\}\n\}/,
    );
    assert.match(
      await told({ ...rest, shown: 2 }),
      /=> \{\n {4}"ansible_loop_var": "item",\n {4}"item": 1,\n {4}"shown": 2\n\}/,
    );
  });

  test('what is included is told with the item that it is for', async () => {
    const included = [
      { name: 'one.yml', label: "{'k': 'v'}" },
      { name: 'two.yml', label: undefined },
    ];
    const text = await terminalText(ended(makeResult('ok', dict({}), { included })));
    assert.match(text, "included: one.yml for h => (item={'k': 'v'})\nincluded: two.yml for h\n");
  });

  test('a failed assertion tells which condition did not hold', async () => {
    const values = dict({ assertion: '1 == 2', evaluated_to: false });
    assert.match(
      await terminalText(ended(failedResult('Assertion failed', { values }))),
      '  assertion: 1 == 2',
    );
  });

  test('the message of an assertion that holds is shown, unless it is quiet and nobody asks for more', async () => {
    const told = (more: Partial<TaskResult>, verbosity?: number): Promise<string> =>
      terminalText(
        ended(makeResult('ok', dict({ changed: false, msg: 'fine' }), more)).map((event) =>
          'task' in event ? { ...event, task: { ...task, module: 'assert' } } : event,
        ),
        verbosity,
      );
    assert.match(await told({}), '"msg": "fine"');
    assert.not.match(await told({ quiet: true }), 'fine');
    assert.match(await told({ quiet: true }, 1), '"msg": "fine"');
  });

  test('the short form has a line for each task, and hosts only where something is wrong', async () => {
    const check: TaskInfo = { ...task, id: 'c', name: 'Arguments', module: 'validate_argument_spec' };
    const say: TaskInfo = { ...task, id: 's', name: 'Say', module: 'debug', role: undefined };
    const said = makeResult('ok', dict({ msg: 'read this' }));
    const results = (info: TaskInfo, ...all: readonly TaskResult[]): RunEvent[] => [
      { type: 'task-start', task: info },
      ...all.map((_result, index): RunEvent => ({ type: 'host-start', task: info, host: `h${index}` })),
      ...all.map((result, index): RunEvent => ({ type: 'result', task: info, host: `h${index}`, result })),
    ];
    const text = await terminalText(
      [
        { type: 'play-start', name: 'Web', hosts: ['h0', 'h1'], position },
        ...results(check, makeResult('ok', dict({})), makeResult('ok', dict({}))),
        ...results(task, makeResult('changed', dict({})), makeResult('ok', dict({}))),
        ...results(say, said, said),
        ...results({ ...task, id: 'f', name: 'Break' }, failedResult('no space')),
        { type: 'play-no-hosts', name: 'Nobody', position },
      ],
      0,
      true,
    );
    const lines = text.split('\n').map((line) => line.replace(/\s+[\d.]+ s$/, '').trim());
    assert.match(text, /web : Do it +1 changed, 1 ok/);
    assert.not.match(text, 'Arguments');
    assert.is(lines.filter((line) => line === 'read this').length, 1);
    assert.match(text, /web : Break\nfatal: \[h0\]: FAILED! => no space/);
    assert.match(text, /web : Break +1 failed/);
    assert.not.match(text, 'TASK [');
  });

  test('secrets are stars in messages, values and labels, by mark and wherever their text turns up', async () => {
    const secrets = new Set(['hunter22']);
    const values = dict({ msg: 'it is hunter22', key: withMarks('other', { secret: true }) });
    const text = await terminalText(ended(makeResult('ok', values, { secrets })), 1);
    assert.not.match(text, 'hunter22');
    assert.not.match(text, 'other');
    assert.match(text, '********');
    let json = '';
    const report = jsonLines((part) => (json += part));
    for (const event of ended(makeResult('ok', values, { secrets }))) report.take(event);
    await report.close();
    assert.not.match(json, 'hunter22');
    assert.not.match(json, 'other');
  });

  test('-vvv and JSON lines tell the round trips and bytes of a task on a host', async () => {
    const events = ended(makeResult('ok', dict({}), { roundTrips: 2, bytes: 345 }));
    assert.match(await terminalText(events, 3), '(2 round trips, 345 bytes)');
    assert.not.match(await terminalText(events, 2), 'round trips');
    let json = '';
    const report = jsonLines((part) => (json += part));
    for (const event of events) report.take(event);
    await report.close();
    assert.match(json, /"round_trips":2,"bytes":345/);
  });

  test('no_log hides values, message and diff', async () => {
    const difference = { header: '/f', before: 'old', after: 'new' };
    const result = failedResult('private words', { noLog: true, differences: [difference] });
    const text = await terminalText(ended(result), 3);
    assert.not.match(text, 'private words');
    assert.not.match(text, 'new');
    assert.match(text, 'no_log');
  });

  test('content that check mode does not know is told as such, and never read', async () => {
    const open = (): never => {
      throw new Error('it was read');
    };
    const lines = await differenceLines({
      header: '/x',
      before: 'a\n',
      after: { sha256: '', size: -1, open },
    });
    assert.equal(lines, ['--- before: /x', '+++ after: /x', '(what it holds only a run can tell)']);
  });

  test('a secret content is never shown in a diff', async () => {
    const lines = await differenceLines({
      header: '/key',
      before: null,
      after: textContent('private', { secret: true }),
    });
    assert.not.match(lines.join('\n'), 'private');
  });

  test('short secrets are hidden by their mark only', () => {
    const redactor = new Redactor();
    redactor.learn(['a']);
    assert.is(redactor.text('banana'), 'banana');
    assert.is(redactor.value(withMarks('a', { secret: true })), '********');
  });

  test('a diff has hunks with three lines of context', () => {
    const before = ['1', '2', '3', '4', '5', '6', '7', '8', ''].join('\n');
    assert.equal(diffLines(before, before.replace('5', 'five')), [
      '@@ -2,7 +2,7 @@',
      ' 2',
      ' 3',
      ' 4',
      '-5',
      '+five',
      ' 6',
      ' 7',
      ' 8',
    ]);
    assert.equal(diffLines('', 'a\n'), ['@@ -0,0 +1 @@', '+a']);
    assert.equal(diffLines('a', 'a\n').slice(1), ['-a', '\\ No newline at end of file', '+a']);
    assert.equal(diffLines('same\n', 'same\n'), []);
  });
});
