// What --diff shows of modules that tell no differences themselves.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import type { Plan, Probe, Step } from '../../../engine/module/contract.ts';
import { group, user, type ExistingUser } from '../../../engine/module/vocabulary/account.ts';
import { groupAct, userAct } from '../../../engine/module/vocabulary/account_acts.ts';
import { runCommand } from '../../../engine/module/vocabulary/run_command.ts';
import { unitAct } from '../../../engine/module/vocabulary/unit_acts.ts';
import { unitState, type UnitState } from '../../../engine/module/vocabulary/unit_state.ts';
import { differenceLines } from '../../../engine/report/difference_text.ts';
import { withDifferences } from '../../../engine/run/differences.ts';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'hardway-differences-'));
const alice: ExistingUser = {
  ...{ exists: true, name: 'alice', uid: 1000, gid: 1000, group: 'alice', comment: '', home: '/home/alice' },
  ...{ shell: '/bin/sh', groups: ['adm'], password: '!', homeExists: true },
};
const running: UnitState = {
  ...{ properties: { ActiveState: 'active', Type: 'simple' }, exists: true, active: true, masked: false },
  ...{ enabled: true, needsReload: false },
};

/** The lines of what a plan shows, from what was seen. */
async function shown(
  steps: readonly Step[],
  seen: Readonly<Record<string, readonly [Probe<unknown>, unknown]>>,
  differences?: Plan['differences'],
): Promise<string[]> {
  const entries = Object.entries(seen);
  const world = {
    seen: Object.fromEntries(entries.map(([name, [, answer]]) => [name, answer])),
    probes: new Map(entries.map(([name, [probe]]) => [name, probe])),
  };
  const plan = withDifferences({ steps, ...(differences ? { differences } : {}) }, world);
  return (await Promise.all((plan.differences ?? []).map(differenceLines))).flat();
}

