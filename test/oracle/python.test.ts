// Python literals and their str() and repr(), against Python itself.
import * as assert from 'uvu/assert';
import { parsePythonLiteral } from '../../engine/document/python_literal.ts';
import { pythonFloat, pythonRepr, pythonStr } from '../../engine/document/python_text.ts';
import { Float } from '../../engine/document/value.ts';
import { describe } from '../support/suite.ts';
import { askOracle, oracleMissing } from './venv.ts';

const literals = [
  ...[
    '1',
    '-1',
    '+1',
    '--1',
    '0',
    '00',
    '0644',
    '0o644',
    '0O17',
    '0x1F',
    '0b11',
    '1_000',
    '1__0',
    '_1',
    '1_',
    '0_0',
  ],
  ...[
    '1.0',
    '1.',
    '.5',
    '.',
    '1e3',
    '1E-5',
    '1.5e+16',
    '-0.0',
    '1e400',
    '1.2.3',
    '1.e5',
    '1_0.5',
    '1a',
    '1 2',
    '1e',
  ],
  ...['123456789012345678901234567890', '0.1', '1e15', '1e16', '1e22', '0.0001', '0.00001', '1e-7', '5e-324'],
  ...[
    'True',
    'False',
    'None',
    'true',
    'yes',
    'none',
    'abc',
    'a b',
    '',
    ' ',
    ' 1',
    '1 ',
    '1 # c',
    '# c',
    '1\n',
    '\n1',
  ],
  ...[
    "'a'",
    '"a"',
    "'it''s'",
    "'a' 'b'",
    `"it's"`,
    `'say "x"'`,
    `"both ' and \\""`,
    `'''three'''`,
    `"""a\nb"""`,
  ],
  ...[
    `'\\n\\t\\r\\\\'`,
    `'\\x41\\u00e9\\U0001F600'`,
    `'\\d'`,
    `'\\101'`,
    `'\\0'`,
    `'\\x4'`,
    `r'\\d'`,
    `R"\\'"`,
    `u'x'`,
  ],
  ...[
    `'\\x00\\x1b\\x7f\\xa0\\u200b\\u2028'`,
    `'é日本😀'`,
    `'a`,
    `"a'`,
    `'a\nb'`,
    `'\\\n'`,
    `'{{ x }}'`,
    `f'x'`,
  ],
  ...[
    '[]',
    '[1, 2]',
    '[1, 2,]',
    '[,]',
    '[1 2]',
    '[\'a\', "b", None, True, 1.5]',
    '[[1], [2, [3]]]',
    '[1',
    '[1\n,2]',
  ],
  ...['()', '(1)', '(1,)', '(1, 2)', '1, 2', '1,', "'a', 'b'", '(1,\n2)', '((1))'],
  ...[
    '{}',
    "{'a': 1}",
    "{'a': {'b': [1]}, 2: None}",
    "{'a': 1,}",
    "{'a'}",
    "{'a': 1, 'a': 2}",
    '{[]: 1}',
    '{a: 1}',
  ],
  ...[
    "{1.0: 'x'}",
    "{True: 'yes', None: 'no'}",
    '{"a" : 1 , "b" : 2 }',
    '1+1',
    '-"a"',
    '[1] + [2]',
    'len("a")',
  ],
  ...[
    '10.0.0.1',
    '1:30',
    '2001-12-14',
    '/a/b',
    'a=b',
    '"a" # c',
    "'a'b",
    "'a'1",
    'not True',
    '[*a]',
    '-',
    '- 1',
    '1_a',
  ],
];

describe(
  'oracle/python',
  ({ test }) => {
    test('literals are read, and printed by str and repr, as Python does', () => {
      const answers = askOracle('python_oracle.py', literals) as ([string, string] | null)[];
      const wrong: string[] = [];
      for (const [index, text] of literals.entries()) {
        const value = parsePythonLiteral(text);
        const ours = value === undefined ? null : [pythonStr(value), pythonRepr(value)];
        // A set is a list here, a float key an integer.
        const theirs = JSON.parse(
          JSON.stringify(answers[index]).replaceAll("{'a'}", "['a']").replaceAll("{1.0: 'x'}", "{1: 'x'}"),
        ) as unknown;
        if (JSON.stringify(ours) !== JSON.stringify(theirs))
          wrong.push(`${text}: ${JSON.stringify(theirs)} is ${JSON.stringify(ours)} here`);
      }
      assert.equal(wrong, []);
    });

    test('floats of every size print as in Python', () => {
      const floats = Array.from(
        { length: 2000 },
        (_, index) => Math.sin(index + 1) * 10 ** ((index % 60) - 30),
      );
      const answers = askOracle(
        'python_oracle.py',
        floats.map((value) => value.toExponential()),
      ) as [string, string][];
      const inexact = floats.map((value, index) => [pythonFloat(value), answers[index]?.[1]]);
      assert.equal(
        inexact.filter(([ours, theirs]) => ours !== theirs),
        [],
      );
      assert.is(pythonRepr([new Float(-Infinity), new Float(NaN)]), '[-inf, nan]');
    });
  },
  { unless: oracleMissing() },
);
