// Plans further items of a loop before their turn, so that their steps go along in the round trip of the running item's.
// Only where one by one would come to the same: what they ask is known, nothing that is done before them in the trip
// can change those answers, and nothing looks at results in between.
import { bare } from '../../document/value.ts';
import { readContent } from '../../module/content.ts';
import type { Plan, Probe, Step } from '../../module/contract.ts';
import { isUnforeseen } from '../../module/picture.ts';
import { identityOf, targetOf } from '../../module/probe_identity.ts';
import { type Answered, areJoining, isIndependent } from '../../module/vocabulary/independent.ts';
import type { ScriptAhead } from '../../connection/contract.ts';
import { controlFor } from '../control.ts';
import { planIn } from '../finish_module.ts';
import { withEnvironment, type HostView } from '../host_view.ts';
import { look, type LookRequest } from '../look.ts';
import { isScript, scriptFor } from '../perform_steps.ts';
import type { TaskJob } from '../task_job.ts';
import { type EarlyItem, type EarlyPlace, exactItems, type LoopRest } from './early_items.ts';
import { FilePlaces, mayMeet } from './file_places.ts';
import { JoinedItem } from './joined_items.ts';
import type { Machine } from './known_answers.ts';

/** What goes along in one trip: scripts, the bytes that they write, and those of one file. */
const mostScripts = 600;
const mostBytes = 4 * 1024 * 1024;
const mostOfOne = 256 * 1024;

export interface Joining {
  readonly index: number;
  readonly item: JoinedItem;
  readonly scripts: readonly ScriptAhead[];
}

export interface JoinFor {
  readonly job: TaskJob;
  readonly rest: LoopRest;
  readonly place: EarlyPlace;
  readonly view: HostView;
  readonly machine: Machine;
  /** The host is the control machine: what is read there may be what an earlier item wrote. */
  readonly isControl: boolean;
  readonly known: (
    probe: Probe<unknown>,
    environment: Readonly<Record<string, string>>,
  ) => { readonly answer: unknown } | undefined;
}

/** Ask for it in its turn. */
class NotKnown extends Error {}

const looksBetween = ['until', 'retries', 'async', 'delegate_to', 'failed_when', 'changed_when'];

/** Whether nothing in the task's text tells against it. */
export function mayJoin({ task, settings, playRun, rest }: TaskJob): boolean {
  const { options } = playRun.run;
  if (settings.timeoutSeconds > 0) return false;
  if (!rest || rest.control.pauseSeconds > 0 || rest.control.breakWhen !== undefined) return false;
  if (options.checkMode || settings.checkMode || options.guard) return false;
  return looksBetween.every((name) => typeof bare(task.keywords.get(name)?.value ?? false) === 'boolean');
}

