// CONTRACT. What the loader and the static check ask about modules. The module registry implements it; the playbook
// layer knows modules by this interface only.
import type { DiagnosticCode } from '../document/diagnostic.ts';
import type { Dict, Key } from '../document/value.ts';

/** A refused parameter. `path` leads from the arguments to the entry: `['options', 0, 'name']`. */
export interface ParameterProblem {
  readonly code: Extract<DiagnosticCode, 'unknown-parameter' | 'missing-parameter' | 'bad-parameter'>;
  /** Empty when the task as a whole lacks something. */
  readonly path: readonly Key[];
  /** Whether the entry's key or its value is at fault. */
  readonly at: 'key' | 'value';
  /** One findable sentence without a full stop: `copy has no parameter ownr`. */
  readonly summary: string;
  /** What was found and what to do; the nearest right name when there is one. */
  readonly detail?: string;
}

/** What the check may know of a parameter beyond its kind. */
interface ParameterTraits {
  /** Text is a Python pattern; a name: only where the parameter of that name is true. */
  readonly pattern?: true | string;
  /** Names a file of the control machine that is sought in these folders, unless `remote_src` is true. */
  readonly local?: 'files' | 'templates' | 'vars';
}

export interface ModuleCatalog {
  /**
   * The registry's name of a module as written in a playbook: `ansible.builtin.copy`, `ansible.legacy.copy` and `copy`
   * are all `copy`. `collections` are those of the `collections:` keyword, tried for a name without dots. Undefined
   * when no such module is built.
   */
  canonical(written: string, collections?: readonly string[]): string | undefined;
  /** Names of all modules, short and full, for the nearest right name. */
  names(): Iterable<string>;
  /** The parameter that takes free text (`command: ls -l`), by the canonical name. */
  freeForm(module: string): string | undefined;
  /**
   * The kind of a parameter, or of one of its aliases; undefined when there is none of that name. The check looks at
   * `conditions` (expressions without braces, one or a list) and `expression` (the same, one).
   */
  kindOf(module: string, parameter: string): string | undefined;
  /** The traits of a parameter, or of one of its aliases. */
  traitsOf(module: string, parameter: string): ParameterTraits | undefined;
  /** Whether it runs once for all hosts. */
  isOnceForAll?(module: string): boolean;
  /** Whether its steps change nothing, whatever they see. */
  looksOnly?(module: string): boolean;
  /**
   * What is wrong with these arguments. They are raw, but for templates that were evaluated already; a value of class
   * `Unknown` (also deep inside) is one that only the run will know, and is right everywhere. With `partial`, more
   * arguments may come when the task runs, so nothing is missing yet.
   */
  check(module: string, args: Dict, options?: { readonly partial?: boolean }): readonly ParameterProblem[];
}
