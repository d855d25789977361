// What ansible.cfg and the environment set: heeded, or told.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { inventoryCommand } from '../../../engine/cli/inventory_command.ts';
import { parseArguments } from '../../../engine/cli/option_table.ts';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { playbookOptions } from '../../../engine/cli/prepare_playbooks.ts';
import { givenPasswords, runOptionsOf } from '../../../engine/cli/run_settings.ts';
import { readSettings } from '../../../engine/cli/settings.ts';
import { vaultSecrets } from '../../../engine/cli/vault_secrets.ts';
import { encryptVault } from '../../../engine/document/vault.ts';
import type { RunOptions } from '../../../engine/run/options.ts';
import { called } from '../../support/called.ts';
import { withEnvironment } from '../../support/environment.ts';
import { describe } from '../../support/suite.ts';

describe('cli/settings', ({ test, setup, teardown }) => {
  let folder = '';
  const file = (name: string): string => path.join(folder, name);
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-settings-'));
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  function told(config: string, environment: NodeJS.ProcessEnv = {}): string[] {
    writeFileSync(file('ansible.cfg'), config);
    return readSettings(environment, folder).problems.map(
      ({ severity, summary, detail = '', position }) =>
        `${severity} ${position ? `${path.basename(position.file)}:${position.line}:${position.column}` : '-'} ${summary}; ${detail}`,
    );
  }

  async function options(
    config: string,
    argv: readonly string[] = [],
    environment: NodeJS.ProcessEnv = {},
  ): Promise<{ readonly options: RunOptions; readonly asked: readonly string[] }> {
    writeFileSync(file('ansible.cfg'), config);
    const parsed = parseArguments(argv, playbookOptions);
    if (!parsed.ok) throw new Error(parsed.message);
    const asked: string[] = [];
    const ask = (question: string): Promise<string> => Promise.resolve(`${asked.push(question)}`);
    const settings = readSettings(environment, folder);
    const passwords = await givenPasswords(parsed.given, settings, { ask });
    if (!passwords.ok) throw new Error(passwords.problem.summary);
    return { options: runOptionsOf(parsed.given, settings, passwords.value), asked };
  }

  // S1-16
  test('a guide’s ansible.cfg holds: its user, keys of hosts unchecked, an inventory folder; without it they are checked', async () => {
    const guide = '[defaults]\nremote_user = ubuntu\nhost_key_checking = False\ninventory = hosts\n';
    assert.equal(told(guide), []);
    const { options: asked } = await options(guide);
    assert.equal([asked.remoteUser, asked.hostKeyChecking], ['ubuntu', 'off']);
    mkdirSync(file('hosts'));
    writeFileSync(file('hosts/one'), '[web]\nweb-1\n');
    writeFileSync(file('hosts/two.yml'), 'db: {hosts: {db-1: }}\n');
    const { code, stdout } = await called(() => inventoryCommand(['--graph']), folder);
    assert.equal([code, ...['web-1', 'db-1'].map((name) => stdout.includes(name))], [0, true, true]);
    assert.is((await options('')).options.hostKeyChecking, 'strict');
  });

  test('each setting that nothing heeds is told once, with its place and what may be meant', () => {
    const rest = 'What it asks for is not done here; take it out once that is well';
    assert.equal(
      told(
        '[defaults]\nforks = 3\nlog_path=/x ; why\nfroks: 4\n# no\nbecome = yes\n\n[ssh_connection]\npipelining = True\n[plugins]\na=\nb=1\n[galaxy]\nserver = x\n',
        {
          ANSIBLE_FORKS: '3',
          ANSIBLE_LOG_PATH: '/x',
          ANSIBLE_FROKS: '4',
          ANSIBLE_NOCOWS: '1',
          ANSIBLE_DEBUG: '',
          ANSIBLES: 'x',
        },
      ),
      [
        `warning ansible.cfg:3:1 The setting log_path of [defaults] is not heeded; ${rest}`,
        'warning ansible.cfg:4:1 The setting froks of [defaults] is not heeded; Did you mean forks?',
        'warning ansible.cfg:6:1 The setting become of [defaults] is not heeded; It belongs to [privilege_escalation]',
        `warning ansible.cfg:12:1 The setting b of [plugins] is not heeded; ${rest}`,
        `warning - The variable ANSIBLE_LOG_PATH of the environment is not heeded; ${rest}`,
        'warning - The variable ANSIBLE_FROKS of the environment is not heeded; Did you mean ANSIBLE_FORKS?',
      ],
    );
  });

  test('what asks for that which is done anyway is not told, and its contrary is', () => {
    const well =
      '[defaults]\nerror_on_undefined_vars = True\njinja2_native=no\nstdout_callback = default\n[diff]\ncontext=3\n';
    assert.equal(told(well), []);
    assert.is(
      told(
        well.replace('True', 'False').replace('=no', '=yes').replace('= default', '= yaml').replace('3', '5'),
      ).length,
      4,
    );
  });

  test('a word that a setting cannot take is told, in the file and in the environment', () => {
    const config = '[defaults]\nstrategy = mitogen_linear\nhash_behaviour = merge\ngathering = smart\n';
    const [first, ...more] = told(config);
    assert.equal(
      [more, first],
      [
        [],
        'warning ansible.cfg:2:1 The setting strategy cannot be mitogen_linear; It takes one of linear, free, host_pinned, debug; linear holds',
      ],
    );
    assert.equal(told('[defaults]\nstrategy=ansible.builtin.free\n', { ANSIBLE_HASH_BEHAVIOUR: 'mrege' }), [
      'warning - The setting hash_behaviour cannot be mrege; It takes one of replace, merge; replace holds; did you mean merge?',
    ]);
  });

  test('a line that is indented more goes on with the setting above it', () => {
    writeFileSync(file('ansible.cfg'), '[tags]\n  run = a,\n    b ; why\n  skip = c\n');
    const settings = readSettings({}, folder);
    assert.equal([settings.list('tags'), settings.list('skipTags')], [['a', 'b'], ['c']]);
  });

  test('tags of the settings join those of the command line, skipped ones too', async () => {
    const config = '[tags]\nrun = a, b\nskip = c\n';
    const { options: both } = await options(config, ['-t', 'd', '--skip-tags', 'e']);
    assert.equal(
      [both.tags, both.skipTags],
      [
        ['a', 'b', 'd'],
        ['c', 'e'],
      ],
    );
    const { options: alone } = await options(config);
    assert.equal([alone.tags, alone.skipTags], [['a', 'b'], ['c']]);
    const { options: named } = await options(config, [], { ANSIBLE_RUN_TAGS: 'x', ANSIBLE_SKIP_TAGS: 'y' });
    assert.equal([named.tags, named.skipTags], [['x'], ['y']]);
    assert.equal((await options('')).options.tags, ['all']);
  });

  test('settings of a run reach it, from the file and from the environment', async () => {
    const { options: set } = await options(
      '[defaults]\nany_errors_fatal = true\nstrategy = free\nverbosity = 2\ntask_timeout = 7\ntransport = local\nremote_port = 2222\n' +
        '[diff]\nalways = yes\n[privilege_escalation]\nbecome_exe = /x/sudo\nbecome_flags = -E\n[ssh_connection]\nssh_extra_args = -o A=b\n',
      ['-v'],
    );
    assert.equal(
      [
        set.anyErrorsFatal,
        set.strategy,
        set.verbosity,
        set.taskTimeoutSeconds,
        set.connection,
        set.remotePort,
        set.diff,
      ],
      [true, 'free', 3, 7, 'local', 2222, true],
    );
    assert.equal([set.becomeExecutable, set.becomeFlags, set.sshArguments], ['/x/sudo', '-E', ['-o', 'A=b']]);
    const { options: plain } = await options('[defaults]\ntransport = smart\n', [], {
      ANSIBLE_ANY_ERRORS_FATAL: '1',
      ANSIBLE_STRATEGY: 'free',
      ANSIBLE_DIFF_ALWAYS: 'True',
    });
    assert.equal(
      [plain.anyErrorsFatal, plain.strategy, plain.diff, plain.connection],
      [true, 'free', true, undefined],
    );
  });

  test('passwords are asked for when the settings say so, and a password file of theirs must be there', async () => {
    const config = '[defaults]\nask_pass = yes\n[privilege_escalation]\nbecome_ask_pass = True\n';
    const { options: given, asked } = await options(config);
    assert.equal(asked, ['SSH password: ', 'BECOME password [defaults to SSH password]: ']);
    assert.equal([given.connectionPassword, given.becomePassword], ['1', '2']);

    const parsed = parseArguments([], playbookOptions);
    assert.ok(parsed.ok);
    writeFileSync(file('ansible.cfg'), '[defaults]\nbecome_password_file = pass\n');
    const none = { ask: (): Promise<undefined> => Promise.resolve(undefined) };
    const missing = await givenPasswords(parsed.given, readSettings({}, folder), none);
    assert.match(missing.ok ? '' : missing.problem.summary, 'pass');
    assert.is(missing.ok, false);
    writeFileSync(file('pass'), 'open\n');
    assert.is((await options('[defaults]\nbecome_password_file = pass\n')).options.becomePassword, 'open');
  });

  test('vault_identity_list gives passwords by id, and hosts are listed without asking for any of another kind', async () => {
    const password = Buffer.from('open');
    writeFileSync(file('dev'), 'open\n');
    writeFileSync(
      file('ansible.cfg'),
      `[defaults]\nask_pass = yes\nvault_identity_list = dev@${file('dev')}, other@${file('dev')}\n`,
    );
    const parsed = parseArguments([], playbookOptions);
    assert.ok(parsed.ok);
    const none = { ask: (): Promise<undefined> => Promise.resolve(undefined) };
    const secrets = await vaultSecrets(parsed.given, readSettings({}, folder), none);
    assert.equal(secrets.ok && secrets.value.map(({ id }) => id), ['dev', 'other']);
    writeFileSync(
      file('hosts.yml'),
      `all: {hosts: {one: {x: !vault "${encryptVault(Buffer.from('v'), { id: 'dev', password }).replaceAll('\n', '\\n')}"}}}\n`,
    );
    const { code } = await called(() => inventoryCommand(['-i', 'hosts.yml', '--list']), folder);
    assert.is(code, 0);
  });

  test('a run heeds any_errors_fatal and hash_behaviour=merge, and tells the rest before it begins', async () => {
    writeFileSync(
      file('ansible.cfg'),
      '[defaults]\nany_errors_fatal = yes\nhash_behaviour = merge\nlog_path = x\n',
    );
    writeFileSync(
      file('play.yml'),
      '- hosts: all\n  gather_facts: false\n  vars: {d: {a: 1, in: {x: 1}}}\n  tasks:\n' +
        '    - {debug: {msg: "{{ d }} {{ d.b }}"}, vars: {d: {b: 2, in: {y: 2}}}}\n' +
        "    - {name: breaks, fail: {msg: 'no'}, when: inventory_hostname == 'one'}\n    - {name: never, debug: {msg: x}}\n",
    );
    const ran = await called(() => playbookCommand(['-i', 'one,two,', 'play.yml']), folder);
    assert.is(ran.code, 2);
    assert.is(ran.stdout.split("{'a': 1, 'in': {'x': 1, 'y': 2}, 'b': 2} 2").length, 3);
    assert.match(ran.stdout, 'breaks');
    assert.not.match(ran.stdout, 'never');
    assert.is(ran.stderr.split('is not heeded').length, 2);
    assert.match(ran.stderr, 'ansible.cfg:4:1');

    const undo = withEnvironment({ ANSIBLE_HASH_BEHAVIOUR: 'replace', ANSIBLE_ANY_ERRORS_FATAL: '0' });
    const other = await called(() => playbookCommand(['-i', 'one,two,', 'play.yml']), folder);
    undo();
    assert.match(other.stdout, "{'b': 2, 'in': {'y': 2}} 2");
    assert.match(other.stdout, 'never');
  });
});
