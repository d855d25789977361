// What a user's module gave in plain JavaScript that is no data, and so can be neither registered nor shown.
import { Float, Marked, Undefined, Unknown } from '../document/value.ts';

const values = [Marked, Float, Undefined, Unknown];

/** Where in the data it stands and what it is, as `result.made is a Date`; undefined when all is well. */
export function unfit(data: unknown, name: string): string | undefined {
  if (typeof data === 'function' || typeof data === 'symbol') return `${name} is a ${typeof data}`;
  if (typeof data !== 'object' || data === null || values.some((kind) => data instanceof kind))
    return undefined;
  if (data instanceof Date || data instanceof Set || ArrayBuffer.isView(data))
    return `${name} is a ${data.constructor.name}`;
  const entries: Iterable<[unknown, unknown]> = data instanceof Map ? data : Object.entries(data);
  for (const [key, item] of entries) {
    const found = unfit(item, `${name}.${String(key)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
