// Whether a keyword's value is of its type. A value that only the run knows is right everywhere.
import type { Diagnostic } from '../../document/diagnostic.ts';
import { bare, isDict, isList, type Position, textOf, Unknown, type Value } from '../../document/value.ts';
import { asBoolean, isNumber, isWholeNumber } from '../argument_types.ts';
import { itemsOf } from '../inherit.ts';
import type { Keyword, KeywordType } from '../keywords.ts';
import type { Located } from '../model.ts';
import { isVariableName, variableNameRule } from '../names.ts';
import { error, keyPlace, kindOfValue, scalarText, suggestion } from '../problem.ts';

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
  return keyword.choices ? choiceProblems(name, keyword.choices, known, written.position) : [];
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
  if (choices.includes(text)) return [];
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
