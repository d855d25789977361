// Every kind of step says what it does to the picture of check mode, or why it says nothing. A new kind fails here until
// it stands in one of the two tables; that what a kind says is right is shown on a host, step by step, by
// test/lab/pictures.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { pictured, silent } from '../../support/step_kinds.ts';
import { describe } from '../../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../../..');

interface Declared {
  readonly name: string;
  readonly body: string;
}

/** Declarations of step kinds in the source; some are private to their module. */
function declaredKinds(): Declared[] {
  const files = ['engine/module/vocabulary', 'modules'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(root, folder, name)),
  );
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/const \w+: StepKind<[\s\S]*?\n\};/g)].map(([body]) => ({
      name: /name: '([^']+)'/.exec(body)?.[1] ?? `a kind without a name in ${file}`,
      body,
    })),
  );
}

describe('module/step kinds', ({ test }) => {
  const kinds = declaredKinds();

  test('each kind of step is pictured, or silent for a reason', () => {
    assert.ok(kinds.length > 35, String(kinds.length));
    const untold = kinds.filter(({ name }) => name in pictured === name in silent).map(({ name }) => name);
    assert.equal(untold, []);
    const names = new Set(kinds.map(({ name }) => name));
    assert.equal(
      [...Object.keys(pictured), ...Object.keys(silent)].filter((name) => !names.has(name)),
      [],
    );
  });

  test('what is pictured has effects, and what is silent is opaque or only looks', () => {
    for (const { name, body } of kinds) {
      const hasEffects = !/effects: \[\]/.test(body) && /\beffects\b/.test(body);
      if (name in pictured) assert.ok(hasEffects, `${name} has no effects`);
      else assert.match(body, /opaque: true|readsOnly: true|spoils:/, name);
    }
  });
});
