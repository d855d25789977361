// One attempt of one item: where it runs and as whom, its parameters, the module or the engine's own action.
import type { BecomeSpec, ConnectionFailure, ConnectionSpec } from '../connection/contract.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Dict } from '../document/value.ts';
import type { Host } from '../inventory/model.ts';
import type { Action } from '../playbook/model.ts';
import type { PlanContext } from '../module/contract.ts';
import type { Module } from '../module/define.ts';
import { factOf } from '../module/fact.ts';
import type { Checked } from '../module/parameters.ts';
import { Ahead } from './ahead/ask_ahead.ts';
import { evaluateArguments } from './arguments.ts';
import type { AttemptRequest, Place } from './attempt_request.ts';
import { type AsyncWish, asyncWish, performAsync, withPredictedJob } from './async_task.ts';
import type { EngineAction } from './actions/engine_action.ts';
import { checkedArguments, needsHome } from './checked_arguments.ts';
import { connectionSettings } from './connection_settings.ts';
import { controlFor } from './control.ts';
import { withDelegatedVars } from './delegated_vars.ts';
import { engineActionFor } from './engine_actions.ts';
import { applyEffects } from './effects.ts';
import type { TaskResult } from './events.ts';
import { executeModule, type ExecutionRequest } from './execute_module.ts';
import type { Doer, Execution, ForeseenStep } from './execution.ts';
import type { Asker, HostView } from './host_view.ts';
import { HostShell } from './host_shell.ts';
import { hostContext } from './host_context.ts';
import { homesOf, othersNamed } from './homes_of_others.ts';
import { executionResult } from './execution_result.ts';
import { namedFacts, unforeseenOf } from './predict_module.ts';
import type { GuardedTask } from './options.ts';
import { mayYetBeReached } from './not_yet_user.ts';
import { presumeAnything } from './presume.ts';
import { failedResult, problemResult, unknownResult } from './result_values.ts';
import { Secrets } from './secrets.ts';
import { isFailureBorne } from './judge.ts';
import { stepWords } from './step_words.ts';
import { KeywordReader, type TaskJob } from './task_job.ts';
import { TaskScope } from './task_scope.ts';
import { joinAnywhere, joinUnknown } from './unknown_member.ts';

const maxReconnects = 2;

function unknownHost(name: string): Host {
  return { name, vars: new Map(), groups: new Set(), implicit: true };
}

function placeOf(job: TaskJob, delegatedTo: string | undefined): Place {
  const { run } = job.playRun;
  if (delegatedTo === undefined) return { state: job.host, delegatedTo };
  const known = run.services.inventory.hosts.get(delegatedTo);
  return {
    state: run.hostState(known ?? run.hosts.get(delegatedTo)?.host ?? unknownHost(delegatedTo)),
    delegatedTo,
  };
}

/** The scope in which the connection's variables of the place are read. */
function placeScope(job: TaskJob, place: Place): TaskScope {
  if (place.delegatedTo === undefined) return job.scope;
  const { run, play } = job.playRun;
  return new TaskScope({
    run,
    play,
    host: place.state.host,
    node: job.task,
    checkMode: job.settings.checkMode,
  });
}

function wrongParameters(job: TaskJob, outcome: Checked & { status: 'wrong' }): TaskResult {
  const [first] = outcome.problems;
  const text = outcome.problems
    .map(({ summary, detail }) => (detail === undefined ? summary : `${summary}. ${detail}`))
    .join('; ');
  const problem: Diagnostic = {
    code: first?.code ?? 'bad-parameter',
    severity: 'error',
    summary: text,
    position: job.task.action.position,
  };
  return failedResult(text, { problem });
}

type Environment = Readonly<Record<string, string>>;

function environmentFor(
  module: Module,
  wished: Environment,
): { readonly environment: Environment; readonly warnings: readonly string[] } {
  if (module.passesOverEnvironment !== true || Object.keys(wished).length === 0)
    return { environment: wished, warnings: [] };
  return { environment: {}, warnings: [`Module ${module.name} passes over the keyword environment`] };
}

export async function attempt(job: TaskJob, local: Dict): Promise<TaskResult> {
  const { task, playRun, scope } = job;
  const reader = new KeywordReader(task, (value, position) => scope.evaluate(value, local, position));
  const delegatedTo = reader.text('delegate_to');
  const wishedEnvironment = reader.environment();
  if (reader.result) return untold(job, reader.result);
  const action = engineActionFor(task.action.module);
  const module = action?.module ?? playRun.run.services.modules.find(task.action.module);
  if (!module) return failedResult(`Module ${task.action.written} is not built in`);
  const visible = delegatedTo === undefined ? local : delegatedNames(job, local, delegatedTo);
  const args = evaluateArguments(task, module, scope, visible);
  if (!args.ok) return problemResult(args.problem);
  const given: Given = { action, module, args: args.value, delegatedTo, wishedEnvironment };
  const result = await attemptWith(job, local, given);
  return task.loop ? result : { ...result, args: toldArguments(task.action, module, args.value) };
}

