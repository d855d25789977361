import * as assert from 'uvu/assert';
import { dict, Float, type Value } from '../../engine/document/value.ts';
import * as kinds from '../../engine/module/kinds.ts';
import type { Module } from '../../engine/module/define.ts';
import { checkParameters } from '../../engine/module/parameters.ts';
import { describe } from '../support/suite.ts';
import { askOracle, oracleMissing } from './venv.ts';

const texts = [
  ...['true', 'false', 'null', '0', '1', '2', '-3', '420', '3.0', '3.5', '0.0', '1.0', '1e3'],
  ...[
    '""',
    '"yes"',
    '"No"',
    '"ON"',
    '"t"',
    '"y"',
    '"f"',
    '"True"',
    '"maybe"',
    '" true "',
    '"1"',
    '"0"',
    '"1.0"',
  ],
  ...['"12"', '"-12"', '"+4"', '"12.0"', '"12.5"', '"1e2"', '"0x10"', '"1_000"', '" 7 "', '"7,8"', '"a"'],
  ...['"a,b"', '"a, b"', '[]', '["a","b"]', '[1,true,null]', '[["a"],{"b":1}]', '{}', '{"a":1,"b":"x"}'],
  ...[
    '"a=1 b=2"',
    '"a=1,b=2"',
    '"a=\'x y\' b=2"',
    '"{\\"a\\": 1}"',
    '"[1, 2]"',
    '"it\'s"',
    '["it\'s", "a\\"b"]',
  ],
  ...['"1K"', '"10M"', '"1.5G"', '"10MB"', '"10 mb"', '"1Kb"', '"5B"', '"1x"', '"10 megabytes"', '["a\\nb"]'],
  ...['"present"', '"absent"', '"latest"', '"Present"'],
];
const kindsAsked = ['bool', 'int', 'float', 'str', 'list', 'dict', 'path', 'bytes', 'raw'] as const;
const make = {
  bool: kinds.bool,
  int: kinds.int,
  float: kinds.float,
  str: kinds.str,
  list: () => kinds.list(kinds.raw()),
  dict: () => kinds.dict(),
  path: kinds.path,
  bytes: kinds.bytes,
  raw: kinds.raw,
};

function valueOf(json: unknown, text: string): Value {
  if (typeof json === 'number' && /[.e]/.test(text)) return new Float(json);
  if (Array.isArray(json)) return json.map((item) => valueOf(item, ''));
  if (typeof json === 'object' && json !== null)
    return dict(Object.fromEntries(Object.entries(json).map(([key, item]) => [key, valueOf(item, '')])));
  return json as Value;
}

function ours(kind: kinds.Kind<unknown>, text: string): unknown {
  const module: Module = { name: 'm', summary: '', params: { it: kind }, plan: () => ({ steps: [] }) };
  const checked = checkParameters(module, dict({ it: valueOf(JSON.parse(text), text) }));
  if (checked.status !== 'ok') return { refused: true };
  const value = checked.params['it'] ?? null;
  // Plain JSON has no floats of its own: a float that is whole is written as Python writes it, without its `.0`.
  return { value: JSON.parse(JSON.stringify(value, (_, item: unknown) => plain(item))) as unknown };
}

function plain(item: unknown): unknown {
  if (item instanceof Float) return item.value;
  return item instanceof Map ? Object.fromEntries(item as Map<string, unknown>) : item;
}

describe(
  'oracle/coerce',
  ({ test }) => {
    test('every kind makes of every value what ansible-core makes of it', () => {
      // A required parameter that is null is ours to refuse; there it passes and the module breaks later.
      const asked = kindsAsked.flatMap((kind) =>
        texts
          .filter((text) => kind === 'raw' || text !== 'null')
          // Python's True is an integer and stays True there; a module counts with it all the same.
          .filter((text) => kind !== 'int' || !['true', 'false'].includes(text))
          .map((text) => [kind, text, null] as const),
      );
      const theirs = askOracle('coerce_oracle.py', asked) as unknown[];
      assert.is(theirs.length, asked.length);
      const differing = asked.flatMap(([kind, text], index) => {
        const mine = ours(make[kind](), text);
        const same = JSON.stringify(mine) === JSON.stringify(theirs[index]);
        return same
          ? []
          : [`${kind} ${text}: ${JSON.stringify(mine)}, there ${JSON.stringify(theirs[index])}`];
      });
      assert.equal(differing, []);
    });

    test('choices take the word itself, and a boolean for the one choice of the same truth', () => {
      const choices = [
        ['present', 'absent'],
        ['yes', 'no'],
        ['on', 'off', 'auto'],
        ['no', 'false', 'x'],
      ];
      const asked = choices.flatMap((words) =>
        texts.filter((text) => text !== 'null').map((text) => ['str', text, words] as const),
      );
      const theirs = askOracle('coerce_oracle.py', asked) as unknown[];
      const differing = asked.flatMap(([, text, words], index) => {
        const mine = ours(kinds.oneOf(...words), text);
        const same = JSON.stringify(mine) === JSON.stringify(theirs[index]);
        return same
          ? []
          : [`${words.join('|')} ${text}: ${JSON.stringify(mine)}, there ${JSON.stringify(theirs[index])}`];
      });
      assert.equal(differing, []);
    });
  },
  { unless: oracleMissing() },
);
