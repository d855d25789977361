// What our declaration of a module lacks of the one that its documentation gives: parameters, aliases, choices, and
// whether one is required and by which default it stands.
import type { Module } from '../../engine/module/define.ts';
import type { Kind } from '../../engine/module/kinds.ts';

/** As parameters_oracle.py gives it. */
export interface Documented {
  readonly aliases: readonly string[];
  readonly choices: readonly unknown[] | null;
  readonly default: unknown;
  readonly required: boolean;
}

export type DocumentedModule = Readonly<Record<string, Documented>>;

/** A default that says the same as no default. */
const nothing = new Set(['null', '""', '[]', '{}', 'false']);

function text(value: unknown): string {
  return JSON.stringify(value ?? null);
}

/** Documentation writes booleans as it likes. */
function plainBoolean(value: unknown): unknown {
  if (value === 'yes') return true;
  return value === 'no' ? false : value;
}

/** Numbers, booleans and text that a playbook may write for one another. */
function sameDefault(ours: unknown, theirs: unknown): boolean {
  if (text(ours) === text(theirs)) return true;
  if (nothing.has(text(ours)) && nothing.has(text(theirs))) return true;
  if (Array.isArray(ours) && !Array.isArray(theirs)) return sameDefault(ours, [theirs]);
  return !Array.isArray(ours) && text(String(ours)) === text(String(theirs));
}

function ofOne(name: string, kind: Kind<unknown>, theirs: Documented): string[] {
  const known = new Set([name, ...(kind.aliases ?? [])]);
  const choices = kind.choices ?? kind.elements?.choices;
  const lacking = (theirs.choices ?? []).filter(
    (choice) => choices !== undefined && !choices.includes(String(choice)),
  );
  return [
    ...theirs.aliases.filter((alias) => !known.has(alias)).map((alias) => `${name}: no alias ${alias}`),
    ...lacking.map((choice) => `${name}: no choice ${String(choice)}`),
    ...(kind.doc?.startsWith('Refused') === true ? [`${name}: refused`] : []),
    ...(kind.required && !theirs.required ? [`${name}: required`] : []),
    ...(!kind.required && theirs.required ? [`${name}: not required`] : []),
    ...(!kind.required &&
    !theirs.required &&
    !sameDefault(plainBoolean(kind.default), plainBoolean(theirs.default))
      ? [`${name}: default ${text(kind.default)} for ${text(theirs.default)}`]
      : []),
  ];
}

/** One line for each: `force: absent`, `state: no choice build-dep`. */
export function parameterDifferences(module: Module, theirs: DocumentedModule): string[] {
  const ours = new Map(
    Object.entries(module.params).flatMap(([name, kind]) =>
      [name, ...(kind.aliases ?? [])].map((word): [string, Kind<unknown>] => [word, kind]),
    ),
  );
  return Object.entries(theirs).flatMap(([name, documented]) => {
    const kind = ours.get(name);
    if (kind) return ofOne(name, kind, documented);
    return name === module.freeForm || module.anyParameter ? [] : [`${name}: absent`];
  });
}
