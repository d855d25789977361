// Filters as a playbook gives them: a value may be a list, a number or a boolean.
import type { Data } from '../../engine/module/contract.ts';
import type { Filters } from './aws_api.ts';

function text(value: Data): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function filtersFrom(given: { readonly [name: string]: Data }): Filters {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]): [string, readonly string[]] => [
      name,
      Array.isArray(value) ? value.map((one: Data) => text(one)) : [text(value)],
    ]),
  );
}
