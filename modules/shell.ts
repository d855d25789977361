// Runs a line of text in a shell on the host. Whether it changed something is the playbook's to say.
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, optional, path, raw, str } from '../engine/module/kinds.ts';
import { sh } from '../engine/module/quote.ts';
import {
  runCommand,
  runCommandKind,
  whyNotBegun,
  whyNotStarted,
} from '../engine/module/vocabulary/run_command.ts';
import { stdinOf } from './command.ts';
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

export const shell = defineModule({
  name: 'shell',
  fullNames: ['ansible.builtin.shell'],
  summary: 'Run a line of text in a shell on the host',
  params: {
    cmd: str({ aliases: ['_raw_params'], doc: 'The text for the shell.' }),
    executable: optional(path({ doc: 'The shell; /bin/sh by default.' })),
    ...guardParams,
    stdin: optional(str()),
    stdin_add_newline: optional(bool(), true),
    warn: optional(raw({ deprecated: 'it has no effect' })),
  },
  freeForm: 'cmd',
  guards,
  returns: commandReturns,
  seen: answers<GuardsSeen>(),
  probes: (wish) => guardProbes(wish),
  plan: (wish, seen) => {
    if ((whyNotEntered(wish, seen) ?? guardReason(wish, seen)) !== undefined) return { steps: [] };
    const { cmd, executable, chdir } = wish;
    return {
      steps: [runCommand({ command: cmd, executable, chdir, stdin: stdinOf(wish), tellsExecutable: true })],
    };
  },
  result: (wish, seen, outcomes, _after, context) => {
    const blocked = whyNotEntered(wish, seen);
    if (blocked !== undefined) return notBegunResult(wish.cmd, blocked, null);
    const reason = guardReason(wish, seen);
    if (reason !== undefined) return notRunResult(wish.cmd, reason, context);
    const output = outcomes.one(runCommandKind);
    const refused = whyNotStarted(wish, output);
    if (refused?.of === 'folder') return notBegunResult(wish.cmd, refused.message, null);
    if (refused)
      return notBegunResult(sh`${wish.executable ?? ''} -c ${wish.cmd}`.text, refused.message, refused.rc);
    const why = whyNotBegun(output);
    if (why?.errno === 7)
      return notBegunResult(wish.cmd, `${why.message}: '${wish.executable ?? '/bin/sh'}'`, 7);
    return commandResult(wish.cmd, output);
  },
});
