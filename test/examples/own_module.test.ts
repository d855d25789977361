// The example of a playbook with modules of its own, used as its reader would: by the bundled command, and its unit
// tests by Node's own runner.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { runPlaybookCommand } from '../support/hardway.ts';
import { describe } from '../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../..');
const example = path.join(root, 'examples/site-with-own-module');

describe('examples/site-with-own-module', ({ test, setup, teardown }) => {
  let folder = '';
  const arguments_ = (): string[] => [
    path.join(example, 'site.yml'),
    ...['-i', 'localhost,', '-c', 'local', '-e', `folder=${folder}`],
  ];
  const node = (...argv: string[]): { status: number | null; stdout: string } =>
    spawnSync(process.execPath, argv, {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });

  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-example-'));
    assert.is(node('bin/prepare.mjs', 'build').status, 0);
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('check mode tells both changes and makes none', async () => {
    const ran = await runPlaybookCommand(...arguments_(), '--check');
    assert.is(ran.code, 0, ran.stdout + ran.stderr);
    assert.is(ran.recap['localhost']?.['changed'], 2);
    assert.not.ok(existsSync(path.join(folder, 'motd')));
  });

  test('its folder is made where there is none', async () => {
    const made = path.join(folder, 'made', 'site');
    const ran = await runPlaybookCommand(...arguments_(), '-e', `folder=${made}`, '--check');
    assert.is(ran.code, 0, ran.stdout + ran.stderr);
    assert.is(ran.recap['localhost']?.['changed'], 3);
  });

  test('the first run changes both, the second nothing', async () => {
    const first = await runPlaybookCommand(...arguments_());
    assert.is(first.code, 0, first.stdout + first.stderr);
    assert.is(first.recap['localhost']?.['changed'], 2);
    assert.is(
      readFileSync(path.join(folder, 'motd'), 'utf8'),
      'Welcome to localhost\nContact: operators@example.org\n',
    );
    assert.is(readlinkSync(path.join(folder, 'current')), '1');
    const second = await runPlaybookCommand(...arguments_());
    assert.is(second.recap['localhost']?.['changed'], 0);
    assert.is(second.recap['localhost']?.['ok'], 3);
  });

  test('the bundled command loads the modules too', () => {
    const ran = node('bin/hardway.mjs', 'playbook', ...arguments_(), '-e', 'version=2');
    assert.is(ran.status, 0, ran.stdout);
    assert.match(ran.stdout, /ok=3 +changed=1/);
    assert.is(readlinkSync(path.join(folder, 'current')), '2');
  });

  test('a reader of the output who leaves does not end the run', () => {
    const command = ['bin/hardway.mjs', 'playbook', ...arguments_(), '-e', 'version=3'];
    const ran = spawnSync(
      'sh',
      ['-c', '{ "$@"; echo "rc $?" >&2; } | :', 'sh', process.execPath, ...command],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    assert.is(ran.stderr, 'rc 0\n');
    assert.is(readlinkSync(path.join(folder, 'current')), '3');
  });

  test('its own unit tests pass, by node and the testing kit of the bundle', () => {
    const file = path.join(example, 'modules/modules.test.ts');
    const ran = node('--import', 'tsx', '--test', '--test-reporter=tap', file);
    assert.is(ran.status, 0, ran.stdout);
    assert.match(ran.stdout, /^# pass 8$/m);
  });
});
