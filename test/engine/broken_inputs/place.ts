// A folder with a broken input in it, a command called there, and what must hold of every answer whatever is broken.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { applyCommand } from '../../../engine/cli/apply_command.ts';
import { configCommand } from '../../../engine/cli/config_command.ts';
import { docCommand } from '../../../engine/cli/doc_command.ts';
import { inventoryCommand } from '../../../engine/cli/inventory_command.ts';
import { labCommand } from '../../../engine/cli/lab_command.ts';
import { moduleCommand } from '../../../engine/cli/module_command.ts';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { startCommand } from '../../../engine/cli/start_command.ts';
import { vaultCommand } from '../../../engine/cli/vault_command.ts';
import { called, type Called } from '../../support/called.ts';

const commands = {
  apply: applyCommand,
  config: configCommand,
  doc: docCommand,
  inventory: inventoryCommand,
  lab: labCommand,
  module: moduleCommand,
  playbook: playbookCommand,
  start: startCommand,
  vault: vaultCommand,
};

/** Text or bytes by the path of the file; a name with `+x` at its end is of a program. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Broken {
  /** `hardway` and what follows; an array where a word holds spaces. */
  readonly run: string | readonly string[];
  readonly files?: Files;
}

/** A broken input that somebody wrote down. */
export interface Case extends Broken {
  readonly what: string;
  /** What is told of it first, as `headline` has it. */
  readonly told: string;
}

export interface Answer extends Called {
  /** What breaks a promise that holds for every input, if anything. */
  readonly wrongs: readonly string[];
  readonly milliseconds: number;
}

/** Sound, so that only what a case puts in their place is broken. */
export const soundFiles: Files = {
  hosts: 'one\ntwo\n\n[web]\none\n',
  'play.yml': '- hosts: all\n  gather_facts: false\n  tasks:\n    - ping:\n',
  password: 'right\n',
};

/** A connection to any host makes this file: a command of ssh's stands in the place of the network. */
const connected = 'connected';

const promises: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a stack trace', /^ +at .+:\d+/m],
  [
    'a word of the inside',
    /\[object |TypeError|RangeError|ReferenceError|Cannot read prop|is not a function|NaN\b/,
  ],
  ['an internal error', /[Ii]nternal error/],
  // A name without a value is called so, as in Jinja; nothing else is.
  ['undefined', /(?<!template-|is )\bundefined\b/],
];

/** Every file below, with what it holds. */
function contentsOf(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    names.map((name) => {
      const file = path.join(folder, name);
      return [name, statSync(file).isDirectory() ? '' : readFileSync(file, 'latin1')];
    }),
  );
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name));
}

function write(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name.replace(/\+x$/, ''));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: name.endsWith('+x') ? 0o755 : 0o644 });
  }
}

const asked = (run: Broken['run']): readonly string[] => (typeof run === 'string' ? run.split(' ') : run);

/** Calls the command in a folder of its own. */
export async function answerTo({ run, files = {} }: Broken): Promise<Answer> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-broken-')));
  const [name = '', ...argv] = asked(run);
  const command = commands[name as keyof typeof commands];
  const sshBefore = process.env['ANSIBLE_SSH_ARGS'];
  process.env['ANSIBLE_SSH_ARGS'] = `-o ProxyCommand="touch ${path.join(folder, connected)}"`;
  try {
    write(folder, { ...soundFiles, ...files });
    const before = contentsOf(folder);
    const began = performance.now();
    const answer = await called(() => command(argv), folder);
    const milliseconds = performance.now() - began;
    const text = answer.stdout + answer.stderr;
    const changed = changes(before, contentsOf(folder));
    const wrongs = [
      ...promises.filter(([, pattern]) => pattern.test(text)).map(([what]) => `says ${what}`),
      ...changed.map((file) => (file === connected ? 'connects to a host' : `changes the file ${file}`)),
    ];
    const plain = (said: string): string => said.replaceAll(`${folder}/`, '').replaceAll(folder, '.');
    const { code } = answer;
    return { code, stdout: plain(answer.stdout), stderr: plain(answer.stderr), wrongs, milliseconds };
  } finally {
    if (sshBefore === undefined) delete process.env['ANSIBLE_SSH_ARGS'];
    else process.env['ANSIBLE_SSH_ARGS'] = sshBefore;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `PLACE SUMMARY / NEAREST` of a rendered problem; no place is `-`. */
function inOneLine(block: string): string {
  const [first = '', ...rest] = block.split('\n');
  const place = rest.map((line) => /^ +--> (.+)$/.exec(line)?.[1]).find((found) => found !== undefined);
  const near = /[Dd]id you mean (\S+?)\?/.exec(rest.join('\n'))?.[1];
  const summary = first.replace(/^(?:error|warning)\[[\w-]+\]: |^fatal: \[\S+\]: .*? => |^hardway \w+: /, '');
  return `${place ?? '-'} ${summary}${near === undefined ? '' : ` / ${near}`}`;
}

/** `CODE PLACE SUMMARY / NEAREST` of what the answer tells first: an error, else a warning, a failed task or one line. */
export function headline({ code, stdout, stderr }: Answer): string {
  const blocks = [...stderr.split('\n\n'), ...stdout.split('\n')].filter((block) => block.trim() !== '');
  const beginning = (...words: readonly string[]): string | undefined =>
    blocks.find((block) => words.some((word) => block.startsWith(word)));
  const failed = /^fatal: (?:.+\n?)+/m.exec(stdout)?.[0];
  const told = beginning('error[') ?? beginning('warning[') ?? failed ?? stderr.trim().split('\n')[0] ?? '';
  return `${code} ${inOneLine(told)}`;
}
