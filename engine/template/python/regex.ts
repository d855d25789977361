// Python's regular expressions where a bad pattern fails the template.
import {
  type PythonMatch,
  type PythonRegex,
  pythonRegex,
  type RegexFlags,
} from '../../document/python_regex.ts';
import { fail } from '../failure.ts';

export function compileRegex(pattern: string, flags: RegexFlags = {}): PythonRegex {
  const made = pythonRegex(pattern, flags);
  return 'failed' in made ? fail(made.failed) : made.regex;
}

/** A group of a match by number or name; undefined when it took no part. */
export function groupOf(regex: PythonRegex, match: PythonMatch, group: string): string | undefined {
  const number = regex.groupNumber(group) ?? fail(`there is no group ${group} in the pattern`);
  return match.groups[number];
}
