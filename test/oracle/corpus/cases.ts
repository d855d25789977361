// The corpus: plays written by hand in cases/, cut at their `# case:` lines, and plays made of the table of expressions,
// one for each filter and test.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { filterNames } from '../../../engine/template/filters/registry.ts';
import { testNames } from '../../../engine/template/tests/registry.ts';
import { keyOf, readCases, readRecord } from '../expressions/run_expressions.ts';

export interface CorpusCase {
  readonly name: string;
  /** The playbook; `@out@` stands for the folder that the case may write to. */
  readonly text: string;
  readonly options: readonly string[];
  /** It speaks of ssh, of hosts that do not answer, or of users of a lab's hosts. */
  readonly needsHosts: boolean;
}

const folder = import.meta.dirname;
const perName = 12;

/** Of `# case: NAME` sections; a line `# options: …` below gives arguments of the command. */
function written(text: string): CorpusCase[] {
  return text
    .split(/^(?=# case: )/m)
    .filter((part) => part.startsWith('# case: '))
    .map((part) => {
      const [head = '', ...rest] = part.split('\n');
      const options = /^# options: (.*)$/.exec(rest[0] ?? '')?.[1];
      return {
        name: head.slice('# case: '.length).trim(),
        text: rest.join('\n'),
        options: options === undefined ? [] : options.split(' '),
        needsHosts: /^# case: host: /.test(head),
      };
    });
}

/** Expressions whose result is recorded and no error, of which one is a word of the name. */
function expressionsWith(pattern: RegExp): string[] {
  const record = readRecord();
  const isError = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && 'error' in value;
  return readCases()
    .filter((one) => one.kind === 'expression' && pattern.test(one.text))
    .filter(
      (one) =>
        !isError(record[keyOf(one)]) && !/lookup\(|\bquery\(|\bq\(|include|import|extends/.test(one.text),
    )
    .map(({ text }) => text)
    .slice(0, perName);
}

function ofExpressions(kind: string, name: string, expressions: readonly string[]): CorpusCase {
  const play = {
    hosts: 'a',
    gather_facts: false,
    vars_files: ['variables.json'],
    tasks: [
      { name: `${kind} ${name}`, debug: { msg: expressions }, register: 'told' },
      // Every case reaches its host: what was registered there as a file is compared with the files.
      { name: 'keep', raw: 'printf %s {{ told.msg | to_json | quote }} > @out@/told' },
    ],
  };
  return {
    name: `${kind} ${name}`,
    text: `${JSON.stringify([play], null, 1)}\n`,
    options: [],
    needsHosts: false,
  };
}

const words = (name: string): string => name.replaceAll(/[^\w]/g, '\\$&');

export function generatedCases(): CorpusCase[] {
  const filters = [...filterNames()].map((name) =>
    ofExpressions(
      'filter',
      name,
      expressionsWith(new RegExp(`\\|\\s*(?:[a-z]+\\.[a-z]+\\.)?${words(name)}(?![\\w.])`)),
    ),
  );
  const tests = [...testNames()].map((name) =>
    ofExpressions(
      'test',
      name,
      expressionsWith(
        new RegExp(
          `\\bis (?:not )?(?:[a-z]+\\.[a-z]+\\.)?${words(name)}(?!\\w)|(?:select|reject)\\w*\\([^)]*'${words(name)}'`,
        ),
      ),
    ),
  );
  // One filter differs on purpose (fact_diff), and is in no expression.
  return [...filters, ...tests].filter(({ text }) => !text.includes('"msg": []'));
}

export function writtenCases(): CorpusCase[] {
  const place = path.join(folder, 'cases');
  return readdirSync(place)
    .sort()
    .flatMap((name) => written(readFileSync(path.join(place, name), 'utf8')));
}