function delegatedNames(job: TaskJob, local: Dict, delegatedTo: string): Dict {
  const place = placeScope(job, placeOf(job, delegatedTo));
  return withDelegatedVars(local, delegatedTo, place, job.host.name);
}

/** Free text under the name that Ansible has for it. */
function toldArguments(action: Action, { freeForm }: Module, args: Dict): Dict {
  if (freeForm === undefined || (!action.freeForm && freeForm !== 'cmd')) return args;
  return new Map([...args].map(([key, value]) => [key === freeForm ? '_raw_params' : key, value]));
}

interface Given {
  readonly action: EngineAction | undefined;
  readonly module: Module;
  readonly args: Dict;
  readonly delegatedTo: string | undefined;
  readonly wishedEnvironment: Environment;
}

function homeAsker(job: TaskJob, shell: HostShell, local: Dict): Asker {
  const { run } = job.playRun;
  return {
    shell,
    control: controlFor(run, job.scope, local, job.signal),
    environment: {},
    signal: job.signal,
    isPredicted: () => run.hasPredictions,
    keepsPlaces: run.options.checkMode,
  };
}

async function attemptWith(job: TaskJob, local: Dict, given: Given): Promise<TaskResult> {
  const { task, playRun, scope, settings } = job;
  const { run } = playRun;
  const { action, module, delegatedTo, wishedEnvironment } = given;
  const { environment, warnings } = environmentFor(module, wishedEnvironment);

  const place = placeOf(job, delegatedTo);
  const unread = delegatedTo === undefined ? undefined : run.services.variables.fileProblem(place.state.host);
  if (unread) return problemResult(unread);
  const reached = connectionSettings(task, place.state.host, placeScope(job, place), run.options, (secret) =>
    run.secrets.add(secret),
  );
  if (!reached.ok) return problemResult(reached.problem);
  const { spec, become } = reached.value;
  const shell = new HostShell(run, spec, become, job.rest?.joined.shellOf(job.rest.index));
  const home = needsHome(given.args) ? await shell.open() : undefined;
  const view = spec.kind === 'local' ? run.controlView : place.state.view;
  if (home && !home.ok) {
    const waitsFor = settings.checkMode ? mayYetBeReached(view, home.failure, reached.value) : undefined;
    if (waitsFor === undefined) return unreachable(home.failure, place);
    const unknown = { status: 'unknown', waitsFor, params: {} } as const;
    return unknownParameters(job, place, module, view, given.args, unknown);
  }
  const named = othersNamed(given.args);
  const others =
    named.length === 0 ? undefined : await homesOf(named, given.args, view, homeAsker(job, shell, local));
  if (others?.ok === false) return unreachable(others.failure, place);
  const { args, homes } = others ?? { args: given.args, homes: undefined };
  const parameters = checkedArguments(task, module, args, {
    scope,
    local,
    home: home?.value.capabilities.home,
    homes,
  });
  if (parameters.status === 'unknown') return unknownParameters(job, place, module, view, args, parameters);
  if (parameters.status === 'wrong') return wrongParameters(job, parameters);
  for (const secret of parameters.secrets) run.secrets.addWhole(secret);

  const request = {
    job,
    place,
    shell,
    become,
    isLocal: spec.kind === 'local',
    module,
    params: parameters.params,
    secretParameters: parameters.secretParameters,
    secrets: parameters.secrets,
    environment,
    doer: doerOf(spec, become, environment),
    local,
  };
  if (action && job.doubt !== undefined) return unknownResult(job.doubt, []);
  const execution = await perform(request, action);
  const result = executionResult(execution, run.secrets, {
    diff: settings.diff,
    mayFail: isFailureBorne(job),
    isAmidRun: settings.checkMode && !run.options.checkMode,
  });
  const { foreseen, ...plain } = result;
  const told: TaskResult = {
    ...plain,
    // A task that is always in check mode is never done: later tasks meet the host as it is.
    ...(foreseen && settings.ownCheckMode !== true ? { foreseen: { ...foreseen, doer: request.doer } } : {}),
    warnings: [...warnings, ...parameters.warnings, ...result.warnings],
    roundTrips: shell.roundTrips,
    bytes: shell.bytes,
    ...(delegatedTo === undefined ? {} : { delegatedTo }),
  };
  return 'effects' in execution ? applyEffects(job, place, execution.effects, told) : told;
}

/** Check mode: a result that came before the module was asked; what that can touch is not known any more. */
function untold(job: TaskJob, result: TaskResult): TaskResult {
  if (result.status !== 'unknown') return result;
  const waitsFor = result.waitsFor ?? 'what did not run';
  presumeAnything(job.playRun, job.task, job.host, waitsFor);
  joinAnywhere(job, waitsFor);
  return result;
}

