// Runs text in the login shell's stead, for hosts on which nothing else works yet. Here it differs from shell only in
// its result, and in taking no conditions and no environment (as in Ansible).
import { defineModule } from '../engine/module/define.ts';
import { optional, path, str } from '../engine/module/kinds.ts';
import { runCommand, runCommandKind } from '../engine/module/vocabulary/run_command.ts';
import { commandReturns, shellResult } from './shared/command_result.ts';

export const raw = defineModule({
  name: 'raw',
  fullNames: ['ansible.builtin.raw'],
  summary: 'Run text in a shell on a bare host',
  params: {
    cmd: str({ aliases: ['_raw_params'], doc: 'The text for the shell.' }),
    executable: optional(path({ doc: 'The shell; /bin/sh by default.' })),
  },
  freeForm: 'cmd',
  passesOverEnvironment: true,
  returns: commandReturns,
  plan: ({ cmd, executable }) => ({ steps: [runCommand({ command: cmd, executable })] }),
  result: (_, __, outcomes) => shellResult(outcomes.one(runCommandKind)),
});
