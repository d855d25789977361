// A program: `hardway playbook` that is cut at a chosen place. It stops exactly before a task, as after Ctrl-C, or kills
// itself with -9 while a step is under way on a host or here. Arguments: the cut as JSON, the playbook, further ones.
// Prints a `CutReport` as a JSON line for each run; one that was killed printed it just before.
import { writeSync } from 'node:fs';
import { exitCodeOf } from '../../engine/cli/exit_codes.ts';
import { preparePlaybooks } from '../../engine/cli/prepare_playbooks.ts';
import { runServices } from '../../engine/cli/run_assembled.ts';
import type { Connected, Connection, Connections, Shell } from '../../engine/connection/contract.ts';
import type { Step, StepKind } from '../../engine/module/contract.ts';
import type { Module } from '../../engine/module/define.ts';
import type { RunEvent } from '../../engine/run/events.ts';
import { runPlaybooks } from '../../engine/run/run_playbooks.ts';
import type { RunServices } from '../../engine/run/services.ts';

/** Tasks are counted from 1, as they begin. */
export type Cut =
  | { readonly kind: 'stop'; readonly before: number }
  /** Run after run, each stopped one task later, until one comes to its end. */
  | { readonly kind: 'stop-everywhere' }
  /** With the first step from this task on that is still under way so many milliseconds after some step began. */
  | { readonly kind: 'kill'; readonly task: number; readonly delay: number };

export interface CutReport {
  /** Tasks that began. */
  readonly tasks: number;
  /** `role : name` of the task that did not begin, or that was killed; undefined when the run came to its end. */
  readonly at?: string;
  /** Where steps were under way when the run was killed. */
  readonly underWay: readonly string[];
  /** Hosts that began the task before which the run was to stop: none. */
  readonly begunAfter: readonly string[];
  readonly failures: readonly string[];
}

interface State {
  readonly stop: AbortController;
  /** Where steps are under way, and the task that each host began last. */
  readonly underWay: Set<string>;
  readonly current: Map<string, string>;
  readonly begunAfter: string[];
  readonly failures: string[];
  tasks: number;
  latest: string;
  timer: NodeJS.Timeout | undefined;
}

type Once = Exclude<Cut, { kind: 'stop-everywhere' }>;

