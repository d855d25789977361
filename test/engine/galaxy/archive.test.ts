import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { unpack } from '../../../engine/galaxy/archive.ts';
import { outcomeOf } from '../../../engine/galaxy/refusal.ts';
import type { TreeLimits } from '../../../engine/galaxy/tree.ts';
import { describe } from '../../support/suite.ts';
import { type TarEntry, tarGzOf, tarOf } from '../../support/tar_text.ts';

describe('archives', ({ test, setup, teardown }) => {
  let folder = '';
  let count = 0;
  setup(() => void (folder = mkdtempSync(path.join(tmpdir(), 'hardway-archives-'))));
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  /** Where it was unpacked, or the code of the problem and its summary. */
  async function unpacked(bytes: Buffer, limits?: TreeLimits): Promise<{ into: string; told: string }> {
    count += 1;
    const file = path.join(folder, `${count}.tar.gz`);
    const into = path.join(folder, 'apart', String(count));
    writeFileSync(file, bytes);
    const done = await outcomeOf('it', () => unpack(file, into, limits));
    const told = done.ok ? '' : `${done.problem.code}: ${done.problem.summary}`;
    return { into, told: told.replaceAll(folder, '') };
  }

  test('are taken as tar, by gzip, with folders, links and second names', async () => {
    const entries: TarEntry[] = [
      { name: './a/', type: '5', mode: 0o755 },
      { name: './a/b', content: 'text', mode: 0o4755 },
      { name: 'a/link', type: '2', target: '../a/b' },
      { name: 'a/again', type: '1', target: 'a/b' },
    ];
    for (const bytes of [tarOf(entries), tarGzOf(entries)]) {
      const { into, told } = await unpacked(bytes);
      assert.is(told, '');
      for (const name of ['a/b', 'a/link', 'a/again'])
        assert.is(readFileSync(path.join(into, name), 'utf8'), 'text');
      assert.is(statSync(path.join(into, 'a/b')).mode & 0o7777, 0o755);
    }
  });

  const refused: Readonly<Record<string, readonly [TarEntry[], string]>> = {
    'a way up': [[{ name: '../out', content: 'x' }], 'The archive has a file outside of its folder: ../out'],
    'a way up further in': [
      [{ name: 'a/../../out', content: 'x' }],
      'The archive has a file outside of its folder: a/../../out',
    ],
    'an absolute name': [
      [{ name: '/tmp/hardway-out', content: 'x' }],
      'The archive has a file outside of its folder: /tmp/hardway-out',
    ],
    'a link that leads out': [
      [{ name: 'a/l', type: '2', target: '../../x' }],
      'The link a/l leads to ../../x, which may be outside of what is installed',
    ],
    'an absolute link': [
      [{ name: 'l', type: '2', target: '/etc/passwd' }],
      'The link l leads to /etc/passwd, which may be outside of what is installed',
    ],
    'a link that leads out by another': [
      [
        { name: 'd/e/up', type: '2', target: '../..' },
        { name: 'l', type: '2', target: 'd/e/up/..' },
      ],
      'The link l leads to d/e/up/.., which may be outside of what is installed',
    ],
    'a file behind a link': [
      [
        { name: 'l', type: '2', target: '.' },
        { name: 'l/x', content: 'x' },
      ],
      'The archive has files behind the link l',
    ],
    'a name that is given twice': [
      [
        { name: 'x', type: '2', target: 'y' },
        { name: 'x', content: 'x' },
      ],
      'x stands twice in the archive',
    ],
    'a second name of what is not there': [
      [{ name: 'x', type: '1', target: '../../etc/passwd' }],
      'The archive has a file outside of its folder: ../../etc/passwd',
    ],
    'a device': [[{ name: 'null', type: '3' }], 'null is a CharacterDevice'],
    'a pipe': [[{ name: 'pipe', type: '6' }], 'pipe is a FIFO'],
  };
  for (const [what, [entries, summary]] of Object.entries(refused))
    test(`are refused for ${what}`, async () => {
      const { told } = await unpacked(tarGzOf([{ name: 'ok', content: 'x' }, ...entries]));
      assert.is(told, `unsafe-content: ${summary}`);
      assert.is(existsSync('/tmp/hardway-out') || existsSync(path.join(folder, 'out')), false);
    });

  test('are refused when they unpack to too much, whatever they are packed in', async () => {
    const limits = { entries: 5, bytes: 1 << 20 };
    const large = [{ name: 'x', content: '0'.repeat(2 << 20) }];
    const tooLarge = 'unsafe-content: The archive unpacks to more than 1 MiB';
    assert.is((await unpacked(tarGzOf(large), limits)).told, tooLarge);
    assert.is((await unpacked(gzipSync(tarGzOf(large)), limits)).told, tooLarge);
    assert.is((await unpacked(gzipSync(Buffer.alloc(4 << 20)), limits)).told, tooLarge);
    const twice = [
      { name: 'x', content: '0'.repeat(600_000) },
      { name: 'y', type: '1', target: 'x' },
    ];
    assert.is((await unpacked(tarGzOf(twice), limits)).told, tooLarge);
    const many = Array.from({ length: 6 }, (_, index) => ({ name: `${index}` }));
    assert.is(
      (await unpacked(tarGzOf(many), limits)).told,
      'unsafe-content: The archive has more than 5 files',
    );
  });

  test('are refused when they are none, cut off or packed otherwise', async () => {
    const whole = tarGzOf([{ name: 'x', content: 'x'.repeat(100_000) }]);
    const texts = [
      Buffer.from('no tar'),
      Buffer.alloc(0),
      Buffer.alloc(1024),
      whole.subarray(0, whole.length - 20),
    ];
    const cut = tarOf([{ name: 'x', content: 'x'.repeat(5000) }]).subarray(0, 3000);
    for (const bytes of [...texts, cut, gzipSync(Buffer.from('no tar'))])
      assert.match((await unpacked(bytes)).told, /^fetch-failed: /);
    const packed = Buffer.concat([Buffer.from([0xfd]), Buffer.from('7zXZ\0')]);
    assert.match((await unpacked(packed)).told, 'is packed by xz');
    assert.match((await unpacked(Buffer.from('BZh91AY'))).told, 'is packed by bzip2');
  });
});
