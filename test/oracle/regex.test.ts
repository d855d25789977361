// Patterns, matches and replacements against Python's own re: written ones and many drawn by a seed.
import * as assert from 'uvu/assert';
import { pythonRegex } from '../../engine/document/python_regex.ts';
import { Random } from '../support/random.ts';
import { describe } from '../support/suite.ts';
import { askOracle, oracleMissing } from './venv.ts';

interface Case {
  readonly pattern: string;
  readonly text: string;
  readonly replacement: string;
  /** Python's letters: i, m, s, x, a. */
  readonly flags: string;
}

const names = { i: 'ignoreCase', m: 'multiline', s: 'dotAll', x: 'verbose', a: 'ascii' } as const;

function ours({ pattern, text, replacement, flags }: Case): unknown {
  const given = Object.fromEntries(flags.split('').map((flag) => [names[flag as keyof typeof names], true]));
  const made = pythonRegex(pattern, given);
  if ('failed' in made) return null;
  const replaced = made.regex.replace(text, replacement);
  return {
    matches: [...made.regex.all(text)].map(({ index, groups }) => [
      index,
      ...groups.map((group) => group ?? null),
    ]),
    replaced: 'failed' in replaced ? null : [replaced.text, replaced.count],
  };
}

const of = (pattern: string, text: string, replacement = '<\\g<0>>', flags = ''): Case => ({
  pattern,
  text,
  replacement,
  flags,
});

const written: readonly Case[] = [
  of('ine3.', 'line3\r\nx'),
  of('line(\\d)$', 'line3\r\n', '\\1', 'm'),
  of('^.*$', 'a\r\nb\u2028c\n', '[\\g<0>]', 'm'),
  of('a*?', 'aaa', 'b'),
  of('a*', 'baac', 'x'),
  of('|a', 'aba', '-'),
  of('x*', 'axb', '-'),
  of('\\b', 'ab cd', '|'),
  of('a(?i:B)c', 'abc aBc aBC'),
  of('(?i)a(?-i:B)c', 'abc aBc ABC ABc'),
  of('(?i:[a-c]+)x', 'aBCx ABCX'),
  of('(?i:[^b])', 'aBbc'),
  of('(?s:.)x.', '\nx\n'),
  of('(?m:^)a', 'b\na'),
  of('a++b', 'aaab'),
  of('a++ab', 'aaab'),
  of('(a|b)*+c(d)', 'abcd', '\\2\\1'),
  of('(?>a+)(b)', 'aab', '\\1'),
  of('a{2,}+', 'aaaa'),
  of('a{,2}', 'aaaa'),
  of('a{,}', 'a{,}'),
  of('a{1', 'a{1'),
  of('(?P<x>a)(?P=x)', 'aa', '\\g<x>'),
  of('(a)', 'a', '\\2'),
  of('(a)', 'a', '\\g<y>'),
  of('(a)', 'b', '\\q'),
  of('[\\W\\d]', 'a1 é-'),
  of('[^\\W\\d]', 'a1 é-'),
  of('[\\S]', 'a \x1c\x85\ufeff'),
  of('\\s', 'a \x1c\x85\ufeff\u2028'),
  of('\\w+', 'é_1-', '<\\g<0>>', 'a'),
  of('[]a]', ']a'),
  of('[^]a]', ']ab'),
  of('[a-]', 'a-'),
  of('[\\w-]', 'a-'),
  of('[z-a]', 'a'),
  of('[&&~~--!]', '&~-!'),
  of('a # c\n b', 'ab', '', 'x'),
  of('[ #]', 'a #', '', 'x'),
  of('x(?i)', 'x'),
  of('(?i)(?m)^X', 'a\nx'),
  of('a**', 'a'),
  of('*a', 'a'),
  of('(', 'a'),
  of('a)', 'a'),
  of('\\8', 'a'),
  of('(a\\1)', 'a'),
  of('\\', 'a'),
  of('\\q', 'a'),
  of('\\u0041\\x42\\103', 'ABC'),
  of('\\$\\.\\-\\/\\ \\"', '$.-/ "'),
  of('\\Aa\\Z', 'a\n'),
  of('a$', 'a\n'),
  of('(a)?b', 'b', '[\\1]'),
  of('(?<=a)b(?!c)', 'abc abd'),
  of('(?#note)a', 'a'),
  of('\ud83d\ude00.', '\ud83d\ude00\ud83d\ude00'),
  of('[\\udc80-\\udcff]', 'caf\udce9'),
];

function drawnPattern(random: Random, depth = 0): string {
  const atoms = [
    'a',
    'b',
    'A',
    '.',
    '\\d',
    '\\w',
    '[ab]',
    '[^a]',
    '[A-C1]',
    '\\b',
    '^',
    '$',
    ' ',
    '1',
    '\\n',
  ];
  const repeats = ['', '', '', '*', '+', '?', '*?', '+?', '??', '{1,2}', '{2}', '*+', '++', '?+'];
  return Array.from({ length: 1 + random.below(3) }, () => {
    if (depth > 1 || random.chance(0.65)) {
      const atom = random.pick(atoms);
      return atom + (/^(?:\\b|\^|\$)$/.test(atom) ? '' : random.pick(repeats));
    }
    const open = random.pick(['(', '(?:', '(?:', '(?i:', '(?=', '(?!', '(?>', '(?-i:']);
    // No repeat: where the last round takes no part in a group, JavaScript empties it and Python keeps the one before.
    return `${open}${drawnPattern(random, depth + 1)}|${drawnPattern(random, depth + 1)})`;
  }).join('');
}

function drawn(count: number): Case[] {
  const random = new Random(20_261_121);
  const characters = ['a', 'b', 'A', 'B', 'c', '1', ' ', '\n', '\r\n', 'é'];
  return Array.from({ length: count }, () =>
    of(
      drawnPattern(random),
      Array.from({ length: random.below(9) }, () => random.pick(characters)).join(''),
      random.pick(['-', '<\\g<0>>', '[\\1]', '']),
      random.pick(['', '', 'm', 'i', 's', 'a', 'im']),
    ),
  );
}

describe(
  'regular expressions oracle',
  ({ test }) => {
    test('1500 patterns match and replace as in Python', () => {
      const cases = [...written, ...drawn(1500 - written.length)];
      const answers = askOracle('regex_oracle.py', cases) as unknown[];
      const wrong = cases.flatMap((each, index) => {
        const [got, wanted] = [JSON.stringify(ours(each)), JSON.stringify(answers[index])];
        return got === wanted ? [] : [`${JSON.stringify(each)}\n    Python ${wanted}\n    ours   ${got}`];
      });
      assert.is(wrong.length, 0, wrong.slice(0, 20).join('\n'));
    });
  },
  { unless: oracleMissing() },
);
