// One evaluation: the variables it reads, resolved once each, and the functions it may use.
import path from 'node:path';
import type { TemplateContext, TemplateSettings } from '../api.ts';
import { textOfBytes } from '../../document/byte_text.ts';
import { LazyDict } from '../../document/lazy_dict.ts';
import {
  type Dict,
  type Value,
  Marked,
  Tuple,
  Undefined,
  Unknown,
  bare,
  marksOf,
  tuple,
  Locked,
  KeptText,
} from '../../document/value.ts';
import { Failure, UndefinedFailure } from '../failure.ts';
import { isTruthy } from '../python/compare.ts';
import { bind } from '../python/arguments.ts';
import { carry, joinAll } from '../python/marks.ts';
import { numeric } from '../python/numbers.ts';
import { text } from '../python/printing.ts';
import type { CallArguments } from '../python/special.ts';
import { nearestName } from '../../document/nearest.ts';
import { refuseImpure } from '../pure_only.ts';
import type { Body } from '../syntax/nodes.ts';
import { readHeader } from '../syntax/header.ts';
import { parseTemplate } from '../syntax/parse.ts';
import { Frame, type Template } from './frame.ts';
import { concatenate } from './output.ts';
import type { Plugins } from './plugins.ts';
import { findTemplate } from './template_files.ts';
import { runTemplate } from './templates.ts';
import type { Tools } from './tools.ts';

