// CONTRACT. What the rest of the engine knows of templates. Evaluation is synchronous and never runs code of a template.
import type { Diagnostic, Outcome } from '../document/diagnostic.ts';
import type { Position, Value } from '../document/value.ts';
import type { LocalFiles } from './local_files.ts';

/** Names as a template sees them. `get` is called only for names that the expression really reads. */
export interface Scope {
  /** The raw value (not yet templated), or undefined when the name is not defined. */
  get(name: string): Value | undefined;
  /** All names, for the `vars` dict, `varnames` and near-miss suggestions. */
  names(): Iterable<string>;
}

/** What a lookup or filter may use of the control machine. */
export interface TemplateHost {
  /** Finds a file by the search path of the running task (role's files/, templates/, vars/, play's folder). */
  find(kind: 'files' | 'templates' | 'vars' | 'tasks', name: string): string | undefined;
  /** All folders that `find` would try, nearest first. */
  searchPath(kind: 'files' | 'templates' | 'vars' | 'tasks'): readonly string[];
  readFile(path: string): Uint8Array;
  /** Check mode: a run would make this file; what looks at it from now on sees it. */
  foretell?(path: string, content: string): void;
  /** Decrypts vault text; fails as a value when no secret fits. */
  decrypt(text: Uint8Array): Outcome<Uint8Array>;
  /** What stands at paths, where it is not just what stands there now. */
  readonly files?: LocalFiles;
  /** The hosts that an inventory pattern matches, for the lookup inventory_hostnames. */
  hostsMatching?(pattern: string): readonly Value[];
}

export interface TemplateSettings {
  readonly trimBlocks?: boolean;
  readonly lstripBlocks?: boolean;
  readonly keepTrailingNewline?: boolean;
  readonly blockStart?: string;
  readonly blockEnd?: string;
  readonly variableStart?: string;
  readonly variableEnd?: string;
  readonly commentStart?: string;
  readonly commentEnd?: string;
}

/** All that an evaluation depends on. */
export interface TemplateContext {
  readonly scope: Scope;
  readonly host: TemplateHost;
  readonly checkMode?: boolean;
  /** Told of each impure function used (lookup pipe, password, random, now ...), so that it is not made early. */
  readonly onImpure?: (what: string) => void;
  /** Told of each variable name read from the scope. */
  readonly onRead?: (name: string) => void;
  /**
   * Told of each secret that comes from elsewhere than the scope, and of each text that is made of one: the message of
   * a later failure may hold it, without the mark.
   */
  readonly onSecret?: (text: string, origin: 'read' | 'made') => void;
  /** Check mode: told of each text that stands for another, which only a run makes. */
  readonly onPromise?: (text: string) => void;
  /** Whether it was told of this one. */
  readonly isPromise?: (text: string) => boolean;
  readonly onWarning?: (problem: Diagnostic) => void;
}

/**
 * The functions that engine/template/template.ts exports:
 *
 * - `hasTemplate(text)`: whether the text holds `{{`, `{%` or `{#`.
 * - `evaluate(value, context)`: the value with every template in it replaced, native types as ansible-core gives them
 *   (a string that is one `{{ expression }}` yields the expression's value; unsafe text stays as it is).
 * - `evaluateExpression(text, context, position)`: a bare expression, as in `when:` or `that:`.
 * - `isTrue(value)`: an expression's value as a condition, or why it is none (Undefined, text that is no boolean).
 * - `renderText(text, context, settings, position)`: a template file to text.
 * - `checkSyntax(text, kind, position)`: problems that can be told without variables: syntax, unknown filters,
 *   tests, lookups, bad patterns; with the position inside the text added to the scalar's own.
 * - `checkFile(text, settings, position, isNamed)`: the same of a template file, or of one that another names.
 * - `namesRead(text, kind)`: the variable names that an expression may read, for static checks.
 */
export interface TemplateFunctions {
  hasTemplate(text: string): boolean;
  evaluate(value: Value, context: TemplateContext, position?: Position): Outcome<Value>;
  evaluateExpression(text: string, context: TemplateContext, position?: Position): Outcome<Value>;
  isTrue(value: Value): Outcome<boolean>;
  renderText(
    text: string,
    context: TemplateContext,
    settings?: TemplateSettings,
    position?: Position,
  ): Outcome<string>;
  checkSyntax(text: string, kind: 'text' | 'expression', position?: Position): readonly Diagnostic[];
  checkFile(
    text: string,
    settings: TemplateSettings,
    position: Position,
    isNamed?: boolean,
  ): readonly Diagnostic[];
  namesRead(text: string, kind: 'text' | 'expression'): ReadonlySet<string>;
}
