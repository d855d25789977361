// Runs a program with arguments, no shell between. Whether it changed something is the playbook's to say.
import type { ModuleResult, Output } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, list, optional, path, raw, str, type Parameters } from '../engine/module/kinds.ts';
import {
  runCommand,
  runCommandKind,
  whyNotBegun,
  whyNotStarted,
} from '../engine/module/vocabulary/run_command.ts';
import { splitWords, wordProblem } from '../engine/module/words.ts';
import {
  commandReturns,
  commandResult,
  guardParams,
  guardProbes,
  guardReason,
  guards,
  notBegunResult,
  notRunResult,
  whyNotEntered,
  type GuardsSeen,
} from './shared/command_result.ts';

const params = {
  cmd: optional(
    str({ aliases: ['_raw_params'], doc: 'The command line, split into words as a shell would.' }),
  ),
  argv: optional(list(str(), { doc: 'The words themselves.' })),
  ...guardParams,
  stdin: optional(str()),
  stdin_add_newline: optional(bool(), true),
  strip_empty_ends: optional(bool({ doc: 'Cut line ends off the end of stdout and stderr.' }), true),
  expand_argument_vars: optional(bool({ doc: 'Replace $NAME by the environment of the host.' }), true),
  executable: optional(path({ doc: 'Ignored, as in Ansible; use shell.' })),
  warn: optional(raw({ deprecated: 'it has no effect' })),
};

type Wish = Parameters<typeof params>;

function words({ cmd, argv }: Wish): readonly string[] {
  return argv ?? splitWords(cmd ?? '');
}

export function stdinOf(wish: {
  readonly stdin: string | undefined;
  readonly stdin_add_newline: boolean;
}): string | undefined {
  return wish.stdin === undefined ? undefined : wish.stdin + (wish.stdin_add_newline ? '\n' : '');
}

/** The shell's own word that there is no such program, before anything ran. */
function isMissing([program = '']: readonly string[], { rc, stdout, stderr }: Output): boolean {
  if (rc !== 127 || stdout.length > 0) return false;
  const said = stderr.toString('utf8').trim();
  return said.includes(program) && /(not found|No such file or directory)$/.test(said);
}

function notExecuted(cmd: readonly string[], errno: number, message: string): ModuleResult {
  return notBegunResult(cmd.join(' '), `${message}: b'${cmd[0] ?? ''}'`, errno);
}

export const command = defineModule({
  name: 'command',
  fullNames: ['ansible.builtin.command'],
  summary: 'Run a program on the host',
  params,
  freeForm: 'cmd',
  guards,
  returns: commandReturns,
  constraints: { mutuallyExclusive: [['cmd', 'argv']], requiredOneOf: [['cmd', 'argv']] },
  seen: answers<GuardsSeen>(),
  probes: (wish) => guardProbes(wish),
  plan: (wish, seen) => {
    const problem = wish.argv ? undefined : wordProblem(wish.cmd ?? '');
    if (problem !== undefined)
      return { steps: [], fail: `The command cannot be split into words: ${problem}` };
    if (words(wish).length === 0) return { steps: [], fail: 'There is no command to run' };
    if ((whyNotEntered(wish, seen) ?? guardReason(wish, seen)) !== undefined) return { steps: [] };
    const run = runCommand({
      command: words(wish),
      chdir: wish.chdir,
      stdin: stdinOf(wish),
      expandVariables: wish.expand_argument_vars,
    });
    return { steps: [run] };
  },
  result: (wish, seen, outcomes, _after, context) => {
    const ran = words(wish);
    const blocked = whyNotEntered(wish, seen);
    if (blocked !== undefined) return notBegunResult(ran, blocked, null);
    const reason = guardReason(wish, seen);
    if (reason !== undefined) return notRunResult(ran, reason, context);
    const output = outcomes.one(runCommandKind);
    const refused = whyNotStarted({ chdir: wish.chdir }, output);
    if (refused) return notBegunResult(ran, refused.message, null);
    if (isMissing(ran, output)) return notExecuted(ran, 2, '[Errno 2] No such file or directory');
    const why = whyNotBegun(output);
    if (why?.said.includes(ran[0] ?? '')) return notExecuted(ran, why.errno, why.message);
    return commandResult(ran, output, { stripEmptyEnds: wish.strip_empty_ends });
  },
});
