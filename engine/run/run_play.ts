// One play: its hosts, its batches, its sections in order.
import { bare, isList, Unknown, type Value } from '../document/value.ts';
import type { Host } from '../inventory/model.ts';
import { handlerBlocksOf } from '../playbook/handlers.ts';
import type { Node, Play } from '../playbook/model.ts';
import type { Coming } from './ahead/coming.ts';
import { cutBatches, orderHosts } from './batches.ts';
import { warnOfMissingFiles } from './broken_files.ts';
import { gatherFactsTask } from '../playbook/engine_tasks.ts';
import { membersOf } from './membership.ts';
import { asBoolean, asNumber, asText, asTextList, readKeyword } from './keywords.ts';
import { askForVariables } from './prompts.ts';
import { startIn } from './start_and_step.ts';
import { type HostState, newLimit, type PlayRun, type RunState, setPlayState } from './state.ts';
import { withoutSecret } from './task_info.ts';
import { TaskScope } from './task_scope.ts';
import { flushHandlers, runNodes } from './walk.ts';

/** Stands in where a play is evaluated before it has hosts. */
const nobody: Host = { name: 'localhost', vars: new Map(), groups: new Set(), implicit: true };

function scopeOf(run: RunState, play: Play): TaskScope {
  return new TaskScope({ run, play, host: nobody, node: play, checkMode: run.options.checkMode });
}

class PlayKeywords {
  readonly #play: Play;
  readonly #scope: TaskScope;

  constructor(run: RunState, play: Play) {
    this.#play = play;
    this.#scope = scopeOf(run, play);
  }

  read<T>(name: string, read: (value: Value) => T | undefined): T | undefined {
    const found = readKeyword(
      this.#play,
      name,
      (value, position) => this.#scope.evaluate(value, undefined, position),
      read,
    );
    return found.ok ? found.value : undefined;
  }

  evaluate(value: Value): Value {
    const evaluated = this.#scope.evaluate(value);
    return evaluated.ok ? evaluated.value : value;
  }
}

function serialOf(value: Value): (number | string)[] | undefined {
  const items = isList(value) ? value : [value];
  const sizes = items.map((item) => {
    const inner = bare(item);
    return typeof inner === 'number' || typeof inner === 'string' ? inner : undefined;
  });
  return sizes.some((size) => size === undefined) ? undefined : (sizes as (number | string)[]);
}

function percentOf(value: Value): number | undefined {
  const text = asText(value)?.replace('%', '');
  return text === undefined ? undefined : asNumber(text);
}

/** The hosts of the play's pattern in its order, with those that an earlier play lost. */
function matchedHosts(run: RunState, play: Play, keywords: PlayKeywords): HostState[] {
  const told = keywords.evaluate(play.hosts.value);
  const pattern = told instanceof Unknown ? told : (asTextList(told)?.join(',') ?? '');
  const matched = membersOf(run, pattern, run.options.limit);
  if (!matched.ok) {
    run.emit({
      type: 'warning',
      problem: {
        ...matched.problem,
        severity: 'warning',
        position: matched.problem.position ?? play.hosts.position,
      },
    });
    return [];
  }
  const doubts = new Map(matched.value.map(({ host, doubt }) => [host, doubt]));
  return [...doubts.keys()].map((host) => {
    const state = run.hostState(host);
    state.doubtfulMember = doubts.get(host);
    return state;
  });
}

export async function runPlay(run: RunState, play: Play): Promise<void> {
  run.services.variables.enterPlay(play);
  await askForVariables(run, play, scopeOf(run, play));
  const keywords = new PlayKeywords(run, play);
  const matched = matchedHosts(run, play, keywords);
  const order = keywords.read('order', asText) ?? 'inventory';
  const hosts = orderHosts(matched, order).filter((host) => !host.failure && !host.unreachable);
  const name = withoutSecret(keywords.evaluate(play.name), play.name);
  if (hosts.length === 0) {
    // As in Ansible, a play that earlier ones left without hosts begins, and that is all.
    const isLeft = matched.length > 0;
    const { position } = play;
    run.emit(
      isLeft ? { type: 'play-start', name, hosts: [], position } : { type: 'play-no-hosts', name, position },
    );
    return;
  }
  const batches = cutBatches(hosts, keywords.read('serial', serialOf) ?? []);
  for (const host of hosts) host.ended = false;
  for (const batch of batches) {
    if (run.isStopped || run.broken) return;
    for (const host of hosts) {
      host.leavingRole = undefined;
      host.seeks = undefined;
      host.doubt = host.doubtfulMember;
      host.notified.clear();
      host.maybeNotified.clear();
    }
    const others = batches.filter((one) => one !== batch).flat();
    const playRun = newPlayRun(run, play, name, keywords, { batch, others, matched });
    setPlayState(playRun);
    for (const host of batch) host.blindInPlay = run.services.variables.unknownFile(host.host, play);
    run.known.dropAll();
    run.emit({ type: 'play-start', name, hosts: batch.map((host) => host.name), position: play.position });
    if (run.seekingStart && !playRun.start) continue;
    run.seekingStart = false;
    await runBatch(playRun, keywords);
    const isFatal = batch.some((host) => host.failure?.ofAnother);
    if (isFatal || batch.every((host) => host.failure ?? host.unreachable)) run.broken = true;
    if (playRun.endedPlay) return;
  }
}

