import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../..');

function sourcesOf(folder: string): string {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('sdk'))
    .map((file) => readFileSync(path.join(root, folder, file), 'utf8'))
    .join('\n');
}

describe('aws/sdk', ({ test }) => {
  test('names no call that nobody makes', () => {
    const used = ['aws', 'modules', 'inventory'].map(sourcesOf).join('\n');
    const named = readdirSync(path.join(root, 'aws/sdk')).flatMap((file) =>
      [...readFileSync(path.join(root, 'aws/sdk', file), 'utf8').matchAll(/^ {2}(\w+),$/gm)].map(
        ([, name = '']) => name,
      ),
    );
    assert.ok(named.length > 5);
    assert.equal(
      named.filter((name) => !new RegExp(`\\bsdk\\.${name}\\b|\\b${name}\\b.*import\\(`).test(used)),
      [],
    );
  });
});
