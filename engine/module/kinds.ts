// CONTRACT (first cut; the module helper completes it). Kinds of parameters.
import type { TSchema } from 'typebox';

export type KindName =
  | 'bool'
  | 'int'
  | 'float'
  | 'str'
  | 'list'
  | 'dict'
  | 'path'
  | 'mode'
  | 'raw'
  | 'bytes'
  | 'conditions'
  | 'expression';

/** How one parameter is coerced, checked, documented. `T` is the type that a module's code sees. */
export interface Kind<T> {
  readonly name: KindName;
  readonly schema: TSchema;
  readonly required: boolean;
  readonly default?: T;
  readonly aliases?: readonly string[];
  readonly choices?: readonly (string | number | boolean)[];
  readonly secret?: boolean;
  readonly elements?: Kind<unknown>;
  readonly options?: { readonly [name: string]: Kind<unknown> };
  readonly doc?: string;
  readonly deprecated?: string;
  /** Never set; carries `T`. */
  readonly type?: T;
}

type Named<P> = { readonly [Name in keyof P]: P[Name] extends Kind<infer T> ? T : never };
/** The evaluated parameters of a module, by its parameter declarations. */
export type Parameters<P> = Named<P>;
