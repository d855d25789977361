// Random tasks on few paths, so that they meet: of modules that say what their steps do, and commands that do not.
import type { Plain, RandomPlay, RandomTask } from './play_text.ts';
import type { Random } from '../random.ts';

const names = ['a', 'b', 'd', 'd/x', 'd/y', 'e/z', 'l'];
const texts = ['one\n', 'two\n', 'one\ntwo\n', 'k=1\nk=2\n', ''];
const modes = ['0644', '0600', '0755'];

export interface Made {
  readonly [key: string]: Plain;
}

export interface Making {
  readonly random: Random;
  /** Folder of a host. */
  readonly root: string;
  readonly registers: readonly string[];
}

export const at = ({ random, root }: Making): string => `${root}/${random.pick(names)}`;

export function maybe(random: Random, key: string, values: readonly Plain[], probability = 0.4): Made {
  return random.chance(probability) ? { [key]: random.pick(values) } : {};
}

export type Maker = (making: Making) => Made;

/** Modules that say what their steps do to the picture. */
export const modelled: readonly Maker[] = [
  (one) => ({
    copy: {
      content: one.random.pick(texts),
      dest: at(one),
      ...maybe(one.random, 'mode', modes),
      ...maybe(one.random, 'force', [false], 0.2),
    },
  }),
  (one) => ({ copy: { src: at(one), dest: at(one), remote_src: true } }),
  (one) => ({ file: { path: at(one), state: 'directory', ...maybe(one.random, 'mode', ['0755', '0700']) } }),
  (one) => ({ file: { path: at(one), state: 'absent' } }),
  (one) => ({ file: { path: at(one), state: 'touch', ...maybe(one.random, 'mode', modes) } }),
  (one) => ({ file: { path: at(one), mode: one.random.pick(modes) } }),
  (one) => ({
    file: { path: `${one.root}/l`, src: at(one), state: 'link', ...maybe(one.random, 'force', [true]) },
  }),
  (one) => ({
    file: { path: at(one), src: at(one), state: 'hard', ...maybe(one.random, 'force', [true]) },
  }),
  (one) => ({
    lineinfile: {
      path: at(one),
      line: one.random.pick(['one', 'k=3']),
      ...maybe(one.random, 'regexp', ['^k=', '^one']),
      ...maybe(one.random, 'create', [true]),
    },
  }),
  (one) => ({ lineinfile: { path: at(one), regexp: '^k=', state: 'absent' } }),
  (one) => ({ blockinfile: { path: at(one), block: 'x\ny', ...maybe(one.random, 'create', [true]) } }),
  (one) => ({ replace: { path: at(one), regexp: 'one|two', replace: one.random.pick(['two', 'three']) } }),
  (one) => ({ template: { src: 'text.j2', dest: at(one), ...maybe(one.random, 'mode', modes) } }),
];

/** Looks: what they see is told by a later `debug`. */
export const looking: readonly Maker[] = [
  (one) => ({ stat: { path: at(one), ...maybe(one.random, 'follow', [true]) } }),
  (one) => ({
    find: { paths: one.random.pick([one.root, `${one.root}/d`]), recurse: true, file_type: 'any' },
  }),
  (one) => ({ slurp: { src: at(one) }, ignore_errors: true }),
];

export const commands: readonly Maker[] = [
  (one) => ({ command: `touch ${at(one)}` }),
  (one) => ({ command: { cmd: `mkdir -p ${at(one)}`, ...maybe(one.random, 'creates', [at(one)]) } }),
  (one) => ({ command: { cmd: `rm -rf ${at(one)}`, ...maybe(one.random, 'removes', [at(one)]) } }),
  (one) => ({ shell: `echo two > ${at(one)}` }),
  (one) => ({ shell: `cat ${at(one)}`, changed_when: false, failed_when: false }),
  (one) => ({ shell: `test -d ${at(one)}`, changed_when: false, ignore_errors: true }),
  (one) => ({ shell: `test -e ${at(one)} || { touch ${at(one)}; echo made; }` }),
  (one) => ({ shell: `ls ${one.root}`, changed_when: "'a' in HERE.stdout", ignore_errors: true }),
];

