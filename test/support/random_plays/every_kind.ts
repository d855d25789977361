// Seeded random plays: changes, questions, registers, conditions, loops, handlers, delegates, failures, includes, all on a
// handful of paths, so that later tasks meet what earlier ones did.
import { Random } from '../random.ts';

/** A task as a flow mapping, or a block. */
export type RandomNode =
  | string
  | {
      readonly block: readonly RandomNode[];
      readonly rescue: readonly RandomNode[];
      readonly always: readonly RandomNode[];
      readonly when: string | undefined;
    };

export interface RandomPlay {
  readonly seed: number;
  readonly hosts: readonly string[];
  readonly strategy: 'linear' | 'free';
  readonly serial: boolean;
  readonly checkMode: boolean;
  readonly diff: boolean;
  readonly nodes: readonly RandomNode[];
  readonly handlers: readonly string[];
  /** Files beside the playbook. */
  readonly files: Readonly<Record<string, string>>;
}

const names = ['a', 'b', 'd', 'd/x', 'e/y', 'l', 'l/x'];
const texts = ['one', 'two', 'three'];

/** A module with its parameters, as text of a flow mapping. `path` is the full path, in quotes already. */
type Action = (path: string, maker: PlayMaker) => string;

const changes: readonly Action[] = [
  (path, maker) => `copy: {content: "${maker.one(texts)}\\n", dest: ${path}}`,
  (path, maker) => `copy: {content: "{{ word }}\\n", dest: ${path}, mode: "${maker.one(['0644', '0600'])}"}`,
  (path) => `template: {src: t.j2, dest: ${path}}`,
  (path) => `file: {path: ${path}, state: directory}`,
  (path) => `file: {path: ${path}, state: absent}`,
  (path) => `file: {path: ${path}, mode: "0600"}`,
  (path) => `file: {path: ${path}, state: link, src: d, force: true}`,
  (path, maker) => `file: {path: ${path}, state: hard, src: "${maker.home}/a", force: true}`,
  (path, maker) => `lineinfile: {path: ${path}, line: "${maker.one(texts)}", create: true}`,
  (path) => `blockinfile: {path: ${path}, block: "of {{ word }}", create: true}`,
  (path, maker) => `replace: {path: ${path}, regexp: "${maker.one(texts)}", replace: "{{ word }}"}`,
];

const commands: readonly Action[] = [
  (path, maker) => `shell: "echo ${maker.one(texts)} >> ${maker.bare(path)}"`,
  (path, maker) => `shell: "rm -rf ${maker.bare(path)}"`,
  (path, maker) => `command: {cmd: "mkdir -p ${maker.bare(path)}", creates: ${path}}`,
  (path, maker) => `command: "ln -sfn d ${maker.bare(path)}"`,
  (path, maker) => `command: "cat ${maker.bare(path)}"`,
  () => `raw: "true"`,
];

const questions: readonly Action[] = [
  (path) => `stat: {path: ${path}}`,
  (path) => `stat: {path: ${path}, follow: true, get_checksum: false}`,
  (path) => `slurp: {src: ${path}}`,
  (_, maker) => `find: {paths: "${maker.home}", recurse: true}`,
  () => `group: {name: root}`,
  () => `user: {name: root}`,
];

