// Whether a keyword's value is of its type. A value that only the run knows is right everywhere.
import type { Diagnostic } from '../../document/diagnostic.ts';
import { bare, isDict, isList, type Position, textOf, Unknown, type Value } from '../../document/value.ts';
import { asBoolean, isNumber, isWholeNumber } from '../argument_types.ts';
import { itemsOf } from '../inherit.ts';
import type { Keyword, KeywordType } from '../keywords.ts';
import type { Located } from '../model.ts';
import { isVariableName, variableNameRule } from '../names.ts';
import { error, keyPlace, kindOfValue, scalarText, suggestion, warning } from '../problem.ts';

/** What is wrong with a keyword's value; `known` is the value with its constant templates evaluated. */
export function keywordProblems(
  name: string,
  keyword: Keyword,
  written: Located,
  known: Value,
): readonly Diagnostic[] {
  if (known === null || known instanceof Unknown) return [];
  if (keyword.type === 'variables') return variableProblems(name, written);
  if (keyword.type === 'text list' || name === 'tags') return textListProblems(name, written);
  if (keyword.type === 'environment') return environmentProblems(name, written);
  const isRight = checks[keyword.type];
  if (isRight && !isRight[0](known))
    return [
      error(
        'wrong-type',
        `${name} must be ${isRight[1]}, not ${described(known)}`,
        written.position,
        isRight[2],
      ),
    ];
  if (keyword.choices) return choiceProblems(name, keyword.choices, known, written.position);
  return rangeProblems(name, known, written.position);
}

const timed = { least: 0, meaning: 'A negative one counts as none' };

/** Numbers that ansible-core takes and that cannot be meant. */
const ranges: Readonly<
  Record<string, { readonly least: number; readonly most?: number; readonly meaning: string }>
> = {
  async: timed,
  poll: timed,
  timeout: timed,
  throttle: { least: 0, meaning: 'A negative one limits nothing' },
  retries: { least: 0, meaning: 'A negative one counts as 0' },
  delay: { least: 0, meaning: 'A negative one counts as one second' },
  pause: timed,
  port: { least: 0, most: 65535, meaning: 'There is no such port' },
  max_fail_percentage: {
    least: 0,
    most: 100,
    meaning: 'Below 0 the play ends after its first task, above 100 it never does',
  },
};

function rangeProblems(name: string, value: Value, position: Position): readonly Diagnostic[] {
  const range = Object.hasOwn(ranges, name) ? ranges[name] : undefined;
  const number = Number(scalarText(value).replace('%', ''));
  if (!range || (number >= range.least && number <= (range.most ?? Infinity))) return [];
  const { least, most, meaning } = range;
  const limits = most === undefined ? `must not be below ${least}` : `must lie between ${least} and ${most}`;
  return [warning('wrong-type', `${name} ${limits}, and is ${scalarText(value)}`, position, meaning)];
}

function described(value: Value): string {
  const isText = textOf(value) !== undefined;
  return isText ? `"${scalarText(value)}"` : kindOfValue(value);
}

type TypeCheck = readonly [(value: Value) => boolean, string, string?];

const isScalar = (value: Value): boolean => !isDict(value) && !isList(value);

const checks: Partial<Record<KeywordType, TypeCheck>> = {
  text: [isScalar, 'text'],
  int: [isWholeNumber, 'a whole number'],
  float: [isNumber, 'a number'],
  bool: [(value) => asBoolean(value) !== undefined, 'a boolean', 'Write true or false'],
  percent: [(value) => isNumber(textOf(value)?.replace('%', '') ?? value), 'a number or a percentage'],
  dict: [isDict, 'a dict'],
};

function choiceProblems(
  name: string,
  choices: readonly string[],
  value: Value,
  position: Position,
): readonly Diagnostic[] {
  const text = scalarText(bare(value));
  // A strategy may have its full name.
  const short = name === 'strategy' ? text.replace(/^ansible\.builtin\./, '') : text;
  if (choices.includes(short)) return [];
  const otherwise = `It takes one of ${choices.join(', ')}`;
  return [error('wrong-type', `${name} cannot be ${text}`, position, suggestion(text, choices, otherwise))];
}

function variableProblems(name: string, { value, position }: Located): readonly Diagnostic[] {
  if (!isDict(value))
    return [error('wrong-type', `${name} must be a dict of variables, not ${kindOfValue(value)}`, position)];
  return [...value.keys()]
    .filter((key) => typeof key !== 'string' || !isVariableName(key))
    .map((key) =>
      error(
        'wrong-type',
        `${String(key)} cannot be the name of a variable`,
        keyPlace(value, key, position),
        variableNameRule,
      ),
    );
}

function textListProblems(name: string, located: Located): readonly Diagnostic[] {
  if (isDict(located.value))
    return [error('wrong-type', `${name} must be text or a list, not a dict`, located.position)];
  return itemsOf(located)
    .filter(({ value }) => !isScalar(value) || value === null)
    .filter(({ value }) => !isList(value))
    .map(({ value, position }) =>
      error('wrong-type', `${name} must be a list of texts, not of ${kindOfValue(value)}`, position),
    );
}

function environmentProblems(name: string, located: Located): readonly Diagnostic[] {
  return itemsOf(located)
    .filter(({ value }) => !isDict(value) && value !== null && textOf(value)?.includes('{{') !== true)
    .map(({ value, position }) =>
      error('wrong-type', `${name} must be a dict of variables, not ${kindOfValue(value)}`, position),
    );
}
