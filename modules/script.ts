// Sends a script of the control machine to the host and runs it there; the copy is removed afterwards.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, optional, str, type Parameters } from '../engine/module/kinds.ts';
import { controlFile, type ControlFile } from '../engine/module/vocabulary/control_files.ts';
import { runScript, runScriptKind } from '../engine/module/vocabulary/run_command.ts';
import { splitWords, wordProblem } from '../engine/module/words.ts';
import {
  commandReturns,
  commandResult,
  guardParams,
  guardProbes,
  guardReason,
  guards,
  notRunResult,
  type GuardsSeen,
} from './shared/command_result.ts';

const params = {
  cmd: str({ local: 'files', aliases: ['_raw_params'], doc: 'The script’s path and its arguments.' }),
  executable: optional(str({ doc: 'A program that runs the script; else its first line says.' })),
  ...guardParams,
  decrypt: optional(bool(), true),
};

type Wish = Parameters<typeof params>;

interface Seen extends GuardsSeen {
  /** Not looked for when the script need not run. */
  readonly source?: ControlFile;
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
  probes: (wish, seen) => {
    const asked = guardProbes(wish);
    if (Object.keys(asked).some((name) => !(name in seen))) return asked;
    if (wordProblem(wish.cmd) !== undefined || guardReason(wish, seen) !== undefined) return done;
    const [name] = splitWords(wish.cmd);
    if (name === undefined) return done;
    return { source: controlFile({ name, kind: 'files', decrypt: wish.decrypt, followLinks: true }) };
  },
  plan: (wish: Wish, seen) => {
    const problem = wordProblem(wish.cmd);
    if (problem !== undefined) return { steps: [], fail: `The script’s line cannot be split: ${problem}` };
    const [name, ...words] = splitWords(wish.cmd);
    if (name === undefined) return { steps: [], fail: 'No script is named' };
    if (guardReason(wish, seen) !== undefined) return { steps: [] };
    const { source } = seen;
    if (source?.type !== 'file') return { steps: [], fail: `${name} is no script: it is a directory` };
    const { executable, chdir } = wish;
    return { steps: [runScript({ name, content: source.content, arguments: words, executable, chdir })] };
  },
  result: (wish, seen, outcomes) => {
    const reason = guardReason(wish, seen);
    if (reason !== undefined) return notRunResult(wish.cmd, reason);
    return commandResult(wish.cmd, outcomes.one(runScriptKind));
  },
});