const isTemplate = /\{[{%#]/;
const singleName = /^\{\{\s*(\w*)\s*\}\}\n?$/;
// A list or dict that a template changes must be its own copy. These are the only ways to change one.
const changes = /\.\s*(?:append|extend|insert|remove|pop|popitem|clear|update|setdefault|sort|reverse)\s*\(/;
const deepest = 200;

function deepCopy(value: Value): Value {
  if (value instanceof Tuple) return tuple(value.map(deepCopy));
  if (Array.isArray(value)) return value.map(deepCopy);
  if (value instanceof Map && !(value instanceof LazyDict))
    return new Map([...value].map(([key, item]) => [key, deepCopy(item)]));
  return value;
}

function trailingNewlines(text: string): number {
  return text.length - text.replace(/\n+$/, '').length;
}

/** Line ends at the end of a text are the user's; Jinja2 would drop one, and a block's end may swallow one. */
function withLineEnds(result: Value, source: string): Value {
  const inner = bare(result);
  if (typeof inner !== 'string') return result;
  const missing = trailingNewlines(source) - trailingNewlines(inner);
  return missing > 0 ? carry(inner + '\n'.repeat(missing), marksOf(result)) : result;
}

type Run = (body: Body, frame: Frame, session: Session, out: Value[]) => void;

export class Session implements Tools {
  readonly context: TemplateContext;
  /** Whether text that looks like a list or dict becomes one: in playbooks, not in template files. */
  readonly isNative: boolean;
  readonly #plugins: Plugins;
  readonly #runBody: Run;
  readonly #values = new Map<string, Value>();
  readonly #resolving: string[];
  #folders: readonly string[] | undefined;
  #depth = 0;
  #isCopying = false;

  constructor(
    context: TemplateContext,
    plugins: Plugins,
    run: Run,
    isNative: boolean,
    resolving: string[] = [],
  ) {
    this.context = context;
    this.isNative = isNative;
    this.#plugins = plugins;
    this.#runBody = run;
    this.#resolving = resolving;
  }

  run(body: Body, frame: Frame, out: Value[]): void {
    this.#runBody(body, frame, this, out);
  }

  /** Guards against templates and macros that call themselves without end. */
  nested<T>(body: () => T): T {
    this.#depth += 1;
    if (this.#depth > deepest) throw new Failure('recursion', 'templates or macros are nested too deeply');
    try {
      return body();
    } finally {
      this.#depth -= 1;
    }
  }

  read(name: string, readsVariables = true): Value | undefined {
    const known = readsVariables ? this.#values.get(name) : undefined;
    if (known !== undefined) return known;
    const raw = readsVariables ? this.#raw(name) : undefined;
    if (raw === undefined) return this.#plugins.globals(name, this);
    const value = name === 'vars' ? raw : this.#resolveNamed(name, raw);
    const own = this.#isCopying ? deepCopy(value) : value;
    this.#values.set(name, own);
    return own;
  }

  #raw(name: string): Value | undefined {
    this.context.onRead?.(name);
    const raw = this.context.scope.get(name);
    if (raw !== undefined || name !== 'vars') return raw;
    const all = new Map<string, Value>();
    for (const each of this.context.scope.names()) {
      const value = this.context.scope.get(each);
      if (value !== undefined) all.set(each, value);
    }
    return all;
  }

  #resolveNamed(name: string, raw: Value): Value {
    if (this.#resolving.includes(name))
      throw new Failure(
        'recursion',
        `recursive loop in templates: ${[...this.#resolving, name].join(' -> ')}`,
      );
    this.#resolving.push(name);
    try {
      return this.resolve(raw);
    } catch (problem) {
      // The name has no value then, which matters only when somebody needs it.
      if (problem instanceof UndefinedFailure && !(problem.missing instanceof Locked))
        return new Undefined(name, `${problem.message} (in the value of '${name}')`, problem.missing.origin);
      if (problem instanceof Failure) problem.place = problem.file = undefined;
      throw problem;
    } finally {
      this.#resolving.pop();
    }
  }

  resolve(value: Value): Value {
    if (typeof value === 'string') return isTemplate.test(value) ? this.#text(value) : value;
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof Marked) {
      if (typeof value.value !== 'string' || value.marks.unsafe || !isTemplate.test(value.value))
        return value;
      return carry(this.#text(value.value), value.marks);
    }
    if (Array.isArray(value)) {
      const items = value.map((item) => this.resolve(item));
      return items.every((item, index) => item === value[index]) ? value : items;
    }
    // A lazy dict gives evaluated values.
    return value instanceof Map && !(value instanceof LazyDict) ? this.#dict(value) : value;
  }

  #dict(value: Dict): Value {
    let copy: Dict | undefined;
    for (const [key, item] of value) {
      const resolved = this.resolve(item);
      if (resolved === item) continue;
      copy ??= new Map(value);
      copy.set(key, resolved);
    }
    return copy ?? value;
  }

  #text(source: string): Value {
    const single = singleName.exec(source);
    if (single?.[1] !== undefined) {
      const raw = this.context.scope.get(single[1]);
      if (raw !== undefined && (raw === null || numeric(raw))) {
        this.context.onRead?.(single[1]);
        return raw;
      }
    }
    if (changes.test(source) && !this.#isCopying) {
      const own = new Session(this.context, this.#plugins, this.#runBody, true, this.#resolving);
      own.#isCopying = true;
      own.#folders = this.#folders;
      return own.#renderText(source);
    }
    return this.#renderText(source);
  }

  #renderText(source: string): Value {
    const parsed = parseTemplate(source, 'value');
    if ('error' in parsed) throw syntaxFailure(parsed.error);
    const result = this.nested(() =>
      this.#output({ body: parsed.tree, file: undefined, settings: {} }, new Frame(), true),
    );
    return withLineEnds(result, source);
  }

  #output(template: Template, frame: Frame, isNative: boolean): Value {
    const out: Value[] = [];
    runTemplate(template, frame, this, out);
    for (const node of out) this.#noted(node);
    return concatenate(out, isNative);
  }

  /** Renders a parsed template file to text; `folders` are those in which it names others. */
  renderBody(
    { text: source, settings }: ReturnType<typeof readHeader>,
    body: Body,
    folders: readonly string[],
    variables: ReadonlyMap<string, Value> = new Map(),
    file?: string,
  ): Value {
    const frame = new Frame();
    this.#folders = folders;
    for (const [name, value] of variables) frame.set(name, value);
    this.#isCopying ||= changes.test(source);
    return this.#output({ body, file, settings }, frame, this.isNative);
  }

  render(
    source: string,
    settings: TemplateSettings,
    variables: ReadonlyMap<string, Value>,
    isNative: boolean,
    place: string,
  ): Value {
    const header = readHeader(source, settings);
    const parsed = parseTemplate(header.text, 'file', header.settings);
    const inner = new Session(this.context, this.#plugins, this.#runBody, isNative, this.#resolving);
    const folders = [path.dirname(place), ...this.context.host.searchPath('templates')];
    try {
      if ('error' in parsed) throw inFile(syntaxFailure(parsed.error), place);
      return withLineEnds(inner.renderBody(header, parsed.tree, folders, variables, place), source);
    } catch (problem) {
      // The header's line stands before the text.
      const isBelow = problem instanceof Failure && problem.file === place && header.text !== source;
      if (isBelow && problem.place) problem.place = { ...problem.place, lineno: problem.place.lineno + 1 };
      throw problem;
    }
  }

  hasTemplateFile(name: string): boolean {
    return this.#findTemplate(name) !== undefined;
  }

  #findTemplate(name: string): string | undefined {
    const { host } = this.context;
    // As in Ansible, what the texts of a playbook name stands beside the playbook.
    const folders = this.#folders ?? host.searchPath('templates').slice(-1);
    return findTemplate(name, folders, (place) => host.find('templates', place));
  }

  /** Another template, read by the settings of the one that names it. */
  templateFile(name: string, settings: TemplateSettings): Template {
    const file = this.#findTemplate(name);
    if (file === undefined) throw new Failure('file-not-found', `template not found: ${name}`);
    const parsed = parseTemplate(textOfBytes(this.context.host.readFile(file)), 'file', settings);
    if (!('error' in parsed)) return { body: parsed.tree, file, settings };
    throw inFile(syntaxFailure(parsed.error), file);
  }

  filter(name: string, value: Value, args: CallArguments): Value {
    const filter = this.#plugins.filter(name);
    if (!filter) return this.#unknown('unknown-filter', 'filter', name, this.#plugins.filterNames());
    if (value instanceof Unknown) return value;
    const call = { positional: [value, ...args.positional], named: args.named };
    const bound = bind(`filter ${name}`, filter.parameters.split(' '), call, filter.lazy);
    const result = filter.run(bound, this);
    if (filter.passes) return result;
    if (result instanceof KeptText) return this.#noted(result);
    const marks = joinAll([...call.positional, ...call.named.values()]);
    return marks.unsafe || marks.secret ? this.#noted(carry(result, marks)) : result;
  }

  #noted(value: Value): Value {
    if (marksOf(value).secret) this.context.onSecret?.(text(value), 'made');
    return value;
  }

  test(name: string, value: Value, args: CallArguments): boolean {
    const test = this.#plugins.test(name);
    if (!test) return isTruthy(this.#unknown('unknown-test', 'test', name, this.#plugins.testNames()));
    const call = { positional: [value, ...args.positional], named: args.named };
    return test.run(bind(`test ${name}`, test.parameters.split(' '), call, test.lazy), this);
  }

  #unknown(
    code: 'unknown-filter' | 'unknown-test',
    kind: string,
    name: string,
    all: Iterable<string>,
  ): never {
    const near = nearestName(name, all);
    throw new Failure(
      code,
      `there is no ${kind} named '${name}'`,
      near === undefined ? undefined : `Did you mean '${near}'?`,
    );
  }

  impure(what: string): void {
    refuseImpure(what);
    this.context.onImpure?.(what);
  }

  warn(summary: string): void {
    this.context.onWarning?.({ code: 'deprecated', severity: 'warning', summary });
  }
}

export function syntaxFailure(error: { message: string; place: { lineno: number; colno: number } }): Failure {
  const failure = new Failure('template-syntax', `template syntax error: ${error.message}`);
  failure.place = error.place;
  return failure;
}

function inFile(problem: Failure, file: string): Failure {
  problem.file = file;
  return problem;
}
