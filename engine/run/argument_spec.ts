// A role's argument specification against the variables of a host.
import type { Dict, Value } from '../document/value.ts';
import { argumentNames, checkArguments } from '../playbook/arguments.ts';

/**
 * What is wrong with the variables that a specification names, as sentences. `read` gives a variable's evaluated value:
 * nothing when nobody defines it, Undefined when its template cannot be evaluated. `provided` are arguments given
 * beside the role: the specification must know them all.
 */
export function validateArguments(
  spec: Dict,
  provided: Dict,
  read: (name: string) => Value | undefined,
): readonly string[] {
  const given: Dict = new Map();
  for (const name of new Set([...argumentNames(spec), ...[...provided.keys()].map(String)])) {
    const value = read(name);
    if (value !== undefined) given.set(name, value);
  }
  return checkArguments(spec, given).map(({ summary, detail }) =>
    detail === undefined ? summary : `${summary}. ${detail}`,
  );
}
