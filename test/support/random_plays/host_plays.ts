// Random plays over all that hosts have: blocks with rescue and always, includes of files and roles, delegates, handlers
// that are flushed, facts that are set, and tasks that hang on what earlier ones told.
import type { Random } from '../random.ts';
import {
  commands,
  condition,
  looked,
  looking,
  loopedMaybe,
  modelled,
  type Made,
  type Making,
} from './file_tasks.ts';
import { doubtful, hostKinds, packageSets, packagesWord, unitChanges } from './host_kinds.ts';
import type { Plain, RandomPlay, RandomTask } from './play_text.ts';

export const hostRoot = '/srv/rp';
/** Stands for a folder of the control machine. */
export const controlRoot = '/HARDWAY-CONTROL';

export interface HostMixture {
  readonly tasks: number;
  /** Share of commands among the tasks. */
  readonly commands: number;
}

/** Kinds of tasks that only a run tells the end of. */
const openKinds = new Set(['services', 'relations', 'kernel', 'packaged']);
const handlerNames = ['handler 0', 'handler 1', 'handler 2'];
const included = ['inc0.yml', 'inc1.yml'];
const roles = ['role0', 'role1'];

class PlayMaker {
  readonly #random: Random;
  readonly #mixture: HostMixture;
  readonly #registers: string[] = [];
  /** Those of commands. */
  readonly #commands: string[] = [];
  #count = 0;
  /** What comes next stands in a block whose failure is rescued. */
  #isRescued = false;

  constructor(random: Random, mixture: HostMixture) {
    this.#random = random;
    this.#mixture = mixture;
  }

  #making(root = hostRoot): Making {
    return { random: this.#random, root, registers: this.#registers };
  }

