// All filters, tests, lookups and globals by name, as the session asks for them.
import type { Value } from '../../document/value.ts';
import type { Filter, Test, Tools } from './tools.ts';

export interface Plugins {
  filter(name: string): Filter | undefined;
  filterNames(): Iterable<string>;
  test(name: string): Test | undefined;
  testNames(): Iterable<string>;
  /** A function or name that templates have without any variable: `range`, `lookup` ... */
  globals(name: string, tools: Tools): Value | undefined;
}