class CutRun {
  readonly #cut: Once;
  readonly #state: State = {
    ...{ stop: new AbortController(), underWay: new Set(), current: new Map(), begunAfter: [], failures: [] },
    ...{ tasks: 0, latest: '', timer: undefined },
  };

  constructor(cut: Once) {
    this.#cut = cut;
  }

  /** Runs the playbook; gives what was printed, and the exit code. */
  async run(playbook: string, argv: readonly string[]): Promise<{ report: CutReport; code: number }> {
    const prepared = await preparePlaybooks([...argv, '--', playbook], {
      ask: () => Promise.resolve(undefined),
    });
    if (!prepared.ok) throw new Error(prepared.message);
    const { playbooks, assembly, options, problems } = prepared;
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new Error(errors.map(({ summary }) => summary).join('\n'));
    const services = runServices(assembly, (event) => this.#take(event), this.#state.stop.signal);
    const watched: RunServices = {
      ...services,
      connections: this.#watchedConnections(services.connections),
      modules: { find: (name) => this.#watchedModule(services.modules.find(name)) },
    };
    const outcome = await runPlaybooks(playbooks, watched, options);
    clearTimeout(this.#state.timer);
    const report = this.#report(outcome.interrupted);
    return { report, code: exitCodeOf(outcome) };
  }

  #report(isCut: boolean): CutReport {
    const { tasks, underWay, begunAfter, failures, latest } = this.#state;
    const at = isCut ? { at: latest } : {};
    const report: CutReport = { tasks, underWay: [...underWay], begunAfter, failures, ...at };
    writeSync(1, `${JSON.stringify(report)}\n`);
    return report;
  }

  #take(event: RunEvent): void {
    const state = this.#state;
    if (event.type === 'task-start') {
      const { role, name } = event.task;
      state.latest = role === undefined ? name : `${role} : ${name}`;
      state.tasks += 1;
      if (this.#cut.kind === 'stop' && state.tasks === this.#cut.before) state.stop.abort();
    } else if (event.type === 'host-start') {
      state.current.set(event.host, state.latest);
      if (state.stop.signal.aborted) state.begunAfter.push(event.host);
    } else if (
      (event.type === 'result' || event.type === 'item') &&
      ['failed', 'unreachable'].includes(event.result.status)
    ) {
      state.failures.push(`${event.host} ${event.task.name}: ${event.result.message ?? ''}`);
    }
  }

  /** Notes a step until it ends; the kill falls while one is noted. */
  async #noted<T>(what: string, step: Promise<T>): Promise<T> {
    const { underWay, tasks } = this.#state;
    underWay.add(what);
    if (this.#cut.kind === 'kill' && tasks >= this.#cut.task)
      this.#state.timer ??= setTimeout(() => this.#killWithin(), this.#cut.delay);
    try {
      return await step;
    } finally {
      underWay.delete(what);
    }
  }

  #killWithin(): void {
    this.#state.timer = undefined;
    if (this.#state.underWay.size === 0) return; // between two steps: the next one is waited for
    this.#report(true);
    process.kill(process.pid, 'SIGKILL');
  }

  #watchedConnections(connections: Connections): Connections {
    return withMethods(connections, {
      open: async (spec) => mapped(await connections.open(spec), (one) => this.#watchedConnection(one)),
    });
  }

  #watchedConnection(connection: Connection): Connection {
    const { hostName } = connection.spec;
    return withMethods(connection, {
      shell: async (become) =>
        mapped(await connection.shell(become), (shell) => this.#watchedShell(shell, hostName)),
    });
  }

  /** Steps by script: only these are sent with `stopOnFailure`. */
  #watchedShell(shell: Shell, host: string): Shell {
    return withMethods(shell, {
      run: (scripts, options) => {
        const ran = shell.run(scripts, options);
        const task = this.#state.current.get(host) ?? this.#state.latest; // a host may be delegated to
        return options?.stopOnFailure === true ? this.#noted(`${host} ${task}`, ran) : ran;
      },
    });
  }

  /** Steps that are done here: on files of the control machine, through an API, with several scripts. */
  #watchedModule(module: Module | undefined): Module | undefined {
    return (
      module && {
        ...module,
        plan: (params, seen, context) => {
          const plan = module.plan(params, seen, context);
          return { ...plan, steps: plan.steps.map((step) => this.#watchedStep(step)) };
        },
      }
    );
  }

  #watchedStep(step: Step): Step {
    const kind = step.kind as StepKind<unknown, unknown>;
    const { act } = kind;
    if (act === undefined || kind.readsOnly === true) return step;
    const watched: typeof kind = {
      ...kind,
      act: (args, control, host) => {
        const what = `${this.#state.latest}: ${kind.describe(args)}`;
        return this.#noted(what, act(args, control, host));
      },
    };
    return { ...step, kind: watched };
  }
}

/** An object with some of its methods replaced, whatever else it has. */
function withMethods<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get: (_, name) => {
      if (Object.hasOwn(methods, name)) return methods[name as keyof T];
      const value: unknown = Reflect.get(target, name, target); // as fields may be private to the object
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function mapped<T>(connected: Connected<T>, change: (value: T) => T): Connected<T> {
  return connected.ok ? { ok: true, value: change(connected.value) } : connected;
}

const cut = JSON.parse(process.argv[2] ?? '') as Cut;
const [playbook = '', ...argv] = process.argv.slice(3);
if (cut.kind === 'stop-everywhere') {
  let before = 1;
  for (;;) {
    const { report, code } = await new CutRun({ kind: 'stop', before }).run(playbook, argv);
    process.exitCode = code;
    if (report.at === undefined || report.failures.length > 0) break;
    before += 1;
  }
} else {
  process.exitCode = (await new CutRun(cut).run(playbook, argv)).code;
}
