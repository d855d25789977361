// unarchive, find and slurp on this machine.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { bytesContent } from '../../engine/module/content.ts';
import type { Control } from '../../engine/module/contract.ts';
import { find } from '../../modules/find.ts';
import { slurp } from '../../modules/slurp.ts';
import { unarchive } from '../../modules/unarchive.ts';
import { describe } from '../support/suite.ts';
import { runTwice } from '../support/twice.ts';

const isRoot = process.getuid?.() === 0;
const hasZip = ['zip', 'unzip'].every((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0);

describe('unarchive, find and slurp on this machine', ({ test, setup, teardown }) => {
  let root = '';
  const at = (name: string): string => path.join(root, name);
  const control = {
    find: (_: string, name: string) => path.join(root, name),
    searchPath: () => [root],
    content: (place: string) => Promise.resolve(bytesContent(readFileSync(place))),
  } as unknown as Control;
  setup(() => {
    root = mkdtempSync(path.join(tmpdir(), 'hardway arch '));
    mkdirSync(at('pack/sub'), { recursive: true });
    writeFileSync(at('pack/one'), 'one');
    writeFileSync(at('pack/sub/two words'), 'two', { mode: 0o755 });
    writeFileSync(at('pack/.hidden'), 'h');
    symlinkSync('one', at('pack/link'));
    spawnSync('tar', ['-czf', at('a.tar.gz'), '-C', root, 'pack']);
    if (hasZip) spawnSync('zip', ['-qr', at('a.zip'), 'pack'], { cwd: root });
  });
  teardown(() => rmSync(root, { recursive: true, force: true }));

  test('unarchive unpacks a tar of the host, once, without its first folder', async () => {
    mkdirSync(at('out'));
    const params = {
      src: at('a.tar.gz'),
      dest: at('out'),
      remote_src: true,
      owner: 'root',
      group: 'root',
      extra_opts: ['--strip-components=1'],
    };
    assert.is((await runTwice(unarchive, params))['changed'], true);
    assert.is(readFileSync(at('out/sub/two words'), 'utf8'), 'two');
    writeFileSync(at('out/one'), 'spoiled');
    rmSync(at('out/sub'), { recursive: true });
    assert.is((await runTwice(unarchive, params))['changed'], true);
    assert.is(readFileSync(at('out/one'), 'utf8'), 'one');
    assert.is(statSync(at('out/sub/two words')).mode & 0o777, 0o755);
  });

  test('unarchive tells its handler by what is in the archive', async () => {
    const handlers: unknown[] = [];
    for (const [name, flag] of [
      ['b.tar.gz', '-c'],
      ['c.tgz', '-cj'],
      ['d.tar', '-cz'],
    ] as const) {
      spawnSync('tar', [`${flag}f`, at(name), '-C', root, 'pack']);
      mkdirSync(at(`out ${name}`));
      handlers.push(
        (await runTwice(unarchive, { src: at(name), dest: at(`out ${name}`), remote_src: true }))['handler'],
      );
    }
    assert.equal(handlers, ['TarArchive', 'TarArchive', 'TgzArchive']);
  });

  test('unarchive mends modes, owners and links that are not as in the archive', async () => {
    mkdirSync(at('mend'));
    const params = {
      src: at('a.tar.gz'),
      dest: at('mend'),
      remote_src: true,
      extra_opts: ['--strip-components=1'],
    };
    const again = async (): Promise<unknown> => (await runTwice(unarchive, params))['changed'];
    assert.is(await again(), true);
    assert.is(await again(), false);
    chmodSync(at('mend/one'), 0o600);
    assert.is(await again(), isRoot);
    if (isRoot) assert.is(statSync(at('mend/one')).mode & 0o777, 0o644);
    rmSync(at('mend/link'));
    assert.is(await again(), true);
    if (!isRoot) return;
    chownSync(at('mend/one'), 1, 1);
    assert.is(await again(), true);
    assert.is(statSync(at('mend/one')).uid, 0);
    const owned = { ...params, owner: '1', group: '1', mode: 'u=rwX,go=' };
    assert.is((await runTwice(unarchive, owned))['changed'], true);
    assert.is(statSync(at('mend/sub/two words')).uid, 1);
    assert.is(statSync(at('mend/one')).mode & 0o777, 0o600);
    assert.is(statSync(at('mend')).uid, 0);
    chownSync(at('mend/sub/two words'), 0, 0);
    assert.is((await runTwice(unarchive, owned))['changed'], true);
  });

  if (existsSync('/usr/bin/busybox'))
    test('unarchive compares by unpacking aside where tar cannot compare (busybox)', async () => {
      mkdirSync(at('busy'));
      const params = {
        src: at('a.tar.gz'),
        dest: at('busy'),
        remote_src: true,
        owner: 'root',
        extra_opts: ['--strip-components=1'],
      };
      const options = { userland: 'busybox' } as const;
      assert.is((await runTwice(unarchive, params, options))['changed'], true);
      assert.is((await runTwice(unarchive, params, options))['changed'], false);
      writeFileSync(at('busy/sub/two words'), 'six');
      assert.is((await runTwice(unarchive, params, options))['changed'], true);
      assert.is(readFileSync(at('busy/sub/two words'), 'utf8'), 'two');
    });

  test('unarchive sends a tar of the control machine and leaves out what is excluded', async () => {
    mkdirSync(at('sent'));
    const params = { src: 'a.tar.gz', dest: at('sent'), exclude: ['pack/sub'], mode: 'go=' };
    await runTwice(unarchive, params, { control });
    assert.not(existsSync(at('sent/pack/sub')));
    assert.is(statSync(at('sent/pack/one')).mode & 0o777, 0o600);
  });

  test('unarchive does nothing when what it creates is there, and needs its folder', async () => {
    const there = await runTwice(unarchive, {
      src: at('nothing.tar'),
      dest: at('out'),
      remote_src: true,
      creates: at('out/one'),
    });
    assert.is(there['changed'], false);
    const failed = await runTwice(unarchive, { src: at('a.tar.gz'), dest: at('no'), remote_src: true }).catch(
      String,
    );
    assert.match(failed as string, /must be an existing dir/);
    const missing = await runTwice(unarchive, { src: at('no.tar'), dest: at('out'), remote_src: true }).catch(
      String,
    );
    assert.match(missing as string, /is not there/);
  });

  if (hasZip)
    test('unarchive unpacks a zip, once', async () => {
      mkdirSync(at('zipped'));
      const params = { src: at('a.zip'), dest: at('zipped'), remote_src: true };
      assert.is((await runTwice(unarchive, params))['changed'], true);
      writeFileSync(at('zipped/pack/one'), 'oNe');
      assert.is((await runTwice(unarchive, params))['changed'], true);
      assert.is(readFileSync(at('zipped/pack/one'), 'utf8'), 'one');
    });

  test('find finds files by pattern, type and depth, hidden ones only when asked to', async () => {
    const names = async (params: object): Promise<string[]> => {
      const { files } = await runTwice(find, { paths: at('pack'), ...params });
      return (files as { path: string }[]).map((file) => path.relative(root, file.path));
    };
    assert.equal(await names({}), ['pack/one']);
    assert.equal(await names({ recurse: true, patterns: '*wo*' }), ['pack/sub/two words']);
    assert.equal(await names({ file_type: 'any', hidden: true }), [
      'pack/.hidden',
      'pack/link',
      'pack/one',
      'pack/sub',
    ]);
    assert.equal(await names({ recurse: true, patterns: ['^o.e$'], use_regex: true }), ['pack/one']);
    assert.equal(await names({ age: '1d' }), []);
    assert.equal(await names({ age: '-1d', size: '-10k' }), ['pack/one']);
  });

  test('find counts what it looked at one folder beyond its depth, as Ansible does', async () => {
    const { files, examined } = await runTwice(find, { paths: at('pack'), recurse: true, depth: 1 });
    assert.equal(
      (files as { path: string }[]).map((file) => path.relative(root, file.path)),
      ['pack/one'],
    );
    assert.is(examined, 5);
  });

  test('slurp reads a file in base64', async () => {
    const read = await runTwice(slurp, { src: at('pack/one') });
    assert.is(read['content'], Buffer.from('one').toString('base64'));
    assert.match((await runTwice(slurp, { src: at('no') }).catch(String)) as string, /file not found/);
  });
});
