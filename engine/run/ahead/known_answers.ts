// Answers to stable probes that came before their task's turn, by machine. They are true as long as nothing was done:
// every step drops all that is known of its machine. That is drawn wide on purpose: paths are compared as text while
// links make one file of two, and files are what most other probes read. It costs no round trip, as the trip of the
// steps brings the next answers along.
import type { BecomeSpec, ConnectionSpec } from '../../connection/contract.ts';

interface Known {
  readonly answer: unknown;
  /** `host task` of the coming tasks that it was asked for; forgotten when all of them are over. */
  readonly claims: Set<string>;
  readonly behind: string | undefined;
}

/** One round trip under way. Its answers are kept only when nothing was done meanwhile but the steps it carried. */
export class AheadTrip {
  readonly #machine: Machine;
  /** The task whose far-reaching steps went first in this trip. */
  readonly behind: string | undefined;
  isStale: boolean;

  constructor(machine: Machine, behind: string | undefined, isStale: boolean) {
    this.#machine = machine;
    this.behind = behind;
    this.isStale = isStale;
  }

  keep(key: string, answer: unknown, claims: Iterable<string>): void {
    if (!this.isStale) this.#machine.keep(key, { answer, claims: new Set(claims), behind: this.behind });
  }

  end(): void {
    this.#machine.endTrip(this);
  }
}

export class Machine {
  readonly #known = new Map<string, Known>();
  readonly #trips = new Set<AheadTrip>();
  #changing = 0;
  /** An early probe outlasted its time: nothing is asked ahead any more. */
  isSlow = false;
  /** Grows whenever answers are dropped. */
  version = 0;

  known(key: string): { readonly answer: unknown } | undefined {
    return this.#known.get(key);
  }

  claim(key: string, claim: string): void {
    this.#known.get(key)?.claims.add(claim);
  }

  release(key: string, claim: string): void {
    const known = this.#known.get(key);
    known?.claims.delete(claim);
    if (known?.claims.size === 0) this.#known.delete(key);
  }

  /** `spared`: a task whose steps reach far on each of its hosts; what was asked behind them on this one stays. */
  drop(spared?: string): void {
    this.version += 1;
    const isSpared = (behind: string | undefined): boolean => spared !== undefined && behind === spared;
    for (const [key, { behind }] of this.#known) if (!isSpared(behind)) this.#known.delete(key);
    for (const trip of this.#trips) if (!isSpared(trip.behind)) trip.isStale = true;
  }

  /** Steps begin; call what it gives back when they have ended. */
  beginSteps(): () => void {
    this.drop();
    this.#changing += 1;
    return () => {
      this.#changing -= 1;
    };
  }

  /** `ownSteps`: those counted by `beginSteps` that this very trip carries. */
  beginTrip(ownSteps: 0 | 1, behind?: string): AheadTrip {
    const trip = new AheadTrip(this, behind, this.#changing > ownSteps);
    this.#trips.add(trip);
    return trip;
  }

  endTrip(trip: AheadTrip): void {
    this.#trips.delete(trip);
  }

  keep(key: string, known: Known): void {
    if (known.claims.size > 0) this.#known.set(key, known);
  }
}

/** Loopback and containers count as the control machine: they may share its files. */
function machineName({ kind, address, port }: ConnectionSpec): string {
  const isHere =
    (kind !== 'ssh' && kind !== 'openssh') || address === 'localhost' || /^(?:127\.|::1$)/.test(address);
  return isHere ? 'control' : `${address}:${port ?? ''}`;
}

/** What is known of all machines of a run. */
export class KnownAnswers {
  readonly #machines = new Map<string, Machine>();
  readonly #shells = new Map<string, string>();
  readonly control = this.#named('control');

  #named(name: string): Machine {
    let machine = this.#machines.get(name);
    if (!machine) this.#machines.set(name, (machine = new Machine()));
    return machine;
  }

  machine(spec: ConnectionSpec): Machine {
    return this.#named(machineName(spec));
  }

  /** A short name for one shell: answers differ by user, and who brings another password has none yet. */
  shell(spec: ConnectionSpec, become: BecomeSpec | undefined): string {
    const { password, passphrase, ...plain } = spec;
    const user = become && [become.method, become.user, become.flags, become.executable];
    const secrets = [password?.(), passphrase?.(), become?.password?.()];
    const key = JSON.stringify([plain, secrets, user]);
    let name = this.#shells.get(key);
    if (name === undefined) this.#shells.set(key, (name = `${this.#shells.size}`));
    return name;
  }

  /** Time has passed for a reason, or nobody knows what was done. */
  dropAll(): void {
    for (const machine of this.#machines.values()) machine.drop();
  }

  /** Something was done on one machine that may reach the others. */
  dropOthers(but: Machine, spared: string | undefined): void {
    for (const machine of this.#machines.values()) if (machine !== but) machine.drop(spared);
  }
}
