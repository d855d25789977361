// hardway config: each setting that is honoured with its value and origin, and each that is set and is not.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { configCommand } from '../../../engine/cli/config_command.ts';
import { knownSettings } from '../../../engine/cli/settings.ts';
import { called, type Called } from '../../support/called.ts';
import { withEnvironment } from '../../support/environment.ts';
import { describe } from '../../support/suite.ts';

const text = `[defaults]
forks = 7
roles_path = r:/s
inventory = a,b
log_path = /tmp/log
nocows = yes
[privilege_escalation]
become = on
[ssh_connection]
ssh_args = -o X
`;

describe('hardway config', ({ test, setup, teardown }) => {
  let folder = '';
  let undo: (() => void) | undefined;
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-config-'));
    writeFileSync(path.join(folder, 'other.cfg'), text);
    undo = withEnvironment({ HOME: folder, ANSIBLE_TIMEOUT: '44', ANSIBLE_FOO: 'x' });
  });
  teardown(() => {
    undo?.();
    rmSync(folder, { recursive: true, force: true });
  });
  const call = (...words: string[]): Promise<Called> => called(() => configCommand(words), folder);

  test('dump --only-changed tells value and origin, and names what is set in vain', async () => {
    const { code, stdout } = await call('dump', '--only-changed', '-c', 'other.cfg');
    const file = path.join(folder, 'other.cfg');
    assert.is(code, 0);
    assert.is(
      stdout,
      [
        `ANSIBLE_NOCOWS(${file}) = True`,
        `CONFIG_FILE() = ${file}`,
        `DEFAULT_BECOME(${file}) = True`,
        `DEFAULT_FORKS(${file}) = 7`,
        `DEFAULT_HOST_LIST(${file}) = ['${folder}/a', '${folder}/b']`,
        `DEFAULT_ROLES_PATH(${file}) = ['${folder}/r', '/s']`,
        'DEFAULT_TIMEOUT(env: ANSIBLE_TIMEOUT) = 44',
        ...['', 'PLUGINS:', '', `ssh_connection.ssh_args(${file}) = -o X`],
        ...[
          '',
          'NOT HONOURED:',
          '',
          'ANSIBLE_FOO(env: ANSIBLE_FOO) = x',
          `DEFAULT_LOG_PATH(${file}) = /tmp/log`,
        ],
        '',
      ].join('\n'),
    );
  });

  test('dump and list have one entry for each setting of the table, in each form', async () => {
    const count = Object.keys(knownSettings).length;
    const dumped = JSON.parse((await call('dump', '-f', 'json')).stdout) as { honoured?: boolean }[];
    // The file itself, and the variable that nothing honours.
    assert.is(dumped.length, count + 2);
    assert.is(dumped.filter(({ honoured }) => honoured === false).length, 1);
    const listed = JSON.parse((await call('list', '--format', 'json')).stdout) as Record<string, unknown>;
    assert.is(Object.keys(listed).length, count);
    assert.match(
      (await call('list')).stdout,
      /^DEFAULT_FORKS:\n {2}default: 5\n {2}env:\n {2}- name: ANSIBLE_FORKS/m,
    );
    assert.match(
      (await call('dump', '--format=yaml')).stdout,
      /^- name: DEFAULT_FORKS\n {2}origin: default\n/m,
    );
  });

  test('view shows the file, and what is not there or not built is told', async () => {
    const file = path.join(folder, 'other.cfg');
    assert.is((await call('view', '-c', 'other.cfg')).stdout, readFileSync(file, 'utf8'));
    const calls = [
      ['view'],
      ['dump', '-c', 'nope'],
      [],
      ['init'],
      ['dump', '-t', 'become'],
      ['view', '--disabled'],
    ];
    const codes: number[] = [];
    for (const words of calls) codes.push((await call(...words)).code);
    assert.equal(codes, [1, 5, 2, 2, 2, 2]);
  });
});
