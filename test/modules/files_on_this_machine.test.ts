// The file modules on this machine's own sh, with coreutils and with busybox: run, run again, compare with the picture.
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { Float } from '../../engine/document/value.ts';
import { textContent } from '../../engine/module/content.ts';
import type { Control } from '../../engine/module/contract.ts';
import { copy } from '../../modules/copy.ts';
import { file } from '../../modules/file.ts';
import { find } from '../../modules/find.ts';
import { stat } from '../../modules/stat.ts';
import { template } from '../../modules/template.ts';
import { describe } from '../support/suite.ts';
import { runTwice } from '../support/twice.ts';

function controlIn(folder: string): Control {
  return {
    find: (_, name) => (existsSync(path.resolve(folder, name)) ? path.resolve(folder, name) : undefined),
    searchPath: () => [folder],
    content: (place) => Promise.resolve(textContent(readFileSync(place, 'utf8'))),
    render: () => Promise.resolve({ content: textContent('rendered\n') }),
    client: (_, open) => open(),
    signal: new AbortController().signal,
  };
}

const userlands = existsSync('/usr/bin/busybox') ? (['system', 'busybox'] as const) : (['system'] as const);

for (const userland of userlands)
  describe(`modules on this machine (${userland})`, ({ test, setup, teardown }) => {
    let root = '';
    const at = (name: string): string => path.join(root, name);
    setup(() => {
      root = mkdtempSync(path.join(tmpdir(), "hardway it's "));
    });
    teardown(() => rmSync(root, { recursive: true, force: true }));
    const twice = (module: Parameters<typeof runTwice>[0], params: object): ReturnType<typeof runTwice> =>
      runTwice(module, params as never, { userland, control: controlIn(at('control')) });
    const mode = (name: string): string => (statSync(at(name)).mode & 0o7777).toString(8);

    test('file makes a link to itself of a file, of a folder and of a link, as the picture has it', async () => {
      const self = { path: at('self'), src: at('self'), state: 'link', force: true };
      const starts = [
        () => writeFileSync(at('self'), 'x'),
        () => mkdirSync(at('self')),
        () => symlinkSync('.', at('self')),
      ];
      for (const start of starts) {
        start();
        const made = await twice(file, self);
        assert.is(made['changed'], true);
        assert.is(readlinkSync(at('self')), at('self'));
        rmSync(at('self'), { force: true });
      }
    });

    test('file makes directories with their mode, links, hard links and empty files', async () => {
      const made = await twice(file, { path: at('a/b'), state: 'directory', mode: '0750' });
      assert.is(made['changed'], true);
      assert.is(mode('a'), '750');
      await twice(file, {
        path: at('a/f'),
        state: 'touch',
        modification_time: 'preserve',
        access_time: 'preserve',
        mode: 'u=rw,go=',
      });
      assert.is(mode('a/f'), '600');
      await twice(file, { path: at('a/l'), src: 'f', state: 'link' });
      await twice(file, { path: at('a/l'), src: at('a/b'), state: 'link' });
      await twice(file, { path: at('a/h'), src: at('a/f'), state: 'hard' });
      assert.is(statSync(at('a/f')).nlink, 2);
    });

    test('file gives a file its times once, by the clock of the host', async () => {
      const times = { modification_time: '202601021200.00', access_time: '202601021201.30' };
      const params = { path: at('times'), state: 'touch', ...times };
      assert.is((await twice(file, params))['changed'], true);
      const { mtimeMs, atimeMs } = statSync(at('times'));
      assert.is(mtimeMs, new Date(2026, 0, 2, 12).getTime());
      assert.is(atimeMs - mtimeMs, 90_000);
    });

    test('stat tells times with their fractions, blocks and devices as Python has them', async () => {
      for (const name of [at(''), '/dev/null']) {
        const seen = statSync(name, { bigint: true });
        const told = (await twice(stat, { path: name, get_mime: false }))['stat'] as Record<string, unknown>;
        const time = (nanoseconds: bigint): Float =>
          new Float(Number(nanoseconds / 1_000_000_000n) + Number(nanoseconds % 1_000_000_000n) * 1e-9);
        assert.equal(told['mtime'], time(seen.mtimeNs));
        assert.equal(told['ctime'], time(seen.ctimeNs));
        const { blocks, blksize, rdev } = seen;
        assert.equal(
          [told['blocks'], told['block_size'], told['device_type']],
          [blocks, blksize, rdev].map(Number),
        );
      }
    });

    test('file gives modes to all that is in a folder and removes the folder', async () => {
      await twice(file, { path: at('a'), state: 'directory', recurse: true, mode: 'u=rwX,g=rX,o=' });
      assert.is(mode('a/f'), '640');
      await twice(file, { path: at('a'), state: 'absent' });
      assert.not(existsSync(at('a')));
    });

    test('copy writes text, keeps the mode of an existing file, and backs it up', async () => {
      await twice(copy, { content: 'one\n', dest: at('c'), mode: '0600' });
      const changed = await twice(copy, {
        content: "t'wo\n",
        dest: at('c'),
        backup: true,
        validate: 'grep two %s',
      }).catch((error: unknown) => (error as Error).message);
      assert.match(changed as string, /validate refused/);
      assert.is(readFileSync(at('c'), 'utf8'), 'one\n');
      const kept = await twice(copy, {
        content: 'two\n',
        dest: at('c'),
        backup: true,
        validate: 'grep two %s',
      });
      assert.is(mode('c'), '600');
      assert.is(readFileSync(kept['backup_file'] as string, 'utf8'), 'one\n');
      assert.is(readFileSync(at('c'), 'utf8'), 'two\n');
    });

    test('copy refuses a validate that does not name the file', async () => {
      const refused = await twice(copy, { content: 'x', dest: at('v'), validate: 'true' }).catch(
        (error: unknown) => (error as Error).message,
      );
      assert.match(refused as string, /validate must contain %s: true/);
      assert.not(existsSync(at('v')));
    });

    test('copy puts a whole file in the place of the old one, which who has it open goes on reading', async () => {
      mkdirSync(at('whole'));
      writeFileSync(at('whole/f'), 'old');
      const reader = openSync(at('whole/f'), 'r');
      await twice(copy, { content: 'newer', dest: at('whole/f') });
      assert.is(readFileSync(reader, 'utf8'), 'old');
      closeSync(reader);
      assert.is(readFileSync(at('whole/f'), 'utf8'), 'newer');
      assert.equal(readdirSync(at('whole')), ['f']);
    });

    test('copy puts a file with the mode of new files in the place of a link', async () => {
      writeFileSync(at('behind'), 'old', { mode: 0o600 });
      symlinkSync('behind', at('before'));
      await twice(copy, { content: 'new', dest: at('before') });
      assert.is(mode('before'), '644');
      assert.is(readFileSync(at('behind'), 'utf8'), 'old');
    });

    test('copy sends a file into a folder and a folder with its tree', async () => {
      mkdirSync(at('control/tree/sub'), { recursive: true });
      writeFileSync(at('control/tree/x'), 'x');
      writeFileSync(at('control/tree/sub/y'), 'y'.repeat(100_000));
      symlinkSync('x', at('control/tree/link'));
      mkdirSync(at('d'));
      const sent = await twice(copy, { src: 'tree/x', dest: at('d') });
      assert.is(sent['dest'], at('d/x'));
      await twice(copy, { src: 'tree/x', dest: at('new/'), mode: 'preserve' });
      const folder = await twice(copy, {
        src: 'tree',
        dest: at('t1'),
        local_follow: false,
        directory_mode: '0711',
        mode: '0604',
      });
      assert.equal([folder['dest'], folder['src']], [at('t1/'), at('control/tree')]);
      assert.is(mode('t1/tree/sub'), '711');
      assert.is(mode('t1/tree/sub/y'), '604');
      const inside = await twice(copy, { src: 'tree/', dest: at('t2/') });
      assert.equal([inside['dest'], inside['src']], [at('t2/'), at('control/tree/')]);
      assert.is(readFileSync(at('t2/sub/y'), 'utf8').length, 100_000);
      await twice(copy, { src: at('t2/x'), dest: at('t2/z'), remote_src: true });
      assert.is(readFileSync(at('t2/z'), 'utf8'), 'x');
    });

    test('copy and template tell the MD5 of what they send, and of a file of the host always', async () => {
      const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
      const sums: unknown[] = [];
      const told = async (module: Parameters<typeof runTwice>[0], params: object): Promise<void> => {
        const result = await twice(module, params);
        sums.push('md5sum' in result ? result['md5sum'] : 'none');
      };
      mkdirSync(at('control'), { recursive: true });
      writeFileSync(at('control/sum'), 'sent\n');
      writeFileSync(at('control/sum.j2'), '');
      const texts = [
        { content: 'text\n', dest: at('sum1') },
        { src: 'sum', dest: at('sum2') },
      ];
      for (const params of [...texts, ...texts]) await told(copy, params);
      await told(template, { src: 'sum.j2', dest: at('sum3') });
      await told(template, { src: 'sum.j2', dest: at('sum3'), mode: '0600' });
      assert.equal(sums.splice(0), [md5('text\n'), md5('sent\n'), 'none', 'none', md5('rendered\n'), 'none']);
      const onHost = { src: at('sum1'), dest: at('sum4'), remote_src: true };
      for (const params of [onHost, onHost]) await told(copy, params);
      mkdirSync(at('sums'));
      await told(copy, { src: at('sums'), dest: at('sum5'), remote_src: true });
      assert.equal(sums, [md5('text\n'), md5('text\n'), null]);
    });

    test('copy copies a folder of the host, with its modes and links; other files stay', async () => {
      mkdirSync(at('from/sub'), { recursive: true });
      writeFileSync(at('from/run'), '#!/bin/sh\n', { mode: 0o755 });
      writeFileSync(at('from/sub/y'), 'y');
      symlinkSync('run', at('from/link'));
      mkdirSync(at('to/from'), { recursive: true });
      writeFileSync(at('to/from/mine'), 'mine');
      await twice(copy, { src: at('from'), dest: at('to'), remote_src: true });
      assert.is(mode('to/from/run'), '755');
      assert.is(readFileSync(at('to/from/sub/y'), 'utf8'), 'y');
      assert.is(readFileSync(at('to/from/mine'), 'utf8'), 'mine');
      await twice(copy, { src: `${at('from')}/`, dest: at('flat'), remote_src: true, mode: '0600' });
      assert.is(mode('flat/sub/y'), '600');
    });

    test('copy of a folder that holds one file alone tells of that file, as in Ansible', async () => {
      const told = async (params: object): Promise<unknown[]> => {
        const result = await twice(copy, params);
        return ['dest', 'src', 'checksum', 'mode', 'size', 'state'].map((name) => result[name]);
      };
      mkdirSync(at('control/single'), { recursive: true });
      writeFileSync(at('control/single/only'), 'sum\n');
      const rest = [createHash('sha1').update('sum\n').digest('hex'), '0640', 4, 'file'];
      assert.equal(await told({ src: 'single', dest: at('s1'), mode: '0640' }), [
        ...[at('s1/single/only'), at('control/single/only'), ...rest],
      ]);
      assert.equal(await told({ src: 'single/', dest: at('s2'), mode: '0640' }), [
        ...[at('s2/only'), at('control/single/only'), ...rest],
      ]);
      assert.is((await twice(copy, { src: 'single/', dest: at('s2'), mode: '0600' }))['path'], at('s2/only'));
    });

    test('a copy on the host keeps what it replaces, and has the mode of its source', async () => {
      writeFileSync(at('mode from'), 'new', { mode: 0o755 });
      writeFileSync(at('mode to'), 'old', { mode: 0o600 });
      const params = { src: at('mode from'), dest: at('mode to'), remote_src: true, backup: true };
      const { backup_file: kept, mode: told } = await twice(copy, params);
      assert.is(readFileSync(kept as string, 'utf8'), 'old');
      assert.equal([readFileSync(at('mode to'), 'utf8'), mode('mode to'), told], ['new', '755', '0755']);
    });

    test('a folder that is not there is told by its name', async () => {
      const failed = await twice(copy, { content: 'x', dest: at('nowhere/x') }).catch(
        (error: unknown) => error,
      );
      assert.match(String(failed), `Destination directory ${at('nowhere')} does not exist`);
    });

    test('checksums in results are sha1, as in Ansible', async () => {
      const sha1 = createHash('sha1').update('sum\n').digest('hex');
      const made = await twice(copy, { content: 'sum\n', dest: at('sum') });
      assert.is(made['checksum'], sha1);
      const copied = await twice(copy, { src: at('sum'), dest: at('sum2'), remote_src: true });
      assert.is(copied['checksum'], sha1);
      await twice(copy, { content: 'sum\n', dest: at('sum'), checksum: sha1 });
    });

    test('find looks into files, line by line or as a whole, and at modes', async () => {
      mkdirSync(at('seek/in'), { recursive: true });
      writeFileSync(at('seek/a.txt'), 'first\nUser root\n', { mode: 0o600 });
      writeFileSync(at('seek/in/b.txt'), 'a user\n', { mode: 0o644 });
      const look = async (params: object): Promise<string[]> => {
        const found = await twice(find, { paths: at('seek'), recurse: true, ...params });
        return (found['files'] as { path: string }[])
          .map((one) => one.path.slice(at('seek').length + 1))
          .sort();
      };
      assert.equal(await look({ contains: '(?i)user' }), ['a.txt']);
      assert.equal(await look({ contains: '(?i)user', read_whole_file: true }), ['a.txt', 'in/b.txt']);
      assert.equal(await look({ mode: '0600' }), ['a.txt']);
      assert.equal(await look({ mode: 'o+r', exact_mode: false }), ['in/b.txt']);
      assert.equal((await look({ limit: 1 })).length, 1);
      const { files } = await twice(find, { paths: at('seek') });
      const names = Object.keys((files as object[])[0] ?? {});
      assert.equal(
        names.filter((name) => /^(?:exists|readable|writeable|executable)$/.test(name)),
        [],
      );
      mkdirSync(at('beside'));
      writeFileSync(at('beside/z'), '');
      symlinkSync(at('beside'), at('seek/in/lnk'));
      assert.equal(await look({}), ['a.txt', 'in/b.txt']);
      assert.equal(await look({ follow: true }), ['a.txt', 'in/b.txt', 'in/lnk/z']);
    });

    test('template writes what was rendered', async () => {
      writeFileSync(at('control/t.j2'), '');
      const result = await twice(template, { src: 't.j2', dest: at('conf'), mode: '0640' });
      assert.is(readFileSync(at('conf'), 'utf8'), 'rendered\n');
      assert.is(result['state'], 'file');
    });
  });