export const looked =
  "{{ HERE.changed }} {{ HERE.stat.exists | default('-') }} {{ HERE.stat.mode | default('-') }} {{ HERE.stat.isdir | default('-') }} {{ HERE.stat.checksum | default('-') }} {{ HERE.content | default('-') }} {{ HERE.files | default([]) | map(attribute='path') | sort | join(',') }}";

export function condition({ random, registers }: Making): string {
  if (registers.length === 0) return random.pick(['true', 'false', 'inventory_hostname == "one"']);
  const name = random.pick(registers);
  return random.pick([
    `${name} is changed`,
    `${name} is not changed`,
    `${name} is failed`,
    `${name} is skipped`,
    `${name}.stat.exists | default(false)`,
    `${name}.rc | default(0) == 0`,
    `${name}.stdout | default('') != ''`,
    `v_${name} | default(0) == 1`,
  ]);
}

function keywords(making: Making, handlers: readonly string[]): Made {
  const { random } = making;
  return {
    ...(random.chance(0.3) ? { when: condition(making) } : {}),
    ...(handlers.length > 0 && random.chance(0.25) ? { notify: random.pick(handlers) } : {}),
  };
}

const loopable = ['copy', 'file', 'lineinfile', 'blockinfile', 'replace', 'template'];

export function loopedMaybe(task: Made, { random, root }: Making): Made {
  const [module, args] = Object.entries(task)[0] ?? [];
  if (
    module === undefined ||
    typeof args !== 'object' ||
    args === null ||
    Array.isArray(args) ||
    !random.chance(0.15)
  )
    return task;
  const key = 'dest' in args ? 'dest' : 'path' in args ? 'path' : undefined;
  if (key === undefined || !loopable.includes(module)) return task;
  const items = [random.pick(names), random.pick(names)];
  return { ...task, [module]: { ...(args as Made), [key]: `${root}/{{ item }}` }, loop: items };
}

export interface Mixture {
  readonly tasks: number;
  /** Share of commands among the tasks. */
  readonly commands: number;
}

/** A random play on a folder for each host. */
export function randomPlay(random: Random, root: string, mixture: Mixture): RandomPlay {
  const registers: string[] = [];
  const tasks: RandomTask[] = [];
  const making = (): Making => ({ random, root, registers });
  const count = random.below(3);
  const handlerNames = Array.from({ length: count }, (_, at) => `handler ${at}`);
  const change = (): Made =>
    loopedMaybe(random.pick(random.chance(mixture.commands) ? commands : modelled)(making()), making());
  for (let number = 0; number < mixture.tasks; number += 1) {
    const name = `task ${number}`;
    const kind = random.next();
    if (kind < 0.12 && registers.length > 0) {
      const of = random.pick(registers);
      tasks.push({ name, debug: { msg: looked.replaceAll('HERE', of) } });
    } else if (kind < 0.18 && registers.length > 0) {
      const of = random.pick(registers);
      tasks.push({
        name,
        set_fact: { [`v_${of}`]: `{{ 1 if ${of} is changed else 0 }}` },
        ...keywords(making(), []),
      });
    } else {
      const made = kind < 0.35 ? random.pick(looking)(making()) : change();
      const register = `r${number}`;
      const task = JSON.parse(JSON.stringify(made).replaceAll('HERE', register)) as Made;
      const isNeeded = JSON.stringify(made).includes('HERE');
      const isRegistered = isNeeded || random.chance(0.6);
      tasks.push({
        name,
        ...task,
        ...keywords(making(), handlerNames),
        ...(isRegistered ? { register } : {}),
      });
      if (isRegistered) registers.push(register);
    }
  }
  const handlers = handlerNames.map((name): RandomTask => ({ name, ...change(), ...keywords(making(), []) }));
  return {
    tasks,
    handlers: handlers.map((one) => JSON.parse(JSON.stringify(one).replaceAll('HERE', 'none')) as RandomTask),
  };
}
