// Other template files: include, import, extends and their named blocks.
import { append } from '../../document/append.ts';
import { type Value, isList } from '../../document/value.ts';
import { Failure, fail } from '../failure.ts';
import { text } from '../python/printing.ts';
import { Callable, Names, inside } from '../python/special.ts';
import type { Body, Statement, StatementOf } from '../syntax/nodes.ts';
import { Frame, type TemplateState } from './frame.ts';
import { concatenate } from './output.ts';
import type { Session } from './session.ts';

function blocksIn(body: Body, found: Map<string, Body[]>): void {
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === 'object' && node !== null) {
      const block = node as Statement;
      if (block.typename === 'NamedBlock')
        found.set(block.name, [...(found.get(block.name) ?? []), block.body]);
      Object.values(node).forEach(visit);
    }
  };
  visit(body.children);
}

/**
 * Runs a whole template in a frame. What it extends runs after it, in the same frame, with its blocks in front of the
 * parent's own; its other output is dropped.
 */
export function runTemplate(
  body: Body,
  frame: Frame,
  session: Session,
  out: Value[],
  inherited?: TemplateState,
): void {
  const state: TemplateState = inherited ?? { blocks: new Map(), top: frame, parent: undefined };
  state.parent = undefined;
  blocksIn(body, state.blocks);
  frame.state = state;
  if (state.blocks.size > 0) frame.set('self', inside(blocksByName(state, session)));
  const written: Value[] = [];
  session.run(body, frame, written);
  // Read again: an extends statement in the body sets it.
  const parent = (state as { parent: string | undefined }).parent;
  if (parent === undefined) append(out, written);
  else session.nested(() => runTemplate(session.templateFile(parent), frame, session, out, state));
}

function blocksByName(state: TemplateState, session: Session): Names {
  const functions = [...state.blocks.keys()].map((name): [string, Value] => [
    name,
    inside(
      new Callable(name, () => {
        const out: Value[] = [];
        runBlock(name, 0, new Frame(state.top), state, session, out);
        return concatenate(out, session.isNative);
      }),
    ),
  ]);
  return new Names('self', new Map(functions), false);
}

function runBlock(
  name: string,
  level: number,
  frame: Frame,
  state: TemplateState,
  session: Session,
  out: Value[],
): void {
  const body = state.blocks.get(name)?.[level];
  if (!body) fail(`there is no parent block called '${name}'`);
  else {
    const above = (): Value => {
      const inner: Value[] = [];
      runBlock(name, level + 1, new Frame(frame), state, session, inner);
      return concatenate(inner, session.isNative);
    };
    frame.set('super', inside(new Callable('super', above)));
    session.run(body, frame, out);
  }
}

export function namedBlock(
  node: StatementOf<'NamedBlock'>,
  frame: Frame,
  session: Session,
  out: Value[],
): void {
  const state = frame.state;
  if (!state || state.parent !== undefined) return;
  if (node.required && state.blocks.get(node.name)?.length === 1)
    fail(`required block '${node.name}' was not overridden`);
  runBlock(node.name, 0, new Frame(node.scoped ? frame : state.top), state, session, out);
}

export function extendTemplate(name: Value, frame: Frame): void {
  if (!frame.state) return;
  if (frame.state.parent !== undefined) fail('extended multiple times');
  frame.state.parent = text(name);
}

export function includeTemplate(
  node: StatementOf<'IncludeTemplate'>,
  template: Value,
  frame: Frame,
  session: Session,
  out: Value[],
): void {
  const names = isList(template) ? template.map(text) : [text(template)];
  const name = names.find((candidate) => session.hasTemplateFile(candidate));
  if (name === undefined) {
    if (node.ignoreMissing) return;
    throw new Failure('file-not-found', `template not found: ${names.join(', ')}`);
  }
  const inner = node.withContext ? new Frame(frame) : new Frame(undefined, true);
  session.nested(() => runTemplate(session.templateFile(name), inner, session, out));
}

function importedNames(template: Value, withContext: boolean, frame: Frame, session: Session): Names {
  const inner = withContext ? new Frame(frame) : new Frame(undefined, true);
  session.nested(() => runTemplate(session.templateFile(text(template)), inner, session, []));
  const exported = [...inner.names()].filter(([name]) => !name.startsWith('_') && name !== 'self');
  return new Names('module', new Map(exported), false);
}

export function importTemplate(
  node: StatementOf<'Import'>,
  template: Value,
  frame: Frame,
  session: Session,
): void {
  frame.set(node.target.value, inside(importedNames(template, node.withContext === true, frame, session)));
}

export function fromTemplate(
  node: StatementOf<'FromTemplate'>,
  template: Value,
  frame: Frame,
  session: Session,
): void {
  const module = importedNames(template, node.withContext, frame, session);
  for (const [name, alias] of node.names) {
    const value = module.entries.get(name);
    if (value === undefined) fail(`the template ${text(template)} does not export ${name}`);
    else frame.set(alias, value);
  }
}
