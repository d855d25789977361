// Exit codes as Ansible's commands give them.
import type { HostRecap } from '../run/events.ts';
import type { RunOutcome } from '../run/run_playbooks.ts';

export const exitCodes = {
  success: 0,
  error: 1,
  failedHosts: 2,
  /** Of ours, with --detailed-exitcode: something changed, would change, or cannot be told. Ansible has no 3. */
  changes: 3,
  unreachable: 4,
  /** The check before the run found errors: ansible-playbook's code for what it cannot parse. */
  refused: 4,
  usage: 2,
  /** Options that are well written and ask for what is not there. */
  badChoice: 5,
  interrupted: 130,
} as const;

/** ansible-playbook's code is of bits: 2 for failed hosts, 4 for unreachable ones, and unreachable alone is 4. */
export function exitCodeOf({ lost, interrupted, unanswered }: Omit<RunOutcome, 'recap'>): number {
  if (interrupted) return exitCodes.interrupted;
  const ends = new Set(lost.values());
  if (ends.has('unreachable')) return exitCodes.unreachable;
  return ends.has('failed') || unanswered ? exitCodes.failedHosts : exitCodes.success;
}

/** With `--detailed-exitcode` a run that went well tells whether there was, or would be, a change. */
export function detailedCode(code: number, recap: ReadonlyMap<string, HostRecap>): number {
  const isPending = [...recap.values()].some((host) => host.changed > 0 || host.unknown > 0);
  return code === exitCodes.success && isPending ? exitCodes.changes : code;
}
