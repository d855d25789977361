// The page of a run, made from events: what stands in it, what cannot get into it, how big it may become.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { dict, withMarks } from '../../../engine/document/value.ts';
import { textContent } from '../../../engine/module/content.ts';
import { limits } from '../../../engine/report/page/limits.ts';
import { pageReport, whyNoPage } from '../../../engine/report/page/page_report.ts';
import type { Topology } from '../../../engine/report/page/view.ts';
import {
  blankRecap,
  type HostRecap,
  type RunEvent,
  type TaskInfo,
  type TaskResult,
} from '../../../engine/run/events.ts';
import { failedResult, makeResult, skippedResult } from '../../../engine/run/result_values.ts';
import { describe } from '../../support/suite.ts';

const position = { file: '/site/roles/web/tasks/main.yml', line: 12, column: 3 };

function taskOf(id: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return {
    id,
    name: `Task ${id}`,
    isNamed: true,
    module: 'copy',
    role: 'web',
    position,
    isHandler: false,
    ...more,
  };
}

function start(hosts: readonly string[], name = 'Web servers'): RunEvent[] {
  return [
    { type: 'run-start', playbooks: ['/site/site.yml'], checkMode: false },
    { type: 'play-start', name, hosts, position: { file: '/site/site.yml', line: 2, column: 3 } },
  ];
}

function ended(task: TaskInfo, host: string, result: TaskResult): RunEvent[] {
  return [
    { type: 'task-start', task },
    { type: 'host-start', task, host },
    { type: 'result', task, host, result },
  ];
}

function end(
  recap: Readonly<Record<string, Partial<HostRecap>>>,
  more: { interrupted?: boolean } = {},
): RunEvent {
  return {
    type: 'run-end',
    recap: new Map(Object.entries(recap).map(([host, counters]) => [host, { ...blankRecap, ...counters }])),
    durationMs: 2000,
    byRole: new Map([['web', 1500]]),
    interrupted: more.interrupted ?? false,
    left: [],
    lost: [],
    unhandled: [],
  };
}

