// hash_behaviour=merge: a dict of a higher level is laid over those of lower ones, dict within dict.
import { type Dict, isDict, type Value } from './value.ts';

/** `value` over what stood below it; anything but two dicts replaces. Names keep the order of the lower one. */
export function mergedOver(value: Value, below: Value | undefined): Value {
  if (below === undefined || !isDict(value) || !isDict(below)) return value;
  const merged: Dict = new Map(below);
  for (const [key, item] of value) merged.set(key, mergedOver(item, merged.get(key)));
  return merged;
}
