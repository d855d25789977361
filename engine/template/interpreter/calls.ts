// Calls: arguments evaluated and bound, then whatever was called.
import { append } from '../../document/append.ts';
import { type Value, Undefined, Unknown, bare, isDict } from '../../document/value.ts';
import { UndefinedFailure, fail } from '../failure.ts';
import { typeName } from '../python/printing.ts';
import { iterate } from '../python/sequence.ts';
import { type CallArguments, Callable, asSpecial } from '../python/special.ts';
import type { Arguments, Expression } from '../syntax/nodes.ts';

export function evaluateArguments(args: Arguments, evaluate: (node: Expression) => Value): CallArguments {
  const positional = args.positional.map(evaluate);
  const named = new Map(args.named.map(([name, node]) => [name, evaluate(node)]));
  if (args.spread) append(positional, iterate(evaluate(args.spread)));
  if (args.spreadNamed) {
    const more = bare(evaluate(args.spreadNamed));
    if (!isDict(more)) return fail('arguments given with ** must be a dict');
    for (const [key, value] of more) named.set(String(key), value);
  }
  return { positional, named };
}

/** Calls a value with its arguments. `path` is the called expression, for messages. */
export function call(
  target: Value,
  path: string,
  args: Arguments,
  evaluate: (node: Expression) => Value,
): Value {
  const inner = bare(target);
  if (inner instanceof Undefined) throw new UndefinedFailure(inner);
  if (inner instanceof Unknown) return inner;
  const special = asSpecial(inner);
  if (!(special instanceof Callable))
    return fail(`${path} is no function: '${typeName(inner)}' object is not callable`);
  return special.call(evaluateArguments(args, evaluate));
}
