// `omit`: the value that makes a parameter disappear, as in `mode: "{{ mode | default(omit) }}"`.
import { type Value, textOf } from '../document/value.ts';

/**
 * The value of the variable `omit`. It is text, as in Ansible, so that it survives any template; nobody writes it by
 * chance. A parameter or keyword whose evaluated value `isOmit` is taken as not given.
 */
export const omit: Value = '__omit_place_holder__9d3c1f0e5b7a4826b1f4c0a7e6d82539';

export function isOmit(value: Value): boolean {
  return textOf(value) === omit;
}
