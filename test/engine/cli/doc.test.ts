import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { runHardway } from '../../support/hardway.ts';
import { describe } from '../../support/suite.ts';

describe('hardway doc', ({ test }) => {
  test('says what must be given, and nothing of the kind of what is returned', async () => {
    const { code, stdout } = await runHardway('doc', 'hostname');
    const [params = '', returns = ''] = stdout.split('\nReturns:\n');
    assert.is(code, 0);
    assert.match(params, '; required');
    assert.match(returns, '  name (str');
    assert.not.match(returns, 'required');
  });

  test('lists each module once, and describes the one of -M that runs in the place of ours', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-doc-'));
    try {
      const module = `import { defineModule } from 'hardway';
        export const ping = defineModule({ name: 'ping', summary: 'Mine', params: {},
          plan: () => ({ steps: [] }), result: () => ({}) });`;
      writeFileSync(path.join(folder, 'ping.js'), module);
      const { stdout } = await runHardway('doc', '--list', '-M', folder);
      const names = stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]);
      assert.is(new Set(names).size, names.length);
      assert.match((await runHardway('doc', 'ping', '-M', folder)).stdout, /^ping: Mine\n/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
