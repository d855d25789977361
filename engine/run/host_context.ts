// What `plan` and `probes` may know of their host. Tasks that ask nothing of the host must not connect to it, so the
// parts that need a connection are looked up on demand: the first look stops the pure function, the engine connects
// and calls it again.
import type { PlanContext } from '../module/contract.ts';
import type { HostShell } from './host_shell.ts';

/** Thrown out of a pure function that looked at the host before the host was connected. */
export class HostNeeded extends Error {}

export function hostContext(
  shell: HostShell,
  known: Omit<PlanContext, 'capabilities' | 'user' | 'home'>,
): PlanContext {
  const capabilities = () => {
    if (!shell.opened) throw new HostNeeded();
    return shell.opened.capabilities;
  };
  return {
    ...known,
    get capabilities() {
      return capabilities().names;
    },
    get user() {
      return capabilities().user;
    },
    get home() {
      return capabilities().home;
    },
  };
}