/** Check mode: a parameter waits for what did not run. */
async function unknownParameters(
  job: TaskJob,
  place: Place,
  module: Module,
  view: HostView,
  args: Dict,
  { waitsFor, params }: Checked & { status: 'unknown' },
): Promise<TaskResult> {
  const { controlView } = job.playRun.run;
  const result: TaskResult = {
    ...unknownResult(waitsFor, Object.keys(module.returns ?? {}), module.reach === 'nothing'),
    foreseen: unforeseenOf(module.reach, { view, controlView }, params, waitsFor),
  };
  joinUnknown(job, args, waitsFor);
  // set_fact gives values on as they are, known or not.
  const given = module.givesOn ? [...args] : [];
  const hostVariables = Object.fromEntries(
    given
      .filter(([name]) => !(String(name) in module.params))
      .map(([name, value]) => [String(name), factOf(value)]),
  );
  if (given.length > 0) return applyEffects(job, place, { hostVariables }, result);
  const facts = namedFacts(module, params, waitsFor);
  return facts ? applyEffects(job, place, facts, result) : result;
}

function unreachable(failure: ConnectionFailure, place: Place): TaskResult {
  const execution: Execution = { end: 'unreachable', failure, repeatable: false };
  const result = executionResult(execution, new Secrets(), { diff: false });
  return place.delegatedTo === undefined ? result : { ...result, delegatedTo: place.delegatedTo };
}

function executionRequest(attempted: AttemptRequest): ExecutionRequest & { readonly ahead: Ahead } {
  const { job, place, shell, become, environment } = attempted;
  const { run } = job.playRun;
  // What is done in check mode as well stands in no plan.
  const guard = job.settings.ownCheckMode === false ? undefined : run.options.guard;
  // The control machine is one machine, whether it is reached as a host or not.
  const view = attempted.isLocal ? run.controlView : place.state.view;
  const isDelegated = place.delegatedTo !== undefined;
  const context: Omit<PlanContext, 'capabilities' | 'user' | 'home'> = {
    checkMode: job.settings.checkMode,
    diff: job.settings.diff,
    verbosity: run.options.verbosity,
    hostName: place.state.name,
    isPlanned: run.options.isPlanned,
    secretParameters: attempted.secretParameters,
  };
  const wordsFor = stepWords({
    module: attempted.module.name,
    noLog: job.settings.noLog,
    secrets: attempted.secrets,
  });
  return {
    module: attempted.module,
    params: attempted.params,
    ...(wordsFor ? { wordsFor } : {}),
    view,
    controlView: run.controlView,
    isPredicted: () => run.hasPredictions,
    keepsPlaces: run.options.checkMode,
    mayFail: isFailureBorne(job),
    isAmidRun: job.settings.checkMode && !run.options.checkMode,
    ...(guard ? { guard: (steps: readonly ForeseenStep[]) => guard(guardedTask(attempted), steps) } : {}),
    shell,
    leave: (user) => shell.leave(user),
    mayYetBeReached: (failure) => mayYetBeReached(view, failure, { spec: shell.spec, become }),
    connect: () => shell.open(),
    control: controlFor(run, job.scope, attempted.local, job.signal),
    context: hostContext(shell, context),
    environment,
    signal: job.signal,
    ahead: new Ahead({ job, shell, become, view, params: attempted.params, environment, isDelegated }),
  };
}

function guardedTask(attempted: AttemptRequest): GuardedTask {
  const { job } = attempted;
  const { position } = job.task;
  const { doer, place } = attempted;
  return { host: job.host.name, place: place.state.name, position, item: job.rest?.index, turn: job, doer };
}

function doerOf(
  spec: ConnectionSpec,
  become: BecomeSpec | undefined,
  environment: Readonly<Record<string, string>>,
): Doer {
  const { kind: connection, address, port, user } = spec;
  const other = become && { method: become.method, user: become.user };
  return { connection, address, port, user, become: other, environment };
}

async function perform(attempted: AttemptRequest, action: EngineAction | undefined): Promise<Execution> {
  const wish = asyncWish(attempted);
  if (wish && 'end' in wish) return wish;
  return action
    ? action.perform(attempted)
    : withPredictedJob(attempted, await executeWithReconnect(attempted, wish));
}

async function executeWithReconnect(
  attempted: AttemptRequest,
  wish: AsyncWish | undefined,
): Promise<Execution> {
  const { job, shell } = attempted;
  for (let reconnects = 0; ; reconnects += 1) {
    const request = executionRequest(attempted);
    const execution = wish ? await performApart(attempted, request, wish) : await executeModule(request);
    request.ahead.end();
    if (execution.end !== 'unreachable') return execution;
    const { failure } = execution;
    const mayRepeat = execution.repeatable && failure.stage === 'lost' && reconnects < maxReconnects;
    if (!mayRepeat || job.signal.aborted) return execution;
    await shell.reset();
  }
}

/** What a job changes, and when, nobody can tell. */
async function performApart(
  attempted: AttemptRequest,
  request: ExecutionRequest,
  wish: AsyncWish,
): Promise<Execution> {
  const { known } = attempted.job.playRun.run;
  known.dropAll();
  try {
    return await performAsync(attempted, request, wish);
  } finally {
    known.dropAll();
  }
}
