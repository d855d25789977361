// Macros and call blocks.
import { type Value, Undefined, tuple } from '../../document/value.ts';
import { fail } from '../failure.ts';
import { type CallArguments, Callable, asSpecial, inside } from '../python/special.ts';
import type { Body, Expression, Parameter, StatementOf } from '../syntax/nodes.ts';
import { evaluateArguments } from './calls.ts';
import { evaluate } from './expressions.ts';
import { Frame } from './frame.ts';
import { capture } from './output.ts';
import type { Session } from './session.ts';
import { inTemplate } from './templates.ts';

interface Routine {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
}

/** Which of the names that a macro gets without declaring them its body reads. */
function readsOf(body: Body): {
  readonly varargs: boolean;
  readonly kwargs: boolean;
  readonly caller: boolean;
} {
  const seen = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === 'object' && node !== null) {
      const { typename, value } = node as { typename?: string; value?: unknown };
      if (typename === 'Symbol' && typeof value === 'string') seen.add(value);
      Object.values(node).forEach(visit);
    }
  };
  visit(body.children);
  return { varargs: seen.has('varargs'), kwargs: seen.has('kwargs'), caller: seen.has('caller') };
}

function bindParameters(
  routine: Routine,
  args: CallArguments,
  frame: Frame,
  session: Session,
  reads: ReturnType<typeof readsOf>,
): void {
  const named = new Map(args.named);
  for (const [index, { name, fallback }] of routine.parameters.entries()) {
    let value = args.positional[index];
    if (value === undefined && named.has(name)) {
      value = named.get(name);
      named.delete(name);
    }
    if (value === undefined && fallback) value = evaluate(fallback, frame, session);
    frame.set(
      name,
      value === undefined ? new Undefined(name, `parameter '${name}' was not provided`) : value,
    );
  }
  const caller = named.get('caller');
  if (caller !== undefined && (reads.caller || routine.parameters.some(({ name }) => name === 'caller'))) {
    frame.set('caller', caller);
    named.delete('caller');
  } else if (reads.caller) frame.set('caller', new Undefined('caller', 'No caller defined'));
  const rest = args.positional.slice(routine.parameters.length);
  if (reads.varargs) frame.set('varargs', tuple(rest));
  else if (rest.length > 0)
    fail(`macro '${routine.name}' takes not more than ${routine.parameters.length} argument(s)`);
  if (reads.kwargs) frame.set('kwargs', new Map(named));
  else if (named.size > 0)
    fail(`macro '${routine.name}' takes no keyword argument '${[...named.keys()][0] ?? ''}'`);
}

function routine(made: Routine, frame: Frame, session: Session): Callable {
  const reads = readsOf(made.body);
  const { template } = frame;
  const run = (args: CallArguments): Value => {
    const inner = new Frame(frame);
    bindParameters(made, args, inner, session, reads);
    return session.nested(() => inTemplate(template, () => capture(made.body, inner, session)));
  };
  const attributes = new Map<string, Value>([
    ['name', made.name],
    ['arguments', tuple(made.parameters.map(({ name }) => name))],
    ['catch_varargs', reads.varargs],
    ['catch_kwargs', reads.kwargs],
    ['caller', reads.caller],
  ]);
  return new Callable(made.name, run, attributes);
}

export function defineMacro(node: StatementOf<'MacroDefinition'>, frame: Frame, session: Session): Value {
  return inside(routine(node, frame, session));
}

/** `{% call macro(...) %}body{% endcall %}`: the macro gets the body as the function `caller`. */
export function callBlock(node: StatementOf<'CallBlock'>, frame: Frame, session: Session): Value {
  const target = asSpecial(evaluate(node.call.target, frame, session));
  if (!(target instanceof Callable)) return fail('what a call block calls is no macro');
  const args = evaluateArguments(node.call.args, (part: Expression) => evaluate(part, frame, session));
  const caller = inside(
    routine({ name: 'caller', parameters: node.parameters, body: node.body }, frame, session),
  );
  return target.call({ positional: args.positional, named: new Map([...args.named, ['caller', caller]]) });
}
