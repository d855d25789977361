// What the commonest steps and looks cost a host: the programs that their scripts start, as the time of a run is theirs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bytesContent, textContent } from '../../../engine/module/content.ts';
import type { Script } from '../../../engine/module/contract.ts';
import { makeDirectoryKind, makeDirectory } from '../../../engine/module/vocabulary/make_directory.ts';
import { statKind } from '../../../engine/module/vocabulary/stat.ts';
import { writeFileKind, type WriteFile } from '../../../engine/module/vocabulary/write_file.ts';
import { describe } from '../../support/suite.ts';

const programs = [
  'cat',
  'chmod',
  'chown',
  'cp',
  'dd',
  'dirname',
  'grep',
  'head',
  'id',
  'mkdir',
  'mktemp',
  'mv',
];
const others = ['readlink', 'rm', 'sha256sum', 'stat', 'sync', 'touch', 'wc'];

describe('processes of steps', ({ test, setup, teardown }) => {
  let place: string;
  let log: string;
  setup(() => {
    place = mkdtempSync(path.join(tmpdir(), 'hardway-processes-'));
    log = path.join(place, 'log');
    mkdirSync(path.join(place, 'bin'));
    for (const name of [...programs, ...others]) {
      const file = path.join(place, 'bin', name);
      const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
      writeFileSync(file, `#!/bin/sh\necho ${name} >>'${log}'\nexec ${real} "$@"\n`);
      chmodSync(file, 0o755);
    }
  });
  teardown(() => rmSync(place, { recursive: true, force: true }));

  const started = (script: Script | undefined): string[] => {
    assert.ok(script);
    rmSync(log, { force: true });
    const stdin = script.stdin;
    execFileSync('sh', ['-c', `umask 022; ${script.script}`], {
      env: { PATH: `${place}/bin:/usr/bin:/bin` },
      input: stdin instanceof Uint8Array ? stdin : '',
    });
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  };
  const write = (args: Omit<WriteFile, 'creator' | 'path'>): Script | undefined =>
    writeFileKind.perform?.({ path: path.join(place, 'file'), creator: 'root', ...args });

  test('a new file with a mode is four, its replacement six', () => {
    const args = { content: textContent("it's $new\nand ends here"), mode: '0640' };
    assert.deepEqual(started(write(args)), ['mktemp', 'dd', 'chmod', 'mv']);
    assert.equal(readFileSync(path.join(place, 'file'), 'utf8'), "it's $new\nand ends here");
    assert.deepEqual(started(write(args)), ['mktemp', 'dd', 'cp', 'touch', 'chmod', 'mv']);
  });

  test('an empty file is three, and so is one without a mode with its 0644', () => {
    const file = path.join(place, 'file');
    rmSync(file, { force: true });
    assert.deepEqual(started(write({ content: textContent(''), mode: '0600' })), ['mktemp', 'chmod', 'mv']);
    rmSync(file);
    assert.deepEqual(started(write({ content: textContent('') })), ['mktemp', 'chmod', 'mv']);
    assert.equal(statSync(file).mode & 0o7777, 0o644);
  });

  test('text goes along in the script; bytes that are none, and much text, on standard input', () => {
    assert.equal(write({ content: textContent('é\u2028\n'.repeat(1000)) })?.stdin, undefined);
    assert.ok(write({ content: textContent('x'.repeat(16 * 1024 + 1)) })?.stdin);
    assert.ok(write({ content: bytesContent(Buffer.from([0x61, 0xff])) })?.stdin);
    assert.ok(write({ content: textContent('a\0b') })?.stdin);
  });

  test('text that holds the line which ends it in the script is written whole', () => {
    const text = 'end of text\nend of text.\n`x` $x \\\n';
    started(write({ content: textContent(text) }));
    assert.equal(readFileSync(path.join(place, 'file'), 'utf8'), text);
  });

  test('a folder in one that is there is two, a look at what is there one', () => {
    const folder = makeDirectory({ path: path.join(place, 'folder'), mode: '0750', creator: 'root' });
    assert.deepEqual(started(makeDirectoryKind.perform?.(folder.args as never)), ['mkdir', 'chmod']);
    assert.deepEqual(started(makeDirectoryKind.perform?.(folder.args as never)), []);
    assert.deepEqual(started(statKind.ask?.({ path: path.join(place, 'folder') })), ['stat']);
    assert.deepEqual(started(statKind.ask?.({ path: path.join(place, 'file'), digest: 'sha256' })), [
      'stat',
      'sha256sum',
    ]);
  });
});
