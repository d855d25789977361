// How big a page may become. What is left out is counted and told on the page.

export const limits = {
  /** Lanes of the timeline. */
  lanes: 60,
  /** Blocks of one lane that are kept while the run goes on; neighbours join when there are more. */
  blocksKept: 1024,
  /** Blocks drawn in all lanes together. */
  blocksDrawn: 6000,
  hostRows: 1000,
  topologyHosts: 300,
  tasks: 3000,
  /** Hosts named one by one in a task, for each way in which it ended. */
  hostsInTask: 40,
  /** Results of a task that are shown with message, items and diff. */
  notesInTask: 25,
  itemsInNote: 25,
  badItemsInNote: 100,
  diffLines: 200,
  messageCharacters: 4000,
  /** Messages, diffs and items of the whole page; those of failures have as much again. */
  textCharacters: 3_000_000,
  attention: 100,
} as const;

/** Counts down what may still be kept. */
export class Budget {
  #left: number;

  constructor(size: number) {
    this.#left = size;
  }

  take(size: number): boolean {
    if (size > this.#left) return false;
    this.#left -= size;
    return true;
  }
}

/** The first part of a long text, and how much is missing. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}\n… ${text.length - length} characters more`;
}
