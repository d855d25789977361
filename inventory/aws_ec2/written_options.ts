// The options as written, made what they are by kind. What is wrong is told at its place, all of it.
import type { Diagnostic } from '../../engine/document/diagnostic.ts';
import { nearestName } from '../../engine/document/nearest.ts';
import { pythonStr } from '../../engine/document/python_text.ts';
import {
  bare,
  type Dict,
  isDict,
  isList,
  type Key,
  keyPositionOf,
  type Position,
  positionOf,
  textOf,
  type Value,
} from '../../engine/document/value.ts';
import type { TemplateContext } from '../../engine/template/api.ts';
import { evaluate } from '../../engine/template/template.ts';
import type { OptionRule } from './option_table.ts';

type Rules = Readonly<Record<string, OptionRule>>;

function isFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.toLowerCase() : String(value);
  if (['yes', 'on', 'true', 'y', 't', '1'].includes(word)) return true;
  return ['no', 'off', 'false', 'n', 'f', '0'].includes(word) ? false : undefined;
}

/** One dict of options by its rules. */
export class WrittenOptions {
  readonly diagnostics: Diagnostic[];
  readonly #dict: Dict;
  readonly #rules: Rules;
  readonly #context: TemplateContext;
  /** The key that gave each option, by the option's own name. */
  readonly #keys = new Map<string, Key>();

  constructor(dict: Dict, rules: Rules, context: TemplateContext, diagnostics: Diagnostic[]) {
    this.#dict = dict;
    this.#rules = rules;
    this.#context = context;
    this.diagnostics = diagnostics;
    for (const key of dict.keys()) this.#recognize(key);
  }

  #recognize(key: Key): void {
    const written = String(key);
    const at = keyPositionOf(this.#dict, key);
    for (const [name, rule] of Object.entries(this.#rules)) {
      const isOld = rule.oldAliases?.includes(written) === true;
      if (written !== name && rule.aliases?.includes(written) !== true && !isOld) continue;
      if (isOld) this.tell('deprecated', `Option ${written} is an old name`, `Write ${name}`, at, 'warning');
      if (rule.deprecated !== undefined)
        this.tell('deprecated', `Option ${written} is deprecated`, rule.deprecated, at, 'warning');
      const other = this.#keys.get(name);
      if (other !== undefined)
        this.tell(
          'conflicting-keywords',
          `Options ${String(other)} and ${written} are the same`,
          'Write one of them',
          at,
        );
      this.#keys.set(name, key);
      return;
    }
    this.unknown('Option', written, this.#names(), at);
  }

  #names(): string[] {
    return Object.entries(this.#rules).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
  }

  unknown(what: string, written: string, names: readonly string[], at: Position | undefined): void {
    const near = nearestName(written, names);
    const detail = near === undefined ? `Known are ${names.join(', ')}` : `Did you mean ${near}?`;
    this.tell('unknown-parameter', `${what} ${written} is not known`, detail, at);
  }

  tell(
    code: Diagnostic['code'],
    summary: string,
    detail: string,
    position: Position | undefined,
    severity: Diagnostic['severity'] = 'error',
  ): void {
    this.diagnostics.push({ code, severity, summary, detail, ...(position ? { position } : {}) });
  }

  /** Where an option's value stands, else the option itself. */
  positionOf(name: string): Position | undefined {
    const key = this.#keys.get(name);
    return key === undefined ? undefined : (positionOf(this.#dict, key) ?? keyPositionOf(this.#dict, key));
  }

  has(name: string): boolean {
    return this.#keys.has(name);
  }

  /** The value with its templates replaced where it may have some; null and what is not there are alike. */
  raw(name: string): Value | undefined {
    const key = this.#keys.get(name);
    const written = key === undefined ? undefined : this.#dict.get(key);
    if (written === undefined || bare(written) === null) return undefined;
    if (this.#rules[name]?.isTemplated !== true) return written;
    const made = this.#templated(written, this.positionOf(name));
    return bare(made) === null ? undefined : made;
  }

  /** Each text of a list or dict on its own, so that a mistake is told where it stands. */
  #templated(written: Value, position: Position | undefined): Value {
    if (isList(written))
      return written.map((item, at) => this.#templated(item, positionOf(written, at) ?? position));
    if (isDict(written))
      return new Map(
        [...written].map(([key, item]) => [key, this.#templated(item, positionOf(written, key) ?? position)]),
      );
    const made = evaluate(written, this.#context, position);
    if (made.ok) return made.value;
    this.diagnostics.push({ ...(position ? { position } : {}), ...made.problem });
    return null;
  }

  #wrong<T>(name: string, wanted: string): T | undefined {
    const at = this.positionOf(name);
    this.tell('wrong-type', `Option ${name} is no ${wanted}`, `Write a ${wanted}`, at);
    return undefined;
  }

  text(name: string): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    return isList(value) || isDict(value) ? this.#wrong(name, 'text') : pythonStr(bare(value));
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const written = this.text(name);
    if (written === undefined) return undefined;
    const chosen = choices.find((choice) => choice === written);
    if (chosen === undefined) {
      const near = nearestName(written, choices);
      const detail = `It is one of ${choices.join(', ')}${near === undefined ? '' : `. Did you mean ${near}?`}`;
      this.tell('bad-parameter', `Option ${name} cannot be ${written}`, detail, this.positionOf(name));
    }
    return chosen;
  }

  flag(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    return isFlag(bare(value)) ?? this.#wrong(name, 'boolean');
  }

  number(name: string): number | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    const number = Number(textOf(value) ?? bare(value));
    return Number.isSafeInteger(number) && number >= 0 ? number : this.#wrong(name, 'number');
  }

  list(name: string): readonly Value[] | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    const text = textOf(value);
    if (text !== undefined)
      return text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    return isList(value) ? value : this.#wrong(name, 'list');
  }

  texts(name: string): readonly string[] | undefined {
    return this.list(name)?.map((item) => pythonStr(bare(item)));
  }

  dict(name: string): Dict | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    return isDict(value) ? value : this.#wrong(name, 'dict');
  }

  dicts(name: string): readonly Dict[] | undefined {
    const items = this.list(name);
    if (!items) return undefined;
    const found = items.filter((item) => isDict(item));
    if (found.length < items.length) {
      this.#wrong(name, 'list of dicts');
      return;
    }
    return found;
  }

  /** That the keys of a dict within an option are known ones. */
  checkKeys(what: string, dict: Dict, names: readonly string[]): void {
    for (const key of dict.keys())
      if (!names.includes(String(key))) this.unknown(what, String(key), names, keyPositionOf(dict, key));
  }
}
