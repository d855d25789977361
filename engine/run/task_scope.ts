// How one task's templates and conditions are evaluated for one host.
import { type Diagnostic, failure, type Outcome, success } from '../document/diagnostic.ts';
import { LazyDict } from '../document/lazy_dict.ts';
import { outsideText } from '../document/outside.ts';
import {
  bare,
  type Dict,
  isList,
  marksOf,
  type Position,
  Undefined,
  Unknown,
  type Value,
  Locked,
  missingText,
} from '../document/value.ts';
import { exactPosition } from '../document/yaml_offset.ts';
import type { Host } from '../inventory/model.ts';
import { secretTexts } from '../module/data.ts';
import type { Node, Play } from '../playbook/model.ts';
import type { Scope, TemplateContext, TemplateHost } from '../template/api.ts';
import { ConnectionNames } from './connection_names.ts';
import { membersOf } from './membership.ts';
import type { Secrets } from './secrets.ts';
import type { RunState } from './state.ts';
import { templateHostFor, withPredictedFiles } from './template_host.ts';

/** Notes secret texts as they are read, each value once. */
class WatchedScope implements Scope {
  readonly #inner: Scope;
  readonly #secrets: Secrets;
  readonly #scanned: WeakSet<object>;

  constructor(inner: Scope, run: Pick<RunState, 'secrets' | 'scannedForSecrets'>) {
    this.#inner = inner;
    this.#secrets = run.secrets;
    this.#scanned = run.scannedForSecrets;
  }

  get(name: string): Value | undefined {
    const value = this.#inner.get(name);
    return value === undefined ? undefined : this.#looked(value);
  }

  /** hostvars and vars hold more than anybody reads: what is taken out of them is looked at then. */
  #looked(value: Value): Value {
    if (value instanceof LazyDict) return value.watched((inner) => this.#looked(inner));
    if (typeof value === 'object' && value !== null && !this.#scanned.has(value)) {
      this.#scanned.add(value);
      for (const text of secretTexts(value, false)) this.#secrets.add(text);
    }
    return value;
  }

  names(): Iterable<string> {
    return this.#inner.names();
  }
}

/** Lookups that may change files of the control machine. */
const writers: ReadonlySet<string> = new Set(['lookup pipe', 'lookup lines', 'lookup password']);

/** What is made of a secret can be as short as a single letter of it. */
const shortestMade = 4;

export type Condition =
  | { readonly end: 'true' }
  | { readonly end: 'false'; readonly expression: string }
  | { readonly end: 'unknown'; readonly waitsFor: string }
  | { readonly end: 'failed'; readonly problem: Diagnostic };

export interface ScopeFor {
  readonly run: RunState;
  readonly play: Play;
  readonly host: Host;
  readonly node: Node | Play;
  readonly checkMode: boolean;
  /** Before the task's turn: nothing is told and no secret is noted. */
  readonly isEarly?: boolean;
}

export class TaskScope {
  readonly #for: ScopeFor;
  readonly #templateHost: TemplateHost;

  constructor(scopeFor: ScopeFor) {
    this.#for = scopeFor;
    const { loader } = scopeFor.run.services;
    const real: TemplateHost = {
      ...templateHostFor(scopeFor.node, (text) => loader.decrypt(text)),
      hostsMatching: (pattern) => {
        const matched = membersOf(scopeFor.run, pattern, undefined);
        const members = matched.ok ? matched.value : [];
        return members.map(({ host, doubt }) =>
          doubt === undefined ? outsideText(host.name) : new Unknown(doubt),
        );
      },
    };
    const { options, controlView } = scopeFor.run;
    // In a run that does things nothing is foretold to later tasks.
    this.#templateHost =
      scopeFor.checkMode && options.checkMode ? withPredictedFiles(real, controlView) : real;
  }

  /** The control machine's files as the task sees them. */
  get files(): TemplateHost {
    return this.#templateHost;
  }

  /** Check mode: what earlier tasks would have done lies over what is there. */
  get seesPicture(): boolean {
    return this.#for.checkMode && this.#for.run.controlView.hasPredictions;
  }

  get isEarly(): boolean {
    return this.#for.isEarly === true;
  }

  /** Names as the task sees them, with these on top. */
  scope(local?: Dict): Scope {
    const { run, play, host, node, isEarly } = this.#for;
    const inner = run.services.variables.scope({
      play,
      host,
      ...(node.kind === 'play' ? {} : { node }),
      ...(local ? { local } : {}),
    });
    const names = new ConnectionNames(inner, host, node, run.options);
    return isEarly === true ? names : new WatchedScope(names, run);
  }

