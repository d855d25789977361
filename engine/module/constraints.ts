// Rules between parameters: exclusive, together, one of, required if.
import { bare, Unknown, type Value } from '../document/value.ts';
import type { CheckedValues, Constraints } from './define.ts';
import type { ParameterProblem } from './parameters.ts';

function listed(names: readonly string[], word: 'and' | 'or'): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1) ?? ''}`;
}

/** Canonical names of parameters. */
export interface Given {
  /** Those that hold a value. */
  readonly all: ReadonlySet<string>;
  /** Those among them whose value may turn out to be `omit`: nothing is refused for their sake before the run. */
  readonly doubtful: ReadonlySet<string>;
}

/** Problems of the task as a whole. */
export function constraintProblems(
  module: string,
  constraints: Constraints,
  params: CheckedValues,
  { all: given, doubtful }: Given,
): ParameterProblem[] {
  const problems: ParameterProblem[] = [];
  const add = (code: 'missing-parameter' | 'bad-parameter', summary: string): void => {
    problems.push({ code, path: [], at: 'key', summary: `${module}: ${summary}` });
  };
  for (const names of constraints.mutuallyExclusive ?? []) {
    const both = names.filter((name) => given.has(name) && !doubtful.has(name));
    if (both.length > 1) add('bad-parameter', `${listed(both, 'and')} exclude each other`);
  }
  for (const names of constraints.requiredTogether ?? []) {
    const absent = names.filter((name) => !given.has(name));
    if (absent.length > 0 && absent.length < names.filter((name) => !doubtful.has(name)).length)
      add(
        'missing-parameter',
        `${listed(names, 'and')} are needed together; ${listed(absent, 'and')} is missing`,
      );
  }
  for (const names of constraints.requiredOneOf ?? [])
    if (!names.some((name) => given.has(name)))
      add('missing-parameter', `one of ${listed(names, 'or')} is needed`);
  for (const [name, value, needed, enough] of constraints.requiredIf ?? []) {
    const found = params[name];
    if (found instanceof Unknown || bare(found as Value) !== value) continue;
    const absent = needed.filter((one) => !given.has(one));
    const lacks = enough === 'any' ? absent.length === needed.length : absent.length > 0;
    if (lacks)
      add(
        'missing-parameter',
        `${name} is ${JSON.stringify(value)}, so ${enough === 'any' ? `one of ${listed(absent, 'or')}` : listed(absent, 'and')} is needed`,
      );
  }
  for (const [name, needed] of Object.entries(constraints.requiredBy ?? {})) {
    const absent = needed.filter((one) => !given.has(one));
    if (given.has(name) && !doubtful.has(name) && absent.length > 0)
      add('missing-parameter', `${name} is given, so ${listed(absent, 'and')} is needed`);
  }
  return problems;
}