  #name(what: string): string {
    this.#count += 1;
    return `${what} ${this.#count}`;
  }

  #when(probability: number): Made {
    if (!this.#random.chance(probability)) return {};
    // Of a module that fails it hangs on how it failed whether it has an exit code.
    let when = condition(this.#making());
    while (/\.(rc|stdout)/.test(when) && !this.#commands.some((name) => when.startsWith(`${name}.`)))
      when = condition(this.#making());
    return { when };
  }

  /** A module with its parameters, on the host that does it. */
  #change(): Made {
    const random = this.#random;
    const delegate = random.chance(0.12) ? random.pick(['localhost', 'OTHER']) : undefined;
    const making = this.#making(delegate === 'localhost' ? controlRoot : hostRoot);
    const isCommand = random.chance(this.#mixture.commands);
    // Nothing of the control machine is changed but files of its folder.
    const unsure = delegate === 'localhost' ? commands : random.pick([commands, doubtful]);
    const kinds = Object.entries(hostKinds).filter(([name]) => !this.#isSure() || !openKinds.has(name));
    const kind = random.pick(kinds.map(([, makers]) => makers));
    const makers = isCommand ? unsure : delegate !== undefined || random.chance(0.4) ? modelled : kind;
    const made = loopedMaybe(random.pick(makers)(making), making);
    return delegate === undefined ? made : { ...made, delegate_to: delegate };
  }

  /** Where nothing may be unknown, nothing that only a run tells may stand where its failure is borne. */
  #isSure(): boolean {
    return this.#mixture.commands === 0 && this.#isRescued;
  }

  /** A changed unit file, which systemd then reads. */
  #units(): RandomTask {
    const changes = this.#random.pick(unitChanges)(this.#making());
    return {
      name: this.#name('units'),
      block: [
        ...changes.map((made) => ({ name: this.#name('task'), ...made })),
        { name: this.#name('task'), systemd: { daemon_reload: true } },
      ],
    };
  }

  task(isHandler = false): RandomTask {
    const random = this.#random;
    const name = this.#name('task');
    const made = random.chance(0.15) ? random.pick(looking)(this.#making()) : this.#change();
    const register = `r${this.#count}`;
    const task = JSON.parse(JSON.stringify(made).replaceAll('HERE', register)) as Made;
    const isRegistered = !isHandler && (JSON.stringify(made).includes('HERE') || random.chance(0.5));
    const whole: RandomTask = {
      name,
      ...task,
      ...this.#when(0.25),
      ...(!isHandler && random.chance(0.25) ? { notify: random.pick(handlerNames) } : {}),
      ...(isRegistered ? { register } : {}),
      // A command that may fail puts the rescue of its block in doubt.
      ...this.#borne(task),
    };
    // What a command gives that did not run is not known, whatever it changes.
    const isCommand = 'command' in task || 'shell' in task;
    if (!isRegistered || (isCommand && this.#mixture.commands === 0)) return whole;
    this.#registers.push(register);
    if (isCommand) this.#commands.push(register);
    return whole;
  }

  /** How the play goes on when the task fails; a failure that is ignored is one that nobody presumes away. */
  #borne(task: Made): Made {
    const random = this.#random;
    const isOpen = ['systemd', 'service', 'sysctl', 'apt'].some((name) => name in task);
    if (isOpen)
      return this.#mixture.commands === 0 || random.chance(0.5)
        ? { failed_when: false }
        : { ignore_errors: true };
    return random.chance(0.98) || 'command' in task ? { ignore_errors: true } : {};
  }

  /** Of the engine's own state. */
  #inner(): RandomTask {
    const random = this.#random;
    const of = this.#registers.length > 0 ? random.pick(this.#registers) : undefined;
    const choices: Made[] = [
      { meta: 'flush_handlers' },
      { fail: { msg: 'wanted' }, ignore_errors: true, ...this.#when(1) },
      ...(of === undefined
        ? []
        : [
            { debug: { msg: looked.replaceAll('HERE', of) } },
            { debug: { msg: looked.replaceAll('HERE', of) } },
            { set_fact: { [`v_${of}`]: `{{ 1 if ${of} is changed else 0 }}` }, ...this.#when(0.3) },
            { assert: { that: `${of} is not changed` }, ignore_errors: true },
          ]),
    ];
    return { name: this.#name('inner'), ...random.pick(choices) };
  }

  #include(): RandomTask {
    const random = this.#random;
    const choices: Made[] = [
      { include_tasks: { file: random.pick(included) } },
      { include_tasks: { file: '{{ item }}' }, loop: included },
      { include_role: { name: random.pick(roles) } },
      { include_role: { name: '{{ item }}' }, loop: roles },
    ];
    return { name: this.#name('include'), ...random.pick(choices), ...this.#when(0.4) };
  }

  /** A task, and a command that it keeps from running: its picture tells. */
  #kept(): RandomTask {
    const random = this.#random;
    const name = this.#name('task');
    const register = `r${this.#count}`;
    const place = `${hostRoot}/${random.pick(['g', 'd/g'])}`;
    const [state, guard] = random.pick([
      ['touch', 'creates'],
      ['directory', 'creates'],
      ['absent', 'removes'],
    ]);
    return {
      name: this.#name('kept'),
      block: [
        { name, file: { path: place, state }, register, ignore_errors: true },
        {
          name: this.#name('task'),
          command: { cmd: `rm -rf ${hostRoot}/${random.pick(['a', 'd', 'l'])}`, [guard]: place },
          when: `${register} is not failed`,
        },
      ],
    };
  }

  #block(): RandomTask {
    const random = this.#random;
    const list = (count: number): Plain => this.nodes(count, false);
    const wanted: RandomTask = { name: this.#name('wanted'), fail: { msg: 'wanted' }, ...this.#when(0.7) };
    const isRescued = random.chance(0.8);
    this.#isRescued = isRescued;
    const block = [...this.nodes(2, false), ...(random.chance(0.5) ? [wanted] : [])];
    this.#isRescued = false;
    return {
      name: this.#name('block'),
      block: block,
      ...(isRescued ? { rescue: list(2) } : {}),
      ...(random.chance(0.4) ? { always: list(1) } : {}),
      ...this.#when(0.3),
    };
  }

  nodes(count: number, mayNest = true): RandomTask[] {
    return Array.from({ length: count }, () => {
      const kind = this.#random.next();
      if (kind < 0.14) return this.#inner();
      if (mayNest && kind < 0.2) return this.#block();
      if (mayNest && kind < 0.28) return this.#include();
      if (mayNest && kind < 0.31) return this.#kept();
      if (mayNest && kind < 0.39) return this.#units();
      return this.task();
    });
  }

  play(isOnBoth: boolean): RandomPlay {
    const files = [...included, ...roles.map((role) => `roles/${role}/tasks/main.yml`)];
    const taskFiles = Object.fromEntries(files.map((file) => [file, this.nodes(2, false)]));
    // What included files register is there only once they ran.
    this.#registers.length = 0;
    return {
      tasks: this.nodes(this.#mixture.tasks),
      handlers: handlerNames.map((name) => ({ ...this.task(true), name })),
      hosts: isOnBoth ? 'one,two' : 'one',
      taskFiles,
    };
  }
}

export function randomHostPlay(random: Random, mixture: HostMixture): RandomPlay {
  const isOnBoth = random.chance(0.25);
  const play = new PlayMaker(random, mixture).play(isOnBoth);
  const text = JSON.stringify(play)
    .replaceAll('"OTHER"', JSON.stringify(random.pick(['one', 'two'])))
    .replaceAll(`"${packagesWord}"`, JSON.stringify(random.pick(packageSets)));
  return JSON.parse(text) as RandomPlay;
}
