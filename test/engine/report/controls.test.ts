// What hosts say does not control the terminal; our own colours do.
import * as assert from 'uvu/assert';
import { Sources } from '../../../engine/document/source.ts';
import { dict } from '../../../engine/document/value.ts';
import { choosePaint } from '../../../engine/report/colour.ts';
import { withoutControls } from '../../../engine/report/controls.ts';
import { terminalReport } from '../../../engine/report/terminal.ts';
import type { RunEvent, TaskInfo } from '../../../engine/run/events.ts';
import { failedResult, makeResult } from '../../../engine/run/result_values.ts';
import { describe } from '../../support/suite.ts';

const position = { file: 'play.yml', line: 2, column: 3 };
const evil = 'a\u001b[2K\u009b31m\u001b[31mb\r\u0007';
const shown = String.raw`a\u001b[2K\u009b31m\u001b[31mb\u000d\u0007`;
const task: TaskInfo = {
  id: 't',
  name: `do ${evil}`,
  isNamed: true,
  module: 'debug',
  role: undefined,
  position,
  isHandler: false,
};

const events: readonly RunEvent[] = [
  { type: 'task-start', task },
  { type: 'result', task, host: 'h', result: failedResult(`m ${evil}`) },
  {
    type: 'result',
    task,
    host: 'h',
    result: makeResult('failed', dict({ stderr: evil }), { message: 'no', warnings: [`w ${evil}`] }),
  },
  { type: 'result', task, host: 'h', result: makeResult('ok', dict({ msg: 'x\u009b2K' })) },
  {
    type: 'warning',
    problem: { code: 'unsupported', severity: 'warning', summary: `s ${evil}`, detail: evil, position },
  },
];

async function written(environment: NodeJS.ProcessEnv, isShort: boolean): Promise<string> {
  let text = '';
  const report = terminalReport(
    { columns: 200, write: (part) => (text += part) },
    {
      verbosity: 0,
      isShort,
      isTerminal: false,
      paint: choosePaint(false, environment),
      sources: new Sources(),
    },
  );
  for (const event of events) report.take(event);
  await report.close();
  return text;
}

describe('report/controls', ({ test }) => {
  test('control characters are written out, newline and tab stay', () => {
    assert.is(withoutControls(`${evil}\n\t\u0000é`), `${shown}\n\t${String.raw`\u0000`}é`);
  });

  for (const isShort of [false, true])
    test(`nothing that a host says reaches the terminal as a control${isShort ? ', in the short form' : ''}`, async () => {
      const text = await written({}, isShort);
      assert.is(withoutControls(text), text);
      assert.match(text, `m ${shown}`);
      assert.match(text, `stderr: ${shown}`);
      assert.match(text, `w ${shown}`);
      assert.match(text, `s ${shown}`);
      if (!isShort) assert.match(text, `TASK [do ${shown}]`);
      if (!isShort) assert.match(text, String.raw`"msg": "x\u009b2K"`);
    });

  test('colours are ours alone', async () => {
    const text = await written({ FORCE_COLOR: '1' }, false);
    assert.match(text, `\u001b[31mfatal: [h]: FAILED! => m ${shown}\u001b[0m`);
    // eslint-disable-next-line no-control-regex
    const rest = text.replaceAll(/\u001b\[(0|1|31|32|33|34|35|33;1)m/g, '');
    assert.is(withoutControls(rest), rest);
  });
});