  context(local?: Dict): TemplateContext {
    const { run, checkMode, isEarly } = this.#for;
    return {
      scope: this.scope(local),
      host: this.#templateHost,
      checkMode,
      ...(run.options.checkMode
        ? {
            onPromise: (text: string) => run.promises.add(text),
            isPromise: (text: string) => run.promises.has(text),
          }
        : {}),
      ...(isEarly === true
        ? {}
        : {
            // What is known of the files of this machine was asked before.
            onImpure: (what: string) => {
              if (writers.has(what)) run.known.control.drop();
            },
            onWarning: (problem: Diagnostic) => run.emit({ type: 'warning', problem }),
            onSecret: (text: string, origin: 'read' | 'made') => {
              if (origin === 'read') run.secrets.add(text);
              else if (text.length >= shortestMade) run.secrets.addWhole(text);
            },
          }),
    };
  }

  evaluate(value: Value, local?: Dict, position?: Position): Outcome<Value> {
    if (!this.isEarly) for (const text of secretTexts(value, false)) this.#for.run.secrets.add(text);
    return this.#exactly(this.#for.run.services.templates.evaluate(value, this.context(local), position));
  }

  expression(text: string, local?: Dict, position?: Position): Outcome<Value> {
    return this.#exactly(
      this.#for.run.services.templates.evaluateExpression(text, this.context(local), position),
    );
  }

  /** A problem inside a long text is told at its own line and column. */
  #exactly(outcome: Outcome<Value>): Outcome<Value> {
    const { sources } = this.#for.run.services;
    if (outcome.ok || !sources || !outcome.problem.position) return outcome;
    return failure({ ...outcome.problem, position: exactPosition(sources, outcome.problem.position) });
  }

  /** One condition: an expression's text, or a value that is the answer already. */
  condition(raw: Value, local?: Dict, position?: Position): Condition {
    const inner = bare(raw);
    if (typeof inner === 'boolean') return inner ? { end: 'true' } : { end: 'false', expression: 'false' };
    if (inner === null || inner === '') return { end: 'true' };
    const evaluated = this.#evaluateCondition(raw, local, position);
    if (!evaluated.ok) return { end: 'failed', problem: withPosition(evaluated.problem, position) };
    if (evaluated.value instanceof Unknown) return { end: 'unknown', waitsFor: evaluated.value.waitsFor };
    const truth = this.#for.run.services.templates.isTrue(evaluated.value);
    if (!truth.ok) return { end: 'failed', problem: withPosition(truth.problem, position) };
    return truth.value ? { end: 'true' } : { end: 'false', expression: conditionText(raw) };
  }

  /** All of them must hold; the first that does not ends the search, be there one before that is not known. */
  conditions(raw: Value, local?: Dict, position?: Position): Condition {
    let unknown: Condition | undefined;
    for (const one of isList(raw) ? raw : [raw]) {
      const condition = this.condition(one, local, position);
      if (condition.end === 'false' || (condition.end === 'failed' && !unknown)) return condition;
      if (condition.end === 'unknown') unknown ??= condition;
    }
    return unknown ?? { end: 'true' };
  }

  #evaluateCondition(raw: Value, local: Dict | undefined, position: Position | undefined): Outcome<Value> {
    const { templates } = this.#for.run.services;
    const text = bare(raw);
    if (typeof text !== 'string') return this.evaluate(raw, local, position);
    if (!templates.hasTemplate(text)) return this.expression(text, local, position);
    // Braces in a condition are superfluous but found in the wild: their text is the expression.
    const inner = this.evaluate(raw, local, position);
    const again = inner.ok ? bare(inner.value) : undefined;
    if (typeof again !== 'string' || !inner.ok) return inner;
    return marksOf(inner.value).unsafe === true
      ? failure(fromOutside)
      : this.expression(again, local, position);
  }
}

/** Of a condition that a host or a lookup gave: whoever wrote it would run what they like. */
export const fromOutside: Diagnostic = {
  code: 'template-failed',
  severity: 'error',
  summary: 'the condition is text from outside and is not evaluated',
};

function conditionText(raw: Value): string {
  const inner = bare(raw);
  return typeof inner === 'string' ? inner : JSON.stringify(inner);
}

function withPosition(problem: Diagnostic, position: Position | undefined): Diagnostic {
  return problem.position || !position ? problem : { ...problem, position };
}

/** A value in which nothing is missing, or the problem that something is. */
export function definedValue(value: Value, position?: Position): Outcome<Value> {
  const isLocked = value instanceof Locked;
  if (value instanceof Undefined)
    return failure({
      code: isLocked ? 'vault' : 'template-undefined',
      severity: 'error',
      summary: missingText(value),
      ...(value.hint === undefined || isLocked ? {} : { detail: value.hint }),
      ...(position ? { position } : {}),
    });
  return success(value);
}
