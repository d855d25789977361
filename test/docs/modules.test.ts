// docs/modules.md is held against the modules and the tests that it names.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { playbookOptions } from '../../engine/cli/prepare_playbooks.ts';
import type { Kind } from '../../engine/module/kinds.ts';
import { engineActions } from '../../engine/playbook/engine_actions.ts';
import { keywords } from '../../engine/playbook/keywords.ts';
import { engineModules } from '../../engine/run/engine_actions.ts';
import { modules } from '../../modules/registry.ts';
import { describe } from '../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../..');

const all = [...engineModules(), ...modules];

interface Line {
  /** Empty for what the engine does. */
  readonly modules: readonly string[];
  readonly capability: string;
  readonly words: string;
  readonly file: string;
  readonly sentence: string;
}

function readLines(page: string): Line[] {
  return page.split('\n').flatMap((text) => {
    const cells = text
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const [file = '', ...sentence] = (cells.at(-1) ?? '').split(': ');
    const [capability = '', words = ''] = cells.slice(-3);
    if (!file.endsWith('.ts')) return [];
    const names = cells.length === 4 ? (cells[0] ?? '').split(', ') : [];
    return [{ modules: names, capability, words, file, sentence: sentence.join(': ') }];
  });
}

const isKeyword = (word: string): boolean => Object.values(keywords).some((table) => table.has(word));

function isOfEngine(word: string): boolean {
  return isKeyword(word) || engineActions.has(word) || all.some(({ name }) => name === word);
}

const choicesOf = ({ choices, elements }: Kind<unknown>): readonly string[] =>
  choices ?? elements?.choices ?? [];

/** Whether the module has this parameter, and of it this value; or tells this key. */
function isOfModule(module: string, written: string, isTold: boolean): boolean {
  const found = modules.find(({ name }) => name === module);
  const [word = '', value] = written.split('=');
  if (isTold) return found?.returns !== undefined && Object.hasOwn(found.returns, word);
  const kind = Object.entries(found?.params ?? {}).find(
    ([name, { aliases = [] }]) => name === word || aliases.includes(word),
  )?.[1];
  if (!kind) return false;
  const choices = choicesOf(kind);
  return value === undefined || choices.length === 0 || choices.includes(value);
}

function unknownWords({ modules: names, words }: Line): string[] {
  const [asked = '', told = ''] = words.split('returns ');
  const inTicks = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
  return [
    ...inTicks(asked).map((word) => ({ word, isTold: false })),
    ...inTicks(told).map((word) => ({ word, isTold: true })),
  ]
    .filter(({ word, isTold }) => {
      if (word.startsWith('--')) return !playbookOptions.some(({ name }) => `--${name}` === word);
      if (words.includes(`keyword \`${word}\``)) return !isKeyword(word);
      return names.length === 0
        ? !isOfEngine(word)
        : !names.every((module) => isOfModule(module, word, isTold));
    })
    .map(({ word }) => word);
}

describe('docs/modules.md', ({ test }) => {
  const lines = readLines(readFileSync(path.join(root, 'docs/modules.md'), 'utf8'));
  const named = (line: Line, what: string): string =>
    `${line.modules.join(', ')} ${line.capability}: ${what}`;

  test('has a line for each capability', () => {
    assert.ok(lines.length > 120, String(lines.length));
    assert.is(new Set(lines.map((line) => named(line, ''))).size, lines.length);
  });

  test('every word in it is one of the module, a keyword or an option', () => {
    assert.equal(
      lines.flatMap((line) => unknownWords(line).map((word) => named(line, word))),
      [],
    );
  });

  test('every test that it names says its sentence', () => {
    const wrong = lines.filter(({ file, sentence }) => {
      const full = path.join(root, 'test', file);
      return sentence === '' || !existsSync(full) || !readFileSync(full, 'utf8').includes(sentence);
    });
    assert.equal(
      wrong.map((line) => named(line, `${line.file}: ${line.sentence}`)),
      [],
    );
  });

  test('a word that a module does not have is seen', () => {
    const line = { modules: ['pki'], capability: '', file: '', sentence: '' };
    assert.equal(unknownWords({ ...line, words: '`dns`, `kind=leaf`, `sans`, returns `serial`, `days`' }), [
      'kind=leaf',
      'sans',
      'days',
    ]);
    assert.equal(unknownWords({ ...line, modules: [], words: '`when`, `--check`, `--chek`, `whem`' }), [
      '--chek',
      'whem',
    ]);
  });
});