class PlayMaker {
  readonly #random: Random;
  readonly #registers: string[] = [];
  readonly hosts: readonly string[];
  readonly strategy: 'linear' | 'free';
  home = '{{ root }}/{{ inventory_hostname }}';
  #count = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.hosts = this.chance(0.4) ? ['one', 'two'] : ['one'];
    this.strategy = this.chance(0.2) ? 'free' : 'linear';
  }

  chance(of: number): boolean {
    return this.#random.chance(of);
  }

  one<T>(list: readonly T[]): T {
    return this.#random.pick(list);
  }

  bare(path: string): string {
    return path.slice(1, -1);
  }

  #path(): string {
    return `"${this.home}/${this.one(names)}"`;
  }

  #condition(): string {
    const register = this.#registers.length > 0 ? this.one(this.#registers) : undefined;
    if (register === undefined) return this.one(['true', 'flag', 'not flag']);
    return this.one([`${register} is changed`, `${register} is not failed`, 'flag', 'word is defined']);
  }

  #loop(): { loop: string; path: string } {
    const items = this.one([
      '[a, b, d]',
      '[d, d/x, l, l/x]',
      '[d/x, e/x, l/x, x]',
      '[b/n, d/n, e/n, l/n]',
      '[a, a, b]',
      '"{{ some }}"',
      '"{{ range(4) | list }}"',
    ]);
    return { loop: `loop: ${items}`, path: `"${this.home}/{{ item }}"` };
  }

  #action(path: string): string {
    const kind = this.#random.next();
    return this.one(kind < 0.45 ? changes : kind < 0.6 ? commands : questions)(path, this);
  }

  /** Steps of the engine's own state, or of nothing. */
  #inner(): string {
    const register = this.#registers.length > 0 ? this.one(this.#registers) : undefined;
    return this.one([
      `set_fact: {word: "${this.one(texts)}"}`,
      `set_fact: {flag: "{{ ${register === undefined ? 'true' : `${register} is changed`} }}"}`,
      `set_fact: {some: [b, "${this.one(names)}"]}`,
      `debug: {msg: "{{ word }} {{ ${register ?? 'flag'} }}"}`,
      `fail: {msg: wanted}`,
      `assert: {that: flag}`,
      `include_tasks: {file: "${this.one(['more.yml', '{{ which }}.yml'])}"}`,
      'meta: flush_handlers',
    ]);
  }

  #more(isMeta: boolean, mayDelegate: boolean): string[] {
    const more: string[] = [];
    if (isMeta) return more;
    if (this.chance(0.25)) more.push(`when: ${this.#condition()}`);
    if (this.chance(0.1)) more.push('become: true');
    if (this.chance(0.08)) more.push('environment: {X: "{{ word }}"}');
    if (this.chance(0.05)) more.push('check_mode: true');
    if (this.strategy === 'linear' && this.chance(0.06)) more.push('run_once: true');
    if (this.chance(0.05)) more.push('throttle: 1');
    if (this.chance(0.25)) more.push(`notify: ${this.one(['first', 'second'])}`);
    if (mayDelegate) more.push('delegate_to: two');
    return more;
  }

  task(): string {
    this.#count += 1;
    const name = `t${this.#count}`;
    const isInner = this.chance(0.2);
    const isDelegated = !isInner && this.strategy === 'linear' && this.chance(0.08);
    if (isDelegated) this.home = '{{ root }}/two';
    const looped = !isInner && this.chance(0.25) ? this.#loop() : undefined;
    const action = isInner ? this.#inner() : this.#action(looped?.path ?? this.#path());
    this.home = '{{ root }}/{{ inventory_hostname }}';
    const isSpecial = action.startsWith('meta') || action.startsWith('include');
    const parts = [`name: ${name}`, action, ...this.#more(isSpecial, isDelegated)];
    if (looped) parts.push(looped.loop);
    if (!isSpecial && this.chance(0.3)) {
      parts.push(`register: r${this.#count}`);
      if (!looped && this.chance(0.15))
        parts.push(`until: r${this.#count} is not changed`, 'retries: 1', 'delay: 0');
      this.#registers.push(`r${this.#count}`);
    }
    if (!isSpecial && this.chance(0.7)) parts.push('ignore_errors: true');
    if (!isSpecial && this.chance(0.05)) parts.push(`changed_when: ${this.#condition()}`);
    return `{${parts.join(', ')}}`;
  }

  nodes(count: number): RandomNode[] {
    return Array.from({ length: count }, () =>
      this.chance(0.12)
        ? {
            block: this.nodes(2),
            rescue: this.chance(0.7) ? [this.task()] : [],
            always: this.chance(0.5) ? [this.task()] : [],
            when: this.chance(0.2) ? this.#condition() : undefined,
          }
        : this.task(),
    );
  }
}

/** The last task: questions that nothing comes between. One by one they cost eight round trips. */
export const tail =
  '{name: tail, stat: {path: "{{ root }}/{{ inventory_hostname }}/{{ item }}"}, loop: [a, b, d, e, l, m, n, o]}';

