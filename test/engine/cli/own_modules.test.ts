import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { loadOwnModules } from '../../../engine/cli/own_modules.ts';
import { describe } from '../../support/suite.ts';

const source = (types: string): string => `
import { defineModule, optional, str } from 'hardway';
const word${types} = 'hello';
export const greet = defineModule({
  name: 'greet',
  summary: 'Says hello',
  params: { who: optional(str(), word) },
  plan: () => ({ steps: [] }),
});
`;

describe('own modules', ({ test }) => {
  test('TypeScript and JavaScript files of a folder import hardway wherever they stand', async () => {
    const folder = path.join(mkdtempSync(path.join(tmpdir(), 'hardway-own-')), 'modules');
    try {
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'one.ts'), source(': string'));
      writeFileSync(path.join(folder, 'two.js'), source(''));
      writeFileSync(path.join(folder, 'wrong.js'), 'export const x = ;');
      const { modules, problems } = await loadOwnModules(folder);
      assert.equal(
        modules.map(({ name }) => name),
        ['greet', 'greet'],
      );
      assert.is(problems.length, 1);
    } finally {
      rmSync(path.dirname(folder), { recursive: true, force: true });
    }
  });

  test('the modules that hardway brings along are nobody’s own', async () => {
    const folder = path.resolve(import.meta.dirname, '../../../modules');
    assert.equal(await loadOwnModules(folder), { modules: [], problems: [] });
  });
});
