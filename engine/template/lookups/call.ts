// lookup(), query() and q().
import { nearestName } from '../../document/nearest.ts';
import { type Value, Undefined, textOf, withMarks, KeptText } from '../../document/value.ts';
import { Failure, UndefinedFailure, fail } from '../failure.ts';
import type { Options, Tools } from '../interpreter/tools.ts';
import { isTruthy } from '../python/compare.ts';
import { text } from '../python/printing.ts';
import type { CallArguments } from '../python/special.ts';
import { findLookup, lookupNames } from './registry.ts';

/** A lookup's results as `lookup()` gives them: text joined by commas, a single other value by itself. */
function joined(results: readonly Value[]): Value {
  const [only] = results;
  if (results.length === 1 && only !== undefined) return only;
  const texts = results.map(textOf);
  const isText = texts.every((entry) => entry !== undefined);
  return isText ? withMarks(texts.join(','), { unsafe: true }) : [...results];
}

function run(name: string, terms: readonly Value[], options: Options, tools: Tools): readonly Value[] {
  const found = findLookup(name);
  if (!found) {
    const near = nearestName(name, lookupNames());
    const hint = near === undefined ? undefined : `Did you mean '${near}'?`;
    throw new Failure('unknown-lookup', `there is no lookup named '${name}'`, hint);
  }
  if (found.impure) tools.impure(`lookup ${name}`);
  for (const term of terms) if (term instanceof Undefined) throw new UndefinedFailure(term);
  return found.run(
    terms.map((term) => tools.resolve(term)),
    options,
    tools,
  );
}

const own = ['wantlist', 'allow_unsafe', 'errors'];

export function lookup(call: CallArguments, tools: Tools): Value {
  const [first, ...terms] = call.positional;
  const name = first === undefined ? fail('lookup() needs the name of a lookup') : text(first);
  const option = (key: string): Value => call.named.get(key) ?? false;
  const options = new Map([...call.named].filter(([key]) => !own.includes(key)));
  const wantsList = isTruthy(option('wantlist'));
  const errors = text(call.named.get('errors') ?? 'strict');
  let results: readonly Value[];
  try {
    results = run(name, terms, options, tools);
  } catch (problem) {
    const isOurs = problem instanceof Failure && !(problem instanceof UndefinedFailure);
    if (!isOurs || problem.code === 'unknown-lookup' || errors === 'strict') throw problem;
    if (errors === 'warn') tools.warn(`Lookup failed but the error is being ignored: ${problem.message}`);
    return wantsList ? [] : null;
  }
  const marked = results.map((entry) => markUnsafe(entry, isTruthy(option('allow_unsafe'))));
  return marked.length === 0 || wantsList ? marked : joined(marked);
}

function markUnsafe(value: Value, isAllowed: boolean): Value {
  if (isAllowed) return value;
  // Text that is to stay text keeps that together with its mark.
  return value instanceof KeptText
    ? new KeptText(value.value, { ...value.marks, unsafe: true })
    : withMarks(value, { unsafe: true });
}
