// What set_fact keeps of a value.
import { textOf, type Value } from '../document/value.ts';

const truthOfWord: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['false', false],
  ['no', false],
]);

/** ansible-core takes these words for truth values in set_fact, however they came about; all else stays as it is. */
export function factOf(value: Value): Value {
  return truthOfWord.get(textOf(value)?.toLowerCase() ?? '') ?? value;
}