export function randomPlay(seed: number): RandomPlay {
  const maker = new PlayMaker(seed);
  const nodes = maker.nodes(5 + Math.floor(maker.one([0, 1, 2, 3, 4])));
  const handlers = ['first', 'second'].map((name) => maker.task().replace(/name: t\d+/, `name: ${name}`));
  return {
    seed,
    hosts: maker.hosts,
    strategy: maker.strategy,
    serial: maker.hosts.length > 1 && maker.chance(0.2),
    checkMode: maker.chance(0.15),
    diff: maker.chance(0.2),
    nodes: [...nodes, tail],
    // A handler that notifies itself, or runs without end, is another test's affair; one that flushes is refused.
    handlers: handlers.map((handler) =>
      handler.replace(/, notify: \w+/, '').replace('meta: flush_handlers', 'meta: noop'),
    ),
    files: {
      'templates/t.j2': 'word {{ word }} on {{ inventory_hostname }}\n',
      // One that includes itself is refused at load.
      'more.yml': `- ${maker.task()}\n- ${maker.task()}\n`.replaceAll(
        'include_tasks: {file: "more.yml"}',
        'debug: {msg: more}',
      ),
      'other.yml': `- ${maker.task()}\n`,
    },
  };
}

function lines(nodes: readonly RandomNode[], indent: string): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return `${indent}- ${node}\n`;
      const part = (name: 'block' | 'rescue' | 'always', lead: string): string =>
        node[name].length === 0 ? '' : `${indent}${lead}${name}:\n${lines(node[name], `${indent}    `)}`;
      const when = node.when === undefined ? '' : `${indent}  when: ${node.when}\n`;
      return `${part('block', '- ')}${part('rescue', '  ')}${part('always', '  ')}${when}`;
    })
    .join('');
}

export function playText({ strategy, serial, nodes, handlers }: RandomPlay): string {
  const handlerLines = handlers.length === 0 ? '' : `  handlers:\n${lines(handlers, '    ')}`;
  return `- hosts: all
  gather_facts: false
  strategy: ${strategy}
${serial ? '  serial: 1\n' : ''}  vars: {word: four, flag: true, some: [a, l], which: other}
  tasks:
${lines(nodes, '    ')}${handlerLines}`;
}

/** The play and the files beside it, to be read and run by hand. */
export function wholeText(play: RandomPlay): string {
  const files = Object.entries(play.files).map(([name, text]) => `# ${name}\n${text}`);
  return [playText(play), ...files].join('');
}

/** The play with one node, handler, file or setting less, for each that can be left out. */
function* smallerPlays(play: RandomPlay): Generator<RandomPlay> {
  for (const nodes of smallerLists(play.nodes)) yield { ...play, nodes };
  for (const at of play.handlers.keys()) yield { ...play, handlers: play.handlers.toSpliced(at, 1) };
  for (const name of Object.keys(play.files)) {
    const files = Object.entries(play.files).filter(([other]) => other !== name);
    yield { ...play, files: Object.fromEntries(files) };
  }
  for (const setting of ['serial', 'checkMode', 'diff'] as const)
    if (play[setting]) yield { ...play, [setting]: false };
}

/** Of those that fail as well the smallest one; a play that cannot be loaded counts as right. */
export async function smallestPlay(
  play: RandomPlay,
  difference: (play: RandomPlay) => Promise<string | undefined>,
): Promise<RandomPlay> {
  for (const smaller of smallerPlays(play)) {
    const found = await difference(smaller).catch(() => undefined);
    if (found !== undefined) return smallestPlay(smaller, difference);
  }
  return play;
}

function* smallerLists(nodes: readonly RandomNode[]): Generator<readonly RandomNode[]> {
  for (const [index, node] of nodes.entries()) {
    if (node === tail) continue;
    yield nodes.toSpliced(index, 1);
    if (typeof node === 'string') {
      // Keywords one by one: all that stands after the name and the module.
      const parts = node
        .slice(1, -1)
        .split(
          /, (?=(?:when|become|environment|check_mode|run_once|throttle|notify|delegate_to|loop|register|until|retries|delay|ignore_errors|changed_when): )/,
        );
      for (let at = 1; at < parts.length; at += 1)
        yield nodes.with(index, `{${parts.toSpliced(at, 1).join(', ')}}`);
      continue;
    }
    yield nodes.toSpliced(index, 1, ...node.block);
    for (const part of ['block', 'rescue', 'always'] as const)
      for (const smaller of smallerLists(node[part]))
        if (part !== 'block' || smaller.length > 0) yield nodes.with(index, { ...node, [part]: smaller });
  }
}
