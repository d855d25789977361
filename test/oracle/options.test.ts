// The options of Ansible's commands, as their own --help lists them: each is taken here, or refused with a reason.
import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { optionsOf } from '../support/command_options.ts';
import { describe } from '../support/suite.ts';
import { oracleCommand, oracleMissing } from './venv.ts';

/** Ours, Ansible's and its acts. */
const commands: readonly (readonly [ours: string, theirs: string, acts: readonly string[]])[] = [
  ['playbook', 'playbook', []],
  ['module', 'adhoc', []],
  ['inventory', 'inventory', []],
  ['vault', 'vault', ['create', 'decrypt', 'edit', 'view', 'encrypt', 'encrypt_string', 'rekey']],
  ['doc', 'doc', []],
  ['config', 'config', ['list', 'dump', 'view', 'init', 'validate']],
  ['galaxy', 'galaxy', ['role install', 'role list', 'role remove', 'collection install', 'collection list']],
];

function theirOptions(theirs: string, acts: readonly string[]): readonly string[] {
  const [program, ...words] = oracleCommand(theirs);
  const texts = [[], ...acts.map((act) => act.split(' '))].map(
    (act) => spawnSync(program, [...words, ...act, '--help'], { encoding: 'utf8' }).stdout,
  );
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => /^ {2}-/.test(line));
  const written = lines.flatMap((line) => (/^ +(-.*?)(?: {2}|$)/.exec(line)?.[1] ?? '').split(', '));
  return [...new Set(written.map((one) => one.split(' ')[0] ?? ''))].sort();
}

describe(
  'oracle: options of the commands',
  ({ test }) => {
    for (const [ours, theirs, acts] of commands)
      test(`hardway ${ours} knows each option of its model`, async () => {
        const known = await optionsOf(ours);
        const names = theirOptions(theirs, acts);
        assert.ok(names.length > 5, 'the help was read');
        const { taken, refused } = known;
        assert.equal(
          names.filter((name) => !taken.has(name) && !refused.has(name)),
          [],
        );
        for (const [name, reason] of refused) assert.ok(reason.length > 10, `${name}: ${reason}`);
      });

    test('what is refused is what docs/compatibility.md tells', async () => {
      const refused = await Promise.all(
        commands.map(async ([ours]) => [ours, [...(await optionsOf(ours)).refused.keys()]] as const),
      );
      assert.equal(Object.fromEntries(refused), {
        ...{ playbook: [], module: [], vault: [], inventory: ['--toml'], config: ['--disabled'] },
        doc: [
          ...['-F', '--list_files', '-t', '--type', '-s', '--snippet', '-r', '--roles-path'],
          ...['-e', '--entry-point', '--metadata-dump', '--no-fail-on-errors'],
        ],
        galaxy: [
          ...['-s', '--server', '--token', '--api-key', '--pre', '--no-cache', '--clear-response-cache'],
          ...['-c', '--ignore-certs', '-g', '--keep-scm-meta', '--keyring', '--signature'],
          ...['--required-valid-signature-count', '--ignore-signature-status-code'],
          '--ignore-signature-status-codes',
        ],
      });
    });
  },
  { unless: oracleMissing() },
);