function newPlayRun(
  run: RunState,
  play: Play,
  name: string,
  keywords: PlayKeywords,
  { batch, others, matched }: Readonly<Record<'batch' | 'others' | 'matched', readonly HostState[]>>,
): PlayRun {
  const strategy = (keywords.read('strategy', asText) ?? run.options.strategy ?? 'linear').replace(
    'ansible.builtin.',
    '',
  );
  return {
    run,
    play,
    name,
    strategy: strategy === 'free' || strategy === 'host_pinned' ? 'free' : 'linear',
    hosts: batch,
    ofOtherBatches: new Set(others),
    allHosts: matched,
    matchHosts: () => matchedHosts(run, play, keywords),
    handlerBlocks: [...handlerBlocksOf(play)],
    forks: newLimit(run.options.forks),
    throttles: new Map(),
    oddTasks: new Set(),
    rolesDone: new Set(),
    rolesTouched: new Set(),
    maxFailPercentage: keywords.read('max_fail_percentage', percentOf),
    forceHandlers: keywords.read('force_handlers', asBoolean) ?? run.options.forceHandlers,
    start: run.seekingStart ? startIn(run, play, batch) : undefined,
    stopped: false,
    endedPlay: false,
  };
}

function gathers(playRun: PlayRun, keywords: PlayKeywords): boolean {
  const { gathering } = playRun.run.options;
  return keywords.read('gather_facts', asBoolean) ?? gathering !== 'explicit';
}

async function runBatch(playRun: PlayRun, keywords: PlayKeywords): Promise<void> {
  const groups = playRun.strategy === 'free' ? playRun.hosts.map((host) => [host]) : [[...playRun.hosts]];
  await Promise.all(groups.map((hosts) => runSections(playRun, keywords, hosts)));
}

/** Sections that follow, each ending with its handlers. */
function comingSections(sections: readonly (readonly Node[])[]): Coming | undefined {
  return sections.reduceRight<Coming | undefined>(
    (outer, nodes) => ({ nodes, next: 0, outer, flushes: true }),
    undefined,
  );
}

async function runSections(
  playRun: PlayRun,
  keywords: PlayKeywords,
  hosts: readonly HostState[],
): Promise<void> {
  const { play, run } = playRun;
  const walk = { playRun, endsLater: false };
  const sections = [play.preTasks, [...play.roles, ...play.tasks], play.postTasks];
  if (gathers(playRun, keywords)) {
    const { variables } = run.services;
    // As in Ansible, `gather_facts: true` of a play asks no more than is asked without it.
    const smart = run.options.gathering === 'smart';
    const asked = smart ? hosts.filter(({ host }) => !variables.areFactsGathered(host)) : hosts;
    const coming = playRun.start ? undefined : comingSections(sections);
    await runNodes({ ...walk, coming }, [gatherFactsTask(play)], asked);
    for (const state of asked) if (state.isActive) variables.noteFactsGathered(state.host);
  }
  warnOfMissingFiles(playRun, hosts);
  // As in Ansible, a run that begins amid a play has its facts.
  for (const host of hosts) host.seeks = playRun.start;
  for (const [index, nodes] of sections.entries()) {
    const outer = comingSections(sections.slice(index + 1));
    await runNodes({ ...walk, coming: { nodes: [], next: 0, outer, flushes: true } }, nodes, hosts);
    await flushHandlers(walk, hosts);
  }
  for (const problem of run.services.variables.takeWarnings()) run.emit({ type: 'warning', problem });
}