/** What the running item planned, and from what. */
export interface RunningItem {
  readonly steps: readonly Step[];
  readonly asked: readonly Answered[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Steps that are done before an item, and the places that they change, where those are known. */
interface Before {
  readonly steps: readonly Step[];
  readonly places: readonly string[] | undefined;
}

/** Whether steps that are done before leave an item's answers as they are: by names alone, or by where the files are. */
function staysPlanned(before: readonly Before[], asked: readonly Answered[], places: FilePlaces): boolean {
  if (
    isIndependent(
      before.flatMap(({ steps }) => steps),
      asked,
    )
  )
    return true;
  const lookedAt: string[] = [];
  for (const one of asked) {
    const its = places.lookedAt(one);
    if (!its) return false;
    lookedAt.push(...its);
  }
  return before.every(({ places: changed }) => changed !== undefined && !mayMeet(changed, lookedAt));
}

/** The items after the running one, up to the first that must wait for its turn. */
export async function joinItems(joinFor: JoinFor, running: RunningItem): Promise<readonly Joining[]> {
  const { place, job, rest, machine } = joinFor;
  if (!areJoining(running.steps)) return [];
  const { version } = machine;
  const placesOf = ({ asked, environment }: Omit<RunningItem, 'steps'>): FilePlaces =>
    new FilePlaces((probe) => joinFor.known(probe, environment), asked);
  const before: Before[] = [{ steps: running.steps, places: placesOf(running).changed(running.steps) }];
  const joined: Joining[] = [];
  const room = { scripts: mostScripts, bytes: mostBytes };
  for (const { index, item } of exactItems(place, job.task, rest, !joinFor.isControl)) {
    if (rest.joined.has(index) || item === 'open') break;
    if (!item) continue;
    const planned = await plannedEarly(item, joinFor, index);
    if (machine.version !== version) return [];
    if (!planned) break;
    const places = placesOf({ asked: planned.asked, environment: item.environment });
    if (!staysPlanned(before, planned.asked, places)) break;
    const scripts = await scriptsOf(planned.plan.steps, item).catch(() => undefined);
    if (!scripts || machine.version !== version) break;
    room.scripts -= scripts.length;
    room.bytes -= scripts.reduce((sum, { stdin }) => sum + (stdin?.length ?? 0), 0);
    if (room.scripts < 0 || room.bytes < 0) break;
    const answers = new Map(planned.asked.map(({ probe, answer }) => [identityOf(probe), answer]));
    joined.push({ index, scripts, item: new JoinedItem(item, answers, planned.plan.steps) });
    const { steps } = planned.plan;
    before.push({ steps, places: steps.length === 0 ? [] : places.changed(steps) });
  }
  return joined;
}

type InMemory = Omit<ScriptAhead, 'stdin'> & { readonly stdin?: Uint8Array };

/** Contents are read before they are sent: a file that changes meanwhile must not break the trip of another item. */
async function scriptsOf(steps: readonly Step[], { environment }: EarlyItem): Promise<InMemory[]> {
  const scripts: InMemory[] = [];
  for (const step of steps) {
    const { stdin, ...script } = withEnvironment(scriptFor(step), environment);
    const size = stdin instanceof Uint8Array ? stdin.length : (stdin?.size ?? 0);
    if (size > mostOfOne) throw new NotKnown('It is sent in its turn');
    const bytes = stdin === undefined || stdin instanceof Uint8Array ? stdin : await readContent(stdin);
    if ((bytes?.length ?? 0) !== size) throw new NotKnown('It changed');
    scripts.push({
      ...script,
      ...(bytes === undefined ? { shares: 'changes' as const } : { stdin: bytes }),
      ...(scripts.length === 0 ? {} : { onlyAfter: true }),
    });
  }
  return scripts;
}

interface Planned {
  readonly plan: Plan;
  /** What it asked of the host. */
  readonly asked: readonly Answered[];
}

/** Undefined: what it asks or does is for its turn. */
async function plannedEarly(item: EarlyItem, joinFor: JoinFor, index: number): Promise<Planned | undefined> {
  const request = requestFor(item, joinFor, index);
  try {
    const looked = await look(request);
    const [world, ...others] = looked.end === 'seen' ? looked.worlds : [];
    if (!world || others.length > 0) return undefined;
    const plan = await planIn(request, world);
    const isRefused = plan.fail !== undefined || plan.skip !== undefined;
    const isOurs = plan.effects === undefined && !(isRefused && plan.steps.length > 0);
    if (!isOurs || !areJoining(plan.steps)) return undefined;
    if (!plan.steps.every((step) => isScript(step) && !isUnforeseen(step))) return undefined;
    const asked = [...world.probes]
      .filter(([, probe]) => targetOf(probe) === 'host')
      .map(([name, probe]) => ({ probe, answer: world.seen[name] }));
    return { plan, asked };
  } catch {
    // Its turn will tell what is wrong with it.
    return undefined;
  }
}

function requestFor(item: EarlyItem, joinFor: JoinFor, index: number): LookRequest {
  const { job, rest, place, view, isControl } = joinFor;
  const { run } = job.playRun;
  const { module, params, environment, context, scope, local } = item;
  const wait = (): never => {
    throw new NotKnown(`Item ${index} of ${rest.items.length}`);
  };
  return {
    ...{ module, params, context, environment, view, shell: { run: wait } },
    controlView: run.controlView,
    connect: () => place.shell.open(),
    control: controlFor(run, scope, local, job.signal),
    signal: job.signal,
    ahead: {
      known: (probe) => {
        const target = targetOf(probe);
        if (target === 'host') return joinFor.known(probe, environment);
        return target === 'control' && !isControl ? undefined : wait();
      },
      asking: wait,
    },
  };
}