async function pageOf(
  events: Iterable<RunEvent>,
  topology: Topology = { groups: [], hosts: [] },
): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-page-'));
  try {
    const file = path.join(folder, 'run.html');
    const problems: (string | undefined)[] = [];
    const report = pageReport(
      { file, topology, command: 'hardway playbook site.yml', folder: '/site' },
      (problem) => problems.push(problem),
    );
    for (const event of events) report.take(event);
    await report.close();
    assert.equal(problems, [undefined]);
    assert.is(statSync(file).mode & 0o777, 0o600);
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('page of a run', ({ test }) => {
  test('tells command, hosts with their counts, roles, plays, tasks with file and line, and groups', async () => {
    const changed = makeResult('changed', dict({}), {
      roundTrips: 3,
      bytes: 4200,
      differences: [{ header: '/etc/motd', before: 'old\n', after: 'new\n' }],
    });
    const page = await pageOf(
      [
        ...start(['web-1', 'web-2']),
        ...ended(taskOf('1', { name: 'Message of the day' }), 'web-1', changed),
        ...ended(taskOf('1'), 'web-2', skippedResult('motd is false')),
        end({ 'web-1': { changed: 1, ok: 1 }, 'web-2': { skipped: 1 } }),
      ],
      {
        groups: [
          { name: 'web', hosts: ['web-1', 'web-2'] },
          { name: 'empty', hosts: ['elsewhere'] },
        ],
        hosts: [
          { name: 'web-1', address: '10.0.0.7' },
          { name: 'web-2', address: undefined },
        ],
      },
    );
    for (const told of [
      '<h1>site.yml</h1>',
      '<code>hardway playbook site.yml</code>',
      '<th scope="row">web-1</th>',
      '4.2 kB',
      'Web servers',
      'Message of the day',
      'roles/web/tasks/main.yml:12',
      '<del>-old</del>',
      '<ins>+new</ins>',
      'motd is false',
      '10.0.0.7',
      'All well',
      'data-host="web-1"',
    ])
      assert.ok(page.includes(told), told);
    assert.not.match(page, 'elsewhere');
    assert.is(page.match(/<svg class="lane"/g)?.length, 2);
  });

  test('what failed stands above, with its place and output', async () => {
    const values = dict({ rc: 3, stderr: 'disk is full' });
    const page = await pageOf([
      ...start(['web-1']),
      ...ended(taskOf('1'), 'web-1', makeResult('failed', values, { message: 'it ended with 3' })),
      end({ 'web-1': { failed: 1 } }),
    ]);
    assert.match(page, '1 host failed');
    assert.match(page, /Needs a look[^]*<a href="#t1">web : Task 1<\/a> on web-1[^]*it ended with 3/);
    assert.match(page, 'stderr: disk is full');
  });

  test('text of hosts and playbooks is text: no markup, no attribute, no script gets in', async () => {
    const evil = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;
    const task = taskOf('1', { name: evil, role: evil, module: 'debug' });
    const result = failedResult(evil, {
      differences: [{ header: evil, before: evil, after: null }],
      warnings: [evil],
    });
    const page = await pageOf(
      [
        ...start([evil], evil),
        { type: 'task-start', task },
        { type: 'item', task, host: evil, result, label: evil },
        { type: 'result', task, host: evil, result },
        { type: 'warning', problem: { code: 'wrong-type', severity: 'warning', summary: evil } },
        end({ [evil]: { failed: 1 } }),
      ],
      { groups: [{ name: evil, hosts: [evil] }], hosts: [{ name: evil, address: evil }] },
    );
    const ours = page
      .replace(/<style>[^]*?<\/style>/, '')
      .replace(/<script>\n'use strict'[^]*<\/script>/, '');
    assert.not.match(ours, /<script|<img|onerror='/);
    assert.match(ours, '&quot;&gt;&lt;script&gt;alert(1)');
    // Every tag that stands there is one that the page's own templates write.
    const tags = new Set([...ours.matchAll(/<([a-z0-9]+)/g)].map(([, name]) => name));
    for (const tag of tags) assert.ok(knownTags.has(tag ?? ''), tag);
  });

  test('bytes that HTML does not know become a visible mark', async () => {
    const page = await pageOf([
      ...start(['h']),
      ...ended(taskOf('1'), 'h', failedResult('\u001b[31mred\u0000\u202egnp.exe')),
      end({ h: { failed: 1 } }),
    ]);
    for (const byte of ['\u0000', '\u001b', '\u202e']) assert.not.ok(page.includes(byte));
    assert.match(page, '\ufffd[31mred\ufffd\ufffdgnp.exe');
  });

  test('it needs blankRecap from elsewhere and its policy forbids it', async () => {
    const page = await pageOf([...start(['h']), end({ h: { ok: 1 } })]);
    assert.not.match(page, /https?:|\/\/[a-z]|@import|url\(/i);
    assert.match(page, /Content-Security-Policy" content="default-src &#39;none&#39;/);
  });

  test('secrets are stars, also where they were told before they were known to be secrets', async () => {
    const secrets = new Set(['hunter22']);
    const early = makeResult('ok', dict({ msg: 'hunter22 comes early' }));
    const values = dict({ msg: 'then hunter22', key: withMarks('other-secret', { secret: true }) });
    const late = makeResult('failed', values, {
      secrets,
      differences: [{ header: '/key', before: null, after: textContent('private', { secret: true }) }],
    });
    const page = await pageOf([
      ...start(['h']),
      ...ended(taskOf('1', { module: 'debug' }), 'h', early),
      ...ended(taskOf('2'), 'h', late),
      end({ h: { failed: 1 } }),
    ]);
    assert.not.match(page, 'hunter22');
    assert.not.match(page, 'other-secret');
    assert.not.match(page, 'private');
    assert.match(page, '******** comes early');
  });

  test('no_log hides message, items, output and diff', async () => {
    const differences = [{ header: '/f', before: 'quiet-old', after: 'quiet-new' }];
    const result = failedResult('quiet words', { noLog: true, differences, warnings: ['quiet warning'] });
    const task = taskOf('1');
    const page = await pageOf([
      ...start(['h']),
      { type: 'task-start', task },
      { type: 'item', task, host: 'h', result, label: 'quiet label' },
      { type: 'result', task, host: 'h', result },
      end({ h: { failed: 1 } }),
    ]);
    assert.not.match(page, 'quiet');
    assert.match(page, 'hidden by no_log');
  });

  test('300 hosts and 500 tasks that all tell much make a page of less than 12 MB, which says what it leaves out', async () => {
    const hosts = Array.from({ length: 300 }, (_, index) => `host-${index}`);
    const words = makeResult('changed', dict({}), {
      differences: [{ header: '/f', before: 'a\n'.repeat(50), after: 'b\n'.repeat(50) }],
    });
    const plain = makeResult('ok', dict({}));
    function* events(): Iterable<RunEvent> {
      yield* start(hosts);
      for (let number = 0; number < 500; number += 1) {
        const task = taskOf(String(number));
        yield { type: 'task-start', task };
        for (const host of hosts)
          yield { type: 'result', task, host, result: number % 5 === 0 ? words : plain };
      }
      yield end(Object.fromEntries(hosts.map((host) => [host, { ok: 500, changed: 100 }])));
    }
    const page = await pageOf(events());
    assert.ok(page.length < 12_000_000, String(page.length));
    assert.is(page.match(/<svg class="lane"/g)?.length, limits.lanes);
    assert.ok((page.match(/<rect /g)?.length ?? 0) <= limits.blocksDrawn * 1.1);
    assert.is(page.match(/<details class="task/g)?.length, 500);
    assert.match(page, /To keep this page small, messages and diffs of .* are left out/);
    assert.match(page, 'are drawn, 240 hosts more are not');
    assert.match(page, 'and 260 hosts more');
  });

  test('a place that cannot be written is told before a run', () => {
    assert.match(whyNoPage('/nonexistent/folder/run.html') ?? '', 'cannot be written to /nonexistent/folder');
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-page-'));
    try {
      assert.match(whyNoPage(folder) ?? '', `cannot be written to ${folder}: it is a folder`);
      assert.is(whyNoPage(path.join(folder, 'run.html')), undefined);
      assert.equal(readdirSync(folder), []);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('a page whose place became a folder amid the run is told, and leaves nothing beside it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-page-'));
    try {
      const file = path.join(folder, 'run.html');
      mkdirSync(file);
      const told: (string | undefined)[] = [];
      const report = pageReport(
        { file, topology: { groups: [], hosts: [] }, command: 'x', folder },
        (problem) => told.push(problem),
      );
      await report.close();
      assert.is(told.length, 1);
      assert.match(told[0] ?? '', /EISDIR|ENOTDIR|EEXIST/);
      assert.equal(readdirSync(folder), ['run.html']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const knownTags = new Set(
  (
    'a b body button code dd del details div dl dt em footer h1 h2 h3 head header html i input ins label li main meta p ' +
    'pre rect script section small span style summary svg table tbody td th thead time title tr ul'
  ).split(' '),
);
