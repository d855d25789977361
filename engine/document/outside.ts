// Names and keys that may be text from outside, as values.
import { couldBeEvaluated, isNotedKey } from './outside_text.ts';
import { type Key, type Value, withMarks } from './value.ts';

/** Text that may be from outside, as are names of hosts and groups: add_host, group_by and delegate_to take what a host said. */
export function outsideText(name: string): Value {
  return couldBeEvaluated(name) ? withMarks(name, { unsafe: true }) : name;
}

/** A dict's key as a value, with the mark that it lost by becoming a key. */
export function keyValue(key: Key): Value {
  return isNotedKey(key) ? withMarks(key, { unsafe: true }) : key;
}
