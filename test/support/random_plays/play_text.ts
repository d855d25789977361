// Plays as data, so that they can be made at random and shrunk, and their text. A flow mapping in JSON is YAML.

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** A task's keywords, its module among them, or a block's lists of tasks. Names are unique in a play. */
export type RandomTask = { readonly name: string } & { readonly [key: string]: Plain };

export interface RandomPlay {
  readonly tasks: readonly RandomTask[];
  readonly handlers: readonly RandomTask[];
  /** Pattern of hosts; all when it is not given. */
  readonly hosts?: string;
  /** Files of tasks beside the playbook, by their path. */
  readonly taskFiles?: Readonly<Record<string, readonly RandomTask[]>>;
}

export function playText({ tasks, handlers, hosts }: RandomPlay): string {
  const list = (word: string, entries: readonly RandomTask[]): string[] =>
    entries.length === 0 ? [] : [`  ${word}:`, ...entries.map((entry) => `    - ${JSON.stringify(entry)}`)];
  return [
    `- hosts: ${hosts ?? 'all'}`,
    '  gather_facts: false',
    '  strategy: linear',
    ...(tasks.length === 0 ? ['  tasks: []'] : list('tasks', tasks)),
    ...list('handlers', handlers),
    '',
  ].join('\n');
}

/** The files of tasks as text, by their path. */
export function taskFileTexts({ taskFiles = {} }: RandomPlay): Record<string, string> {
  return Object.fromEntries(
    Object.entries(taskFiles).map(([name, tasks]) => [
      name,
      tasks.length === 0 ? '[]\n' : tasks.map((task) => `- ${JSON.stringify(task)}\n`).join(''),
    ]),
  );
}

/** The play and its files, to be read and run by hand. */
export function wholeText(play: RandomPlay): string {
  const files = Object.entries(taskFileTexts(play)).map(([name, text]) => `# ${name}\n${text}`);
  return [playText(play), ...files].join('');
}
