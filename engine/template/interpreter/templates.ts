// Other template files: include, import, extends and their named blocks.
import { append } from '../../document/append.ts';
import { type Value, isList, Undefined } from '../../document/value.ts';
import { Failure, fail } from '../failure.ts';
import { text } from '../python/printing.ts';
import { Callable, Names, inside } from '../python/special.ts';
import type { Statement, StatementOf } from '../syntax/nodes.ts';
import { Frame, type Template, type TemplateState } from './frame.ts';
import { concatenate } from './output.ts';
import type { Session } from './session.ts';

/** Runs a part of a template: failures in it are told at its file. */
export function inTemplate<T>(template: Template | undefined, body: () => T): T {
  try {
    return body();
  } catch (problem) {
    if (problem instanceof Failure) problem.file ??= template?.file ?? '';
    throw problem;
  }
}

function blocksIn(template: Template, found: Map<string, Template[]>): void {
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === 'object' && node !== null) {
      const block = node as Statement;
      if (block.typename === 'NamedBlock')
        found.set(block.name, [...(found.get(block.name) ?? []), { ...template, body: block.body }]);
      Object.values(node).forEach(visit);
    }
  };
  visit(template.body.children);
}

/**
 * Runs a whole template in a frame. What it extends runs after it, in the same frame, with its blocks in front of the
 * parent's own; what it writes by itself behind `extends` is dropped.
 */
export function runTemplate(
  template: Template,
  frame: Frame,
  session: Session,
  out: Value[],
  inherited?: TemplateState,
): void {
  const written: Value[] = [];
  const fresh = { parent: undefined, written };
  const state: TemplateState = inherited
    ? Object.assign(inherited, fresh)
    : { ...fresh, blocks: new Map(), top: frame };
  blocksIn(template, state.blocks);
  frame.state = state;
  frame.template = template;
  if (state.blocks.size > 0) frame.set('self', inside(blocksByName(state, session)));
  inTemplate(template, () => {
    session.run(template.body, frame, written);
  });
  // Read again: an extends statement in the body sets it.
  const parent = (state as { parent: string | undefined }).parent;
  append(out, written);
  if (parent === undefined) return;
  const extended = inTemplate(template, () => session.templateFile(parent, template.settings));
  session.nested(() => {
    runTemplate(extended, frame, session, out, state);
  });
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
  const block = state.blocks.get(name)?.[level];
  if (!block) fail(`there is no parent block called '${name}'`);
  else {
    const above = (): Value => {
      const inner: Value[] = [];
      runBlock(name, level + 1, new Frame(frame), state, session, inner);
      return concatenate(inner, session.isNative);
    };
    frame.template = block;
    frame.set('super', inside(new Callable('super', above)));
    inTemplate(block, () => {
      session.run(block.body, frame, out);
    });
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
  const { state } = frame;
  if (!state) return;
  if (frame !== state.top) fail('extends stands within a loop, a block or a macro');
  if (state.parent !== undefined) fail('extended multiple times');
  state.parent = text(name);
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
  const included = session.templateFile(name, settingsOf(frame));
  session.nested(() => {
    runTemplate(included, inner, session, out);
  });
}

function settingsOf(frame: Frame): Template['settings'] {
  return frame.template?.settings ?? {};
}

function importedNames(template: Value, withContext: boolean, frame: Frame, session: Session): Names {
  const inner = withContext ? new Frame(frame) : new Frame(undefined, true);
  const written: Value[] = [];
  const imported = session.templateFile(text(template), settingsOf(frame));
  session.nested(() => {
    runTemplate(imported, inner, session, written);
  });
  const exported = [...inner.names()].filter(([name]) => !name.startsWith('_') && name !== 'self');
  const shown = (): string => text(concatenate(written, false));
  return new Names('module', new Map(exported), false, shown);
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
    const missing = `the template '${text(template)}' does not export the requested name '${name}'`;
    frame.set(alias, module.entries.get(name) ?? new Undefined(alias, missing));
  }
}