describe('run/differences', ({ test, teardown }) => {
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('a user is shown as it was and will be, of the password only whether there is one', async () => {
    const step = userAct({
      ...{
        act: 'change',
        name: 'alice',
        shell: '/bin/bash',
        groups: ['adm', 'sudo'],
        password: '$6$salt$hash',
      },
    });
    const lines = await shown([step], { user: [user('alice'), alice] });
    assert.equal(lines.slice(0, 2), ['--- before: user alice', '+++ after: user alice']);
    assert.equal(
      lines.filter((line) => /^[-+][^-+]/.test(line)),
      [
        ...['-groups: adm', '+groups: adm, sudo', '-shell: /bin/sh', '-password: none or locked'],
        ...['+shell: /bin/bash', '+password: set'],
      ],
    );
    assert.not.match(lines.join('\n'), 'hash');
  });

  test('what is not there yet has no lines before', async () => {
    const step = groupAct({ act: 'add', name: 'ops', gid: 4000 });
    assert.equal(await shown([step], { group: [group('ops'), { exists: false }] }), [
      ...['--- (absent)', '+++ after: group ops', '@@ -0,0 +1,2 @@', '+gid: 4000', '+members: '],
    ]);
  });

  test('a unit is shown by its state', async () => {
    const question = { unit: 'cron.service', scope: 'system' } as const;
    const lines = await shown([unitAct({ ...question, verb: 'stop' })], {
      unit: [unitState(question), running],
    });
    assert.ok(lines.includes('-active: yes') && lines.includes('+active: no'), lines.join('\n'));
  });

  test('where no question shows it, the steps are told in words', async () => {
    const step = groupAct({ act: 'remove', name: 'ops' });
    assert.equal(await shown([step], {}), [
      ...[
        '--- before: steps',
        '+++ after: steps',
        '@@ -0,0 +1 @@',
        `+${step.kind.describe(step.args as never)}`,
      ],
    ]);
  });

  test('a module’s own differences stand, and of commands, and of nothing, nothing is shown', async () => {
    const step = groupAct({ act: 'remove', name: 'ops' });
    const own = { header: 'own', before: '', after: 'x\n' };
    assert.equal((await shown([step], {}, [own])).slice(0, 2), ['--- before: own', '+++ after: own']);
    assert.equal(await shown([runCommand({ command: ['true'] })], {}), []);
    assert.equal(await shown([], {}), []);
  });

  test('file shows modes, folders and links, in check mode as in the run that follows', async () => {
    writeFileSync(path.join(folder, 'a'), '', { mode: 0o644 });
    const tasks = `- hosts: all
  gather_facts: false
  tasks:
    - {name: mode, file: {path: "${folder}/a", mode: "0600"}}
    - {name: folder, file: {path: "${folder}/b", state: directory, mode: "0750"}}
    - {name: link, file: {path: "${folder}/c", src: a, state: link}}
    - {name: gone, file: {path: "${folder}/a", state: absent}}
`;
    const diffs = async (checkMode: boolean): Promise<string[][]> => {
      const { events } = await play(tasks, { options: { checkMode, diff: true } });
      const found = events.flatMap((event) => (event.type === 'result' ? [event.result.differences] : []));
      return Promise.all(found.map(async (list) => (await Promise.all(list.map(differenceLines))).flat()));
    };
    const checked = await diffs(true);
    assert.equal(
      checked.map((lines) => lines.filter((line) => /^[-+][^-+]/.test(line)).slice(0, 2)),
      [
        ['-mode: 0644', '+mode: 0600'],
        ['+type: directory', '+mode: 0750'],
        ['+type: link', '+leads to: a'],
        ['-type: file', '-mode: 0600'],
      ],
    );
    assert.equal(await diffs(false), checked);
  });

  test('a registered result has the texts before and after, but for secrets, and only with --diff', async () => {
    const place = `${folder}/told`;
    const text = `
- hosts: localhost
  gather_facts: false
  connection: local
  tasks:
    - copy: {content: "one\\n", dest: ${place}}
      register: made
    - copy: {content: "two {{ '{{' }} x\\n", dest: ${place}}
      register: changed
    - copy: {content: "{{ lookup('password', '${folder}/password') }}", dest: ${place}.secret}
      register: secret
    - file: {path: ${place}, state: file}
      register: same
    - debug: {msg: "{{ [made, changed, secret, same] | map(attribute='diff', default='none') | list | string }}"}
`;
    const shown = await play(text, { options: { diff: true } });
    assert.is(
      shown.said[0],
      `[[{'after_header': '${place}', 'before': '', 'after': 'one\\n'}], ` +
        `[{'before_header': '${place}', 'after_header': '${place}', 'before': 'one\\n', 'after': 'two {{ x\\n'}], ` +
        `[{'after_header': '${place}.secret'}], 'none']`,
    );
    const silent = await play(text.replaceAll('told', 'again'));
    assert.is(silent.said[0], `['none', 'none', 'none', 'none']`);
  });

  test('of a folder that is copied each file is shown, of a hard link what it will hold', async () => {
    for (const name of ['tree/sub', 'out']) mkdirSync(path.join(folder, name), { recursive: true });
    const texts = {
      'tree/x': 'new\n',
      'tree/sub/z': 'z\n',
      'tree/same': 's\n',
      'out/x': 'old\n',
      y: 'old\n',
      'out/same': 's\n',
    };
    for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(folder, name), text);
    const tasks = [
      'name: sent, copy: {src: HERE/tree/, dest: HERE/out}',
      'name: on the host, copy: {src: HERE/tree/, dest: HERE/out, remote_src: true}',
      'name: hard, file: {src: HERE/tree/x, path: HERE/y, state: hard, force: true}',
    ];
    const list = tasks.map((one) => `    - {${one}, connection: local}\n`).join('');
    const { result } = await play(
      `- hosts: all\n  gather_facts: false\n  tasks:\n${list}`.replaceAll('HERE', folder),
      { options: { checkMode: true, diff: true } },
    );
    const lines = async (task: string): Promise<string[]> =>
      (await Promise.all(result('one', task).differences.map(differenceLines)))
        .flat()
        .map((line) => line.replace(folder, ''));
    const ofX = ['--- before: /out/x', '+++ after: /out/x', '@@ -1 +1 @@', '-old', '+new'];
    const ofZ = ['--- (absent)', '+++ after: /out/sub/z', '@@ -0,0 +1 @@', '+z'];
    assert.equal((await lines('sent')).sort(), [...ofZ, ...ofX].sort());
    assert.equal(
      (await lines('hard')).slice(0, 5),
      ofX.map((line) => line.replace('/out/x', '/y')),
    );
  });
});
