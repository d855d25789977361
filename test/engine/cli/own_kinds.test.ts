// A kind of probe and a kind of step of a user's own, written by the words of CONTRIBUTING in a module beside a playbook,
// in TypeScript and in JavaScript: check mode, diff, plans and asking ahead work for them as for those brought along.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as assert from 'uvu/assert';
import { applyCommand } from '../../../engine/cli/apply_command.ts';
import { loadOwnModules } from '../../../engine/cli/own_modules.ts';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import type { Module } from '../../../engine/module/define.ts';
import { checkModule, checkOnHost, checkParser, thisMachine } from '../../../engine/module/testing.ts';
import type { ProbeKind } from '../../../engine/module/contract.ts';
import { called, type Called } from '../../support/called.ts';
import { describe } from '../../support/suite.ts';

const contributing = readFileSync(path.resolve(import.meta.dirname, '../../../CONTRIBUTING.md'), 'utf8');
const typed = /```ts\n([^`]*defineModule[^]*?)```/.exec(contributing)?.[1] ?? '';

/** The same without its types. */
const plain = typed
  .replace(/^import type .*\n/gm, '')
  .replaceAll(/: (ProbeKind|StepKind)<[^=]*> =/g, ' =')
  .replaceAll(/<\{ [^}]* \}>/g, '')
  .replaceAll('level', 'grade');

const playbook = `- hosts: all
  gather_facts: false
  tasks:
    - name: in TypeScript
      level: {file: HERE/one, to: 3}
    - name: in JavaScript
      grade: {file: HERE/two, to: 4}
    - name: as it will be
      level: {file: HERE/one, to: 3}
    - name: other
      copy: {content: x, dest: HERE/three}
`;

interface Told {
  readonly type: string;
  readonly task?: { readonly name: string };
  readonly result?: { readonly status: string; readonly round_trips: number };
}

describe('cli/own kinds', ({ test, setup, teardown }) => {
  let folder = '';
  let modules: readonly Module[] = [];
  setup(async () => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-kinds-')));
    mkdirSync(path.join(folder, 'modules'));
    writeFileSync(path.join(folder, 'modules/level.ts'), typed);
    writeFileSync(path.join(folder, 'modules/grade.js'), plain);
    writeFileSync(path.join(folder, 'play.yml'), playbook.replaceAll('HERE', folder));
    writeFileSync(path.join(folder, 'one'), 'level=1\n');
    const loaded = await loadOwnModules(path.join(folder, 'modules'));
    assert.equal(loaded.problems, []);
    ({ modules } = loaded);
    assert.equal(modules.map(({ name }) => name).sort(), ['grade', 'level']);
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  const hardway = (...[command = '', ...argv]: readonly string[]): Promise<Called> =>
    called(() => (command === 'apply' ? applyCommand(argv) : playbookCommand(argv)), folder);
  const play = (...more: readonly string[]): Promise<Called> =>
    hardway('playbook', 'play.yml', '-i', 'one,', '-c', 'local', ...more);

  /** Status and round trips by task. */
  const told = ({ stdout }: Called): Record<string, readonly [string, number]> =>
    Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Told)
        .flatMap(({ type, task, result }) =>
          type === 'result' && task && result
            ? [[task.name, [result.status, result.round_trips] as const] as const]
            : [],
        ),
    );

  test('cases as data, the parser, and the four answers on a host', async () => {
    for (const module of modules) {
      const bodies: (() => void)[] = [];
      checkModule(
        module,
        [
          { name: 'absent', params: { file: '/x', to: 3 }, seen: { now: 0 }, steps: ['set /x to 3'] },
          { name: 'right', params: { file: '/x', to: 3 }, seen: { now: 3 } },
        ],
        (_name, body) => bodies.push(body),
      );
      const file = path.join(folder, 'modules', module.name === 'level' ? 'level.ts' : 'grade.js');
      const { levelKind, gradeKind } = (await import(pathToFileURL(file).href)) as Record<
        string,
        ProbeKind<string, number> | undefined
      >;
      const kind = levelKind ?? gradeKind;
      assert.ok(kind);
      checkParser(kind, '/x', [{ name: 'a line', output: `${module.name}=7\n`, seen: 7 }], (_name, body) =>
        bodies.push(body),
      );
      for (const body of bodies) body();
      const { steps } = await checkOnHost(module, { file: path.join(folder, 'tried'), to: 5 }, thisMachine);
      assert.is(steps.length, 1);
      rmSync(path.join(folder, 'tried'));
    }
  });

  test('check mode pictures them, shows their diff, and saves them in a plan', async () => {
    const ran = await play('--plan', 'site.plan', '--diff', '--detailed-exitcode');
    assert.is(ran.code, 3, ran.stdout + ran.stderr);
    for (const line of ['-level=1', '+level=3', '+grade=4']) assert.match(ran.stdout, line);
    assert.match(ran.stdout, /changed=3/);
    assert.not(existsSync(path.join(folder, 'two')));
    const { tasks } = JSON.parse(readFileSync(path.join(folder, 'site.plan'), 'utf8')) as {
      readonly tasks: readonly {
        readonly steps: readonly { readonly kind: string; readonly before: string | null }[];
      }[];
    };
    const steps = tasks.flatMap((task) => task.steps);
    assert.equal(
      steps.map(({ kind }) => kind),
      ['set level', 'set grade', 'write file'],
    );
    assert.ok(steps.every(({ before }) => before !== null));
  });

  test('apply refuses a moved answer of theirs, and does the plan where nothing moved', async () => {
    writeFileSync(path.join(folder, 'one'), 'level=2\n');
    const moved = await hardway('apply', 'site.plan');
    assert.is(moved.code, 1);
    assert.match(
      moved.stderr,
      'moved: one: in TypeScript (play.yml:4): what set level changes is no longer as it was',
    );
    writeFileSync(path.join(folder, 'one'), 'level=1\n');
    const ran = await hardway('apply', 'site.plan');
    assert.is(ran.code, 0, ran.stdout + ran.stderr);
    assert.is(readFileSync(path.join(folder, 'one'), 'utf8'), 'level=3\n');
    assert.is(readFileSync(path.join(folder, 'two'), 'utf8'), 'grade=4\n');
  });

  test('they are asked ahead: a run that changes nothing is one round trip', async () => {
    const ran = told(await play('--output', 'json'));
    assert.equal(
      Object.values(ran).map(([status]) => status),
      ['ok', 'ok', 'ok', 'ok'],
    );
    const trips = Object.values(ran).reduce((sum, [, count]) => sum + count, 0);
    const alone = Object.values(told(await play('--output', 'json', '--no-ask-ahead'))).reduce(
      (sum, [, count]) => sum + count,
      0,
    );
    assert.is(trips, 1);
    assert.is(alone, 4);
  });
});
