// Version comparison: loose (the default), strict, semantic, PEP 440.
import { fail } from '../failure.ts';
import type { Table, Test } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { isTruthy } from '../python/compare.ts';
import { comparePep440 } from './pep440.ts';

/** distutils' LooseVersion: numbers and words in turn; a number against a word has no order. */
export function compareLoose(a: string, b: string): number {
  const parts = (source: string): (number | string)[] =>
    (source.match(/\d+|[a-z]+|[^\d.a-z]+/g) ?? []).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const right = parts(b);
  const left = parts(a);
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    if (typeof part !== typeof other)
      return fail(`version comparison failed: '${a}' and '${b}' have a number and a word at the same place`);
    return part < other ? -1 : 1;
  }
  return left.length - right.length;
}

function compareStrict(a: string, b: string): number {
  const parts = (source: string): number[] => {
    const match =
      /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/.exec(source) ?? fail(`invalid version number '${source}'`);
    const [, major, minor, patch = '0', pre, number] = match;
    const stage = pre === undefined ? 2 : pre === 'a' ? 0 : 1;
    return [Number(major), Number(minor), Number(patch), stage, Number(number ?? 0)];
  };
  const right = parts(b);
  for (const [index, part] of parts(a).entries()) {
    const other = right[index] ?? 0;
    if (part !== other) return part - other;
  }
  return 0;
}

const semantic =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

function comparePrerelease(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  const right = b.split('.');
  for (const [index, part] of a.split('.').entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const [isNumber, isOtherNumber] = [/^\d+$/.test(part), /^\d+$/.test(other)];
    if (isNumber && isOtherNumber) return Number(part) - Number(other);
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
    return part < other ? -1 : 1;
  }
  return -1;
}

function compareSemantic(a: string, b: string): number {
  const left = semantic.exec(a) ?? fail(`invalid semantic version '${a}'`);
  const right = semantic.exec(b) ?? fail(`invalid semantic version '${b}'`);
  for (const index of [1, 2, 3]) {
    const difference = Number(left[index]) - Number(right[index]);
    if (difference !== 0) return difference;
  }
  return comparePrerelease(left[4], right[4]);
}

const operators = new Map<string, (order: number) => boolean>([
  ['eq', (order) => order === 0],
  ['ne', (order) => order !== 0],
  ['lt', (order) => order < 0],
  ['le', (order) => order <= 0],
  ['gt', (order) => order > 0],
  ['ge', (order) => order >= 0],
]);
const operatorNames = new Map([
  ['==', 'eq'],
  ['=', 'eq'],
  ['<', 'lt'],
  ['<=', 'le'],
  ['>', 'gt'],
  ['>=', 'ge'],
  ['!=', 'ne'],
  ['<>', 'ne'],
]);
const kinds = new Map<string, (a: string, b: string) => number>([
  ['loose', compareLoose],
  ['strict', compareStrict],
  ['semver', compareSemantic],
  ['semantic', compareSemantic],
  ['pep440', comparePep440],
]);

function version(args: Args): boolean {
  if (args.has('strict') && args.has('version_type'))
    return fail("cannot specify both 'strict' and 'version_type'");
  if (!isTruthy(args.value('value'))) return fail('the version to compare is empty');
  if (!isTruthy(args.value('version'))) return fail('the version to compare against is empty');
  const word = args.text('operator', 'eq');
  const operator =
    operators.get(operatorNames.get(word) ?? word) ?? fail(`there is no operator '${word}' for versions`);
  const kind = args.bool('strict', false) ? 'strict' : args.text('version_type', 'loose');
  const compare =
    kinds.get(kind) ??
    fail(`there is no version type '${kind}'`, `Use one of ${[...kinds.keys()].join(', ')}`);
  return operator(compare(args.text('value'), args.text('version')));
}

const test: Test = { parameters: 'value version operator strict version_type', run: version };

export const versionTests: Table<Test> = { version: test, version_compare: test };
