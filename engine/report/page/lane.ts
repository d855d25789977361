// What one host did when, in bounded memory: when there are too many blocks, short neighbours join into one.
import type { Status } from '../../run/events.ts';

export interface Block {
  /** Milliseconds since the run began. */
  start: number;
  end: number;
  /** The gravest of the tasks in it. */
  status: Status;
  /** The number of the gravest task, or of the first. */
  task: number;
  tasks: number;
}

const lightestFirst: readonly Status[] = ['skipped', 'ok', 'changed', 'unknown', 'failed', 'unreachable'];

function join(into: Block, block: Block): void {
  into.start = Math.min(into.start, block.start);
  into.end = Math.max(into.end, block.end);
  into.tasks += block.tasks;
  if (lightestFirst.indexOf(block.status) <= lightestFirst.indexOf(into.status)) return;
  into.status = block.status;
  into.task = block.task;
}

/** Blocks shorter than `grain` milliseconds join their neighbour when both fit into one grain. */
function coarser(blocks: readonly Block[], grain: number): Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last && Math.max(last.end, block.end) - last.start <= grain) join(last, block);
    else joined.push({ ...block });
  }
  return joined;
}

export class Lane {
  readonly host: string;
  readonly #capacity: number;
  #blocks: Block[] = [];
  #grain = 1;

  constructor(host: string, capacity: number) {
    this.host = host;
    this.#capacity = capacity;
  }

  add(block: Block): void {
    this.#blocks.push(block);
    while (this.#blocks.length > this.#capacity) {
      this.#grain *= 2;
      this.#blocks = coarser(this.#blocks, this.#grain);
    }
  }

  /** Blocks for a drawing in which less than `grain` milliseconds cannot be told apart. */
  drawn(grain: number): readonly Block[] {
    return coarser(this.#blocks, grain);
  }
}
