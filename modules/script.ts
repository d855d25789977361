// Sends a script of the control machine to the host and runs it there; the copy is removed afterwards.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { controlFile, type ControlFile } from '../engine/module/vocabulary/control_files.ts';
import { runScript, runScriptKind } from '../engine/module/vocabulary/run_command.ts';
import { stat, type Stat } from '../engine/module/vocabulary/stat.ts';
import { splitWords, wordProblem } from '../engine/module/words.ts';
import { commandReturns, guards, shellResult } from './shared/command_result.ts';

const params = {
  cmd: str({
    local: 'files',
    aliases: ['_raw_params'],
    doc: 'The script’s path; what stands behind it is for the shell.',
  }),
  executable: optional(str({ doc: 'A program that runs the script; else its first line says.' })),
  creates: optional(path({ doc: 'The script does not run when this path is there.' })),
  removes: optional(path({ doc: 'The script runs only when this path is there.' })),
  chdir: optional(path({ doc: 'Folder in which it runs, from the root.' })),
  decrypt: optional(bool(), true),
};

type Wish = Parameters<typeof params>;

interface Seen {
  readonly created?: Stat;
  readonly removed?: Stat;
  /** Not looked for when the script need not run. */
  readonly source?: ControlFile;
}

/** Why the script need not run. Unlike a command's, these paths are no patterns, and `chdir` is not entered for them. */
function whySkipped({ creates, removes }: Wish, { created, removed }: Seen): string | undefined {
  if (creates !== undefined && created?.exists === true) return `${creates} exists, matching creates option`;
  if (removes !== undefined && removed?.exists === false)
    return `${removes} does not exist, matching removes option`;
  return undefined;
}

/** What stands behind the first word. */
function restOf(line: string): string {
  for (let end = 1; end < line.length; end += 1)
    if (/\s/.test(line[end] ?? '') && wordProblem(line.slice(0, end)) === undefined) return line.slice(end);
  return '';
}

export const script = defineModule({
  name: 'script',
  fullNames: ['ansible.builtin.script'],
  summary: 'Run a script of the control machine on the host',
  params,
  freeForm: 'cmd',
  guards,
  returns: commandReturns,
  seen: answers<Seen>(),
  probes: ({ cmd, creates, removes, decrypt, ...wish }, seen) => {
    const asked = {
      ...(creates === undefined ? {} : { created: stat({ path: creates, follow: true }) }),
      ...(removes === undefined ? {} : { removed: stat({ path: removes, follow: true }) }),
    };
    if (Object.keys(asked).some((name) => !(name in seen))) return asked;
    if (wordProblem(cmd) !== undefined) return done;
    if (whySkipped({ cmd, creates, removes, decrypt, ...wish }, seen) !== undefined) return done;
    const [name] = splitWords(cmd);
    if (name === undefined) return done;
    return { source: controlFile({ name, kind: 'files', decrypt, followLinks: true }) };
  },
  plan: (wish: Wish, seen) => {
    const { cmd, executable, chdir } = wish;
    const problem = wordProblem(cmd);
    if (problem !== undefined) return { steps: [], fail: `The script’s line cannot be split: ${problem}` };
    const [name] = splitWords(cmd);
    if (name === undefined) return { steps: [], fail: 'No script is named' };
    const skip = whySkipped(wish, seen);
    if (skip !== undefined) return { steps: [], skip };
    if (chdir?.startsWith('/') === false)
      return { steps: [], fail: `chdir must be a path from the root, and ${chdir} is none` };
    const { source } = seen;
    if (source?.type !== 'file') return { steps: [], fail: `${name} is no script: it is a directory` };
    return {
      steps: [runScript({ name, content: source.content, rest: restOf(cmd.trim()), executable, chdir })],
    };
  },
  result: (_wish, _seen, outcomes) => shellResult(outcomes.one(runScriptKind)),
});
