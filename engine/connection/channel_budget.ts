// Channels of one connection: sshd refuses the eleventh (MaxSessions), and other programs may share the account.

export interface Occupant {
  readonly isIdle: boolean;
  /** The login user's shell stays. */
  readonly isLasting: boolean;
  /** A growing number; the smallest leaves first. */
  readonly lastUsed: number;
  leave(): void;
}

export class ChannelBudget {
  readonly #limit: number;
  readonly #occupants = new Set<Occupant>();
  readonly #waiting: (() => void)[] = [];
  #opening = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves when a channel may be opened: at once, after the least used idle one left, or when one becomes idle. */
  async enter(): Promise<void> {
    while (this.#occupants.size + this.#opening >= this.#limit) {
      const idle = [...this.#occupants].filter((occupant) => occupant.isIdle && !occupant.isLasting);
      const [least] = idle.sort((a, b) => a.lastUsed - b.lastUsed);
      if (least !== undefined) {
        this.remove(least);
        least.leave();
        continue;
      }
      await new Promise<void>((resume) => this.#waiting.push(resume));
    }
    this.#opening += 1;
  }

  /** Ends what `enter` began; without an occupant the channel could not be opened. */
  entered(occupant?: Occupant): void {
    this.#opening -= 1;
    if (occupant !== undefined) this.#occupants.add(occupant);
    else this.freed();
  }

  remove(occupant: Occupant): void {
    if (this.#occupants.delete(occupant)) this.freed();
  }

  /** To be called when an occupant became idle. */
  freed(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
