// Broken playbooks beside the text that a user reads. `UPDATE=1` writes the texts anew: read them before committing.
import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderDiagnostics } from '../../../engine/document/render.ts';
import { Sources } from '../../../engine/document/source.ts';
import { describe } from '../../support/suite.ts';
import { loadAndCheck } from './support/load.ts';

const folder = path.join(import.meta.dirname, 'broken');
const cases = readdirSync(folder).filter((name) => name.endsWith('.yml'));

function render(name: string): { readonly text: string; readonly errors: number } {
  const sources = new Sources();
  const { problems } = loadAndCheck(path.join(folder, name), { sources });
  const text = renderDiagnostics(problems, sources)
    .replaceAll(`${folder}${path.sep}`, '')
    .replaceAll(folder, '.')
    .replaceAll(path.dirname(folder), '..');
  return { text: `${text}\n`, errors: problems.filter(({ severity }) => severity === 'error').length };
}

describe('a broken playbook', ({ test }) => {
  test('has at least twenty kinds here', () => {
    assert.ok(cases.length >= 20);
  });

  for (const name of cases)
    test(`is told with place and remedy: ${name.replace('.yml', '')}`, () => {
      const { text, errors } = render(name);
      const beside = path.join(folder, name.replace('.yml', '.txt'));
      if (process.env['UPDATE'] === '1') writeFileSync(beside, text);
      assert.equal(text, readFileSync(beside, 'utf8'));
      assert.ok(errors > 0);
    });
});
