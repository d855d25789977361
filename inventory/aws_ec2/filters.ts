// Filters as a file writes them, as AWS takes them, and as messages show them.
import { pythonStr } from '../../engine/document/python_text.ts';
import { bare, type Dict, isList } from '../../engine/document/value.ts';
import type { InstanceFilters } from '../../aws/instances.ts';

/** Booleans are written in lower case, as AWS has them. */
function filterText(value: ReturnType<typeof bare>): string {
  return typeof value === 'boolean' ? String(value) : pythonStr(value);
}

export function readFilters(dict: Dict): InstanceFilters {
  return new Map(
    [...dict].map(([name, value]) => {
      const inner = bare(value);
      const values = isList(inner) ? inner.map((item) => filterText(bare(item))) : [filterText(inner)];
      return [String(name), values];
    }),
  );
}

const stateFilters = ['instance-state-name', 'instance-state-code'];

/** Running instances only, unless the filters name a state themselves. */
export function ofRunning(filters: InstanceFilters): InstanceFilters {
  if (stateFilters.some((name) => filters.has(name))) return filters;
  return new Map([...filters, ['instance-state-name', ['running']]]);
}

export function filtersText(filters: InstanceFilters): string {
  return [...filters].map(([name, values]) => `${name}=${values.join('|')}`).join(' ');
}
