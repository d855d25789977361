// Plays as data, so that they can be made at random and shrunk, and their text. A flow mapping in JSON is YAML.

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** A task's keywords, its module among them. Names are unique in a play. */
export type RandomTask = { readonly name: string } & { readonly [key: string]: Plain };

export interface RandomPlay {
  readonly tasks: readonly RandomTask[];
  readonly handlers: readonly RandomTask[];
}

export function playText({ tasks, handlers }: RandomPlay): string {
  const list = (word: string, entries: readonly RandomTask[]): string[] =>
    entries.length === 0 ? [] : [`  ${word}:`, ...entries.map((entry) => `    - ${JSON.stringify(entry)}`)];
  return [
    '- hosts: all',
    '  gather_facts: false',
    '  strategy: linear',
    ...(tasks.length === 0 ? ['  tasks: []'] : list('tasks', tasks)),
    ...list('handlers', handlers),
    '',
  ].join('\n');
}
