import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { TarEntry } from '../../../lab/mirror/tar.ts';
import { writeTar } from '../../../lab/mirror/tar.ts';
import { describe } from '../../support/suite.ts';
import { temporaryDirectory } from './fake_entry.ts';

const directory = temporaryDirectory();
const large = Buffer.alloc(300_001, 'x');
const entries: TarEntry[] = [
  { type: 'directory', name: 'bin' },
  { type: 'file', name: 'bin/large', mode: 0o755, from: path.join(directory, 'large') },
  { type: 'file', name: 'bin/empty', from: Buffer.alloc(0) },
  { type: 'file', name: 'bin/block', from: Buffer.alloc(512, 'b') },
  { type: 'link', name: 'bin/alias', target: 'large' },
  { type: 'directory', name: 'tmp', mode: 0o1777 },
];

describe('writeTar', ({ test, setup }) => {
  setup(() => writeFileSync(path.join(directory, 'large'), large));

  for (const gzip of [false, true])
    test(`gives what tar unpacks again, ${gzip ? 'compressed' : 'plain'}`, async () => {
      const archive = path.join(directory, `archive-${gzip}`);
      const out = path.join(directory, `out-${gzip}`);
      await writeTar(entries, archive, { gzip });
      await mkdir(out);
      execFileSync('tar', ['--extract', '--file', archive, '--directory', out, '--preserve-permissions']);
      assert.ok(readFileSync(path.join(out, 'bin/large')).equals(large));
      assert.equal(statSync(path.join(out, 'bin/large')).mode & 0o7777, 0o755);
      assert.equal(statSync(path.join(out, 'bin/empty')).size, 0);
      assert.equal(statSync(path.join(out, 'bin/block')).mode & 0o7777, 0o644);
      assert.equal(readlinkSync(path.join(out, 'bin/alias')), 'large');
      assert.equal(statSync(path.join(out, 'tmp')).mode & 0o7777, 0o1777);
    });

  test('gives the same bytes each time, and offsets at which the contents lie', async () => {
    const first = path.join(directory, 'first');
    const second = path.join(directory, 'second');
    const offsets = await writeTar(entries, first);
    await writeTar(entries, second);
    const bytes = readFileSync(first);
    assert.ok(bytes.equals(readFileSync(second)));
    const offset = offsets.get('bin/block') ?? 0;
    assert.equal(bytes.subarray(offset, offset + 512).toString(), 'b'.repeat(512));
  });

  test('refuses a name that its format cannot hold', async () => {
    const name = 'n'.repeat(101);
    const archive = path.join(directory, 'long');
    await assert.rejects(writeTar([{ type: 'directory', name }], archive), /longer than 100 bytes/);
  });
});
