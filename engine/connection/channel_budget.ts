// Channels of one connection: sshd refuses the eleventh (MaxSessions), and other programs may share the account.

export interface Occupant {
  readonly isIdle: boolean;
  /** The login user's shell stays. */
  readonly isLasting: boolean;
  /** A growing number; the smallest leaves first. */
  readonly lastUsed: number;
  /** Resolves when its channel is closed on the host. */
  leave(): Promise<void>;
}

export class ChannelBudget {
  #limit: number;
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
        this.#occupants.delete(least);
        // Its place is free for us alone, and only when the host has closed it.
        this.#opening += 1;
        await least.leave();
        return;
      }
      await new Promise<void>((resume) => this.#waiting.push(resume));
    }
    this.#opening += 1;
  }

  /** Whether `enter` would not have to wait. */
  get hasRoom(): boolean {
    if (this.#occupants.size + this.#opening < this.#limit) return true;
    return [...this.#occupants].some((occupant) => occupant.isIdle && !occupant.isLasting);
  }

  /** Ends what `enter` began; without an occupant the channel could not be opened. */
  entered(occupant?: Occupant): void {
    this.#opening -= 1;
    if (occupant !== undefined) this.#occupants.add(occupant);
    else this.freed();
  }

  /**
   * The host refused the channel that `enter` let in: from now on there are no more than the others that it gave.
   * False when there is none among them that could leave.
   */
  lower(): boolean {
    const others = this.#occupants.size + this.#opening - 1;
    const lasting = [...this.#occupants].filter((occupant) => occupant.isLasting).length;
    if (others <= lasting) return false;
    this.#limit = Math.min(this.#limit, others);
    return true;
  }

  remove(occupant: Occupant): void {
    if (this.#occupants.delete(occupant)) this.freed();
  }

  /** To be called when an occupant became idle. */
  freed(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
