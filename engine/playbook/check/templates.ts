// Templates and expressions that can be seen to be wrong without any variable.
import type { Diagnostic } from '../../document/diagnostic.ts';
import { slips } from '../../document/nearest.ts';
import {
  isDict,
  isList,
  type Key,
  marksOf,
  type Position,
  positionOf,
  textOf,
  type Value,
} from '../../document/value.ts';
import type { TemplateSettings } from '../../template/api.ts';
import { checkFile, checkSyntax, hasTemplate } from '../../template/template.ts';
import { itemsOf } from '../inherit.ts';
import type { Loading } from '../loading.ts';
import type { Located } from '../model.ts';
import { withoutBuiltin } from '../names.ts';
import { error, kindOfValue, warning } from '../problem.ts';

/** Checks each text once, however often it is used. */
export class TemplateCheck {
  readonly #sound = new Set<string>();
  /** Lists and dicts that were looked at: anchors let a few lines hold one a million times. */
  readonly #seen = new WeakSet();
  /** Those that were looked at where a run may pass them by, so that mistakes were warnings. */
  readonly #seenInDoubt = new WeakSet();
  readonly #loading: Loading;
  #doubts = 0;

  constructor(loading: Loading) {
    this.#loading = loading;
  }

  /** Runs a check of what a run may go well without reading: mistakes in its templates are then warnings. */
  inDoubtIf(isDoubtful: boolean, check: () => void): void {
    const before = this.#doubts;
    if (isDoubtful) this.#doubts += 1;
    check();
    this.#doubts = before;
  }

  /** Every template in a value, however deep. */
  value(value: Value, position: Position): void {
    if (isList(value) || isDict(value)) {
      if (this.#isKnown(value)) return;
    }
    if (isList(value)) value.forEach((item, index) => this.value(item, entryPlace(value, index, position)));
    else if (isDict(value))
      for (const [key, item] of value) {
        if (typeof key === 'string' && hasTemplate(key)) this.#text(key, 'text', position);
        this.value(item, entryPlace(value, key, position));
      }
    else {
      const text = textOf(value);
      if (text !== undefined && marksOf(value).unsafe !== true && hasTemplate(text))
        this.#text(text, 'text', position);
    }
  }

  /** One condition or a list of them, as `when` takes them. `where` names the keyword in messages. */
  conditions(located: Located, where: string): void {
    for (const [index, { value, position }] of itemsOf(located).entries()) {
      const text = textOf(value);
      // The first condition that is false ends the asking; where all have to hold, that is no end to be content with.
      if (text !== undefined)
        this.inDoubtIf(index > 0 && endWell.includes(where), () => {
          this.#condition(text, position, where);
        });
      else if (isDict(value) || isList(value))
        this.#loading.report(
          error('wrong-type', `${where} must be an expression, not ${kindOfValue(value)}`, position),
        );
    }
  }

  /** A bare expression, or a template of one. */
  expression(text: string, position: Position): void {
    if (text.trim() !== '') this.#text(text, hasTemplate(text) ? 'text' : 'expression', position);
  }

  /** A template file; `isNamed` when another one names it. */
  file(text: string, settings: TemplateSettings, position: Position, isNamed: boolean): void {
    for (const problem of checkFile(text, settings, position, isNamed)) this.#tell(problem);
  }

  get #isInDoubt(): boolean {
    return this.#doubts > 0 || this.#loading.isInDoubt;
  }

  #isKnown(value: object): boolean {
    if (this.#seen.has(value)) return true;
    const seen = this.#isInDoubt ? this.#seenInDoubt : this.#seen;
    const isKnown = seen.has(value);
    seen.add(value);
    return isKnown;
  }

  #tell(problem: Diagnostic): void {
    const known = asFarAsKnown(problem);
    this.#loading.report(this.#doubts > 0 ? { ...known, severity: 'warning' } : known);
  }

  #condition(text: string, position: Position, where: string): void {
    this.expression(text, position);
    if (/\{\{|\{%/.test(text))
      this.#loading.report(
        warning(
          'deprecated',
          `${where} holds template braces`,
          position,
          'It is an expression already: write it without {{ }}',
        ),
      );
  }

  #text(text: string, kind: 'text' | 'expression', position: Position): void {
    const key = kind + text;
    if (this.#sound.has(key)) return;
    const problems = checkSyntax(text, kind, position);
    if (problems.length === 0) this.#sound.add(key);
    for (const problem of problems) this.#tell({ position, ...problem });
  }
}

/** Keywords whose conditions may be false in a run that goes well. */
const endWell: readonly string[] = ['when', 'changed_when', 'failed_when', 'break_when'];

const pluginCodes: readonly string[] = ['unknown-filter', 'unknown-test', 'unknown-lookup'];

/**
 * A plugin with a full name is of a collection, and works where that is installed: it fails here when it is reached. One
 * that is a single slip away from a name that we have is misspelt.
 */
function asFarAsKnown(problem: Diagnostic): Diagnostic {
  const [, name] = /'(\w+\.\w+\.[\w.]+)'/.exec(problem.summary) ?? [];
  if (!pluginCodes.includes(problem.code) || name === undefined || withoutBuiltin(name) !== name)
    return problem;
  const [, nearest] = /'([\w.]+)'/.exec(problem.detail ?? '') ?? [];
  const isMisspelt = nearest !== undefined && slips(name, nearest) === 1;
  return isMisspelt ? problem : { ...problem, severity: 'warning' };
}

function entryPlace(
  container: Extract<Value, unknown[] | Map<Key, Value>>,
  key: Key,
  otherwise: Position,
): Position {
  return positionOf(container, key) ?? otherwise;
}
