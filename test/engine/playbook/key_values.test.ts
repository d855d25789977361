import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseKeyValues, splitArguments, splitModuleText } from '../../../engine/playbook/key_values.ts';
import { describe } from '../../support/suite.ts';

type Expected =
  'error' | { readonly options: readonly (readonly [string, string])[]; readonly free: string | null };
interface Row {
  readonly text: string;
  readonly plain: Expected;
  readonly command: Expected;
}

// Made by ansible-core 2.18's parse_kv from written and random texts.
const rows = JSON.parse(readFileSync(path.join(import.meta.dirname, 'key_values.json'), 'utf8')) as Row[];

function parsed(text: string, isCommand: boolean): Expected {
  const found = parseKeyValues(text, isCommand);
  return found.ok ? { options: [...found.value.options], free: found.value.free ?? null } : 'error';
}

describe('key=value text', ({ test }) => {
  test('is taken apart as ansible-core does it, for modules', () => {
    for (const { text, plain } of rows) assert.deepEqual(parsed(text, false), plain, JSON.stringify(text));
  });

  test('is taken apart as ansible-core does it, for commands', () => {
    for (const { text, command } of rows) assert.deepEqual(parsed(text, true), command, JSON.stringify(text));
  });

  test('of an action splits into the module and the rest', () => {
    const split = splitModuleText('copy src=a  dest="b c"');
    assert.deepEqual(split.ok && split.value, { name: 'copy', rest: 'src=a  dest="b c"' });
  });

  test('that ends inside quotes is refused with the quote named', () => {
    const split = splitArguments('a="b');
    assert.ok(!split.ok);
    assert.match(split.problem.detail ?? '', /quote "/);
  });
});
