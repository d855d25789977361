import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { decryptVault, isVaultText } from '../../../engine/document/vault.ts';
import { describe } from '../../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../../..');

interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('hardway vault', ({ test, setup, teardown }) => {
  let folder = '';
  const file = (name: string): string => path.join(folder, name);
  const read = (name: string): string => readFileSync(file(name), 'utf8');

  /** Without a terminal: passwords that are asked for come from stdin. */
  function vault(words: readonly string[], input = '', env: Readonly<Record<string, string>> = {}): Said {
    const program = [
      '--import',
      import.meta.resolve('tsx'),
      path.join(root, 'engine/main.ts'),
      'vault',
      ...words,
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, program, {
      cwd: folder,
      input,
      encoding: 'utf8',
      env: { ...process.env, TSX_TSCONFIG_PATH: path.join(root, 'tsconfig.json'), ...env },
    });
    return { code: status, stdout, stderr };
  }
  const key = ['--vault-password-file', 'pass'];
  const opened = (text: string, password = 'sesame'): string => {
    const plain = decryptVault(Buffer.from(text), [{ id: 'default', password: Buffer.from(password) }]);
    return plain.ok ? Buffer.from(plain.value).toString() : plain.problem.summary;
  };
  /** Writes a line below what it is given to edit. */
  function editorThat(line: string): Readonly<Record<string, string>> {
    writeFileSync(file('editor'), `#!/bin/sh\nstat -c %a "$1" >>mode\n${line}\n`);
    chmodSync(file('editor'), 0o755);
    return { VISUAL: './editor', EDITOR: 'false' };
  }

  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-vault-test-'));
    writeFileSync(file('pass'), 'sesame\n');
    writeFileSync(file('other'), 'open\n');
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('encrypts files in their place, for their owner alone, and decrypts them again', () => {
    writeFileSync(file('a.yml'), 'a: 1\n', { mode: 0o644 });
    writeFileSync(file('b.bin'), Buffer.from([0, 255, 10]));
    assert.equal(vault(['encrypt', 'a.yml', 'b.bin', ...key]), { code: 0, stdout: '', stderr: '' });
    assert.is(opened(read('a.yml')), 'a: 1\n');
    assert.is(statSync(file('a.yml')).mode & 0o777, 0o600);
    assert.is(vault(['view', 'a.yml', ...key]).stdout, 'a: 1\n');
    assert.is(vault(['decrypt', 'a.yml', 'b.bin', ...key]).code, 0);
    assert.is(read('a.yml'), 'a: 1\n');
    assert.equal([...readFileSync(file('b.bin'))], [0, 255, 10]);
    assert.is(statSync(file('a.yml')).mode & 0o777, 0o600);
  });

  test('takes no file that is encrypted, or is not, and a wrong password loses nothing', () => {
    writeFileSync(file('plain.yml'), 'plain: 1\n');
    writeFileSync(file('c.yml'), 'c: 1\n');
    assert.is(vault(['encrypt', 'c.yml', ...key]).code, 0);
    const before = read('c.yml');
    const twice = vault(['encrypt', 'plain.yml', 'c.yml', ...key]);
    assert.equal([twice.code, twice.stderr.includes('c.yml is already encrypted')], [1, true]);
    assert.is(read('plain.yml'), 'plain: 1\n');
    assert.match(vault(['decrypt', 'plain.yml', ...key]).stderr, 'plain.yml is not encrypted by a vault');
    const wrong = vault(['decrypt', 'c.yml', '--vault-password-file', 'other']);
    assert.equal([wrong.code, wrong.stderr.includes('c.yml: No vault password given fits')], [1, true]);
    assert.is(read('c.yml'), before);
    assert.match(vault(['view', 'nothing.yml', ...key]).stderr, 'Cannot read nothing.yml');
  });

  test('goes from stdin to stdout, and to another file', () => {
    const text = vault(['encrypt', ...key], 'piped\n').stdout;
    assert.ok(isVaultText(text));
    assert.is(vault(['decrypt', ...key], text).stdout, 'piped\n');
    writeFileSync(file('d.yml'), 'd: 1\n');
    assert.is(vault(['encrypt', 'd.yml', '--output', 'd.vault', ...key]).code, 0);
    assert.is(read('d.yml'), 'd: 1\n');
    assert.is(vault(['decrypt', 'd.vault', '--output=-', ...key]).stdout, 'd: 1\n');
    assert.is(vault(['encrypt', 'd.yml', 'd.vault', '--output', 'x', ...key]).code, 2);
  });

  test('with several identities it wants to be told by which, and notes it in the file', () => {
    writeFileSync(file('e.yml'), 'e: 1\n');
    const both = ['--vault-id', 'dev@pass', '--vault-id', 'prod@other'];
    assert.match(vault(['encrypt', 'e.yml', ...both]).stderr, '--encrypt-vault-id');
    assert.is(vault(['encrypt', 'e.yml', ...both, '--encrypt-vault-id', 'prod']).code, 0);
    assert.match(read('e.yml'), /^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
    assert.is(opened(read('e.yml'), 'open'), 'e: 1\n');
  });

  test('rekeys all files or none', () => {
    for (const name of ['f.yml', 'g.yml']) writeFileSync(file(name), `${name}: 1\n`);
    assert.is(vault(['encrypt', 'f.yml', ...key]).code, 0);
    const before = read('f.yml');
    const next = ['--new-vault-password-file', 'other'];
    assert.is(vault(['rekey', 'f.yml', 'g.yml', ...key, ...next]).code, 1);
    assert.is(read('f.yml'), before);
    assert.is(vault(['rekey', 'f.yml', ...key, ...next]).code, 0);
    assert.is(opened(read('f.yml'), 'open'), 'f.yml: 1\n');
  });

  test('a password that none was named for is asked for, a new one twice', () => {
    writeFileSync(file('h.yml'), 'h: 1\n');
    assert.match(vault(['encrypt', 'h.yml'], 'one\ntwo\n').stderr, 'The two passwords differ');
    assert.is(read('h.yml'), 'h: 1\n');
    assert.is(vault(['encrypt', 'h.yml'], 'one\none\n').code, 0);
    assert.is(vault(['view', 'h.yml'], 'one\n').stdout, 'h: 1\n');
  });

  test('makes values for files of variables, in the form of ansible-vault', () => {
    const { stdout } = vault(['encrypt_string', 'first', '-n', 'x', 'second', ...key]);
    const [named = '', bare = ''] = stdout.split(/\n(?=!vault)/);
    assert.match(named, /^x: !vault \|\n {10}\$ANSIBLE_VAULT;1\.1;AES256\n(?: {10}[\da-f]+\n)+$/);
    assert.match(bare, /^!vault \|\n {10}\$ANSIBLE/);
    assert.is(opened(named.replace('x: !vault |\n', '')), 'first');
    const piped = vault(['encrypt_string', '--stdin-name', 'y', ...key], 'on stdin').stdout;
    assert.is(opened(piped.replace('y: !vault |\n', '')), 'on stdin');
  });

  test('edit keeps password and identity, and writes nothing when nothing was changed', () => {
    writeFileSync(file('i.yml'), 'i: 1\n');
    const mine = ['--vault-id', 'dev@pass'];
    assert.is(vault(['encrypt', 'i.yml', ...mine]).code, 0);
    const before = read('i.yml');
    assert.is(vault(['edit', 'i.yml', ...mine], '', editorThat('')).code, 0);
    assert.is(read('i.yml'), before);
    assert.is(
      vault(['edit', 'i.yml', ...mine], '', editorThat('echo j: 2 >>"$1"; echo "$1" >where')).code,
      0,
    );
    assert.match(read('i.yml'), /^\$ANSIBLE_VAULT;1\.2;AES256;dev\n/);
    assert.is(opened(read('i.yml')), 'i: 1\nj: 2\n');
    assert.equal(read('mode'), '600\n600\n');
    const plain = read('where').trim();
    assert.ok(plain.endsWith('.yml'));
    assert.not.ok(existsSync(path.dirname(plain)));
  });

  test('an editor that fails changes nothing, and create makes a file that was not there', () => {
    const before = read('i.yml');
    const failed = vault(
      ['edit', 'i.yml', '--vault-id', 'dev@pass'],
      '',
      editorThat('echo k: 3 >>"$1"; exit 7'),
    );
    assert.equal([failed.code, failed.stderr.includes('it ended with code 7')], [1, true]);
    assert.is(read('i.yml'), before);
    assert.is(vault(['create', 'new.yml', ...key], '', editorThat('echo n: 1 >"$1"')).code, 0);
    assert.is(opened(read('new.yml')), 'n: 1\n');
    assert.match(vault(['create', 'new.yml', ...key]).stderr, 'new.yml is there already');
    assert.equal(
      readdirSync(folder).filter((name) => name.startsWith('.')),
      [],
    );
  });

  test('words that are none of its own are told with the nearest', () => {
    assert.match(vault(['encript', 'a.yml']).stderr, 'did you mean encrypt?');
    assert.match(vault([]).stderr, 'what to do is missing');
    assert.match(vault(['view', ...key]).stderr, 'view takes the names of files');
    assert.is(vault(['edit', 'a', 'b', ...key]).code, 2);
  });
});
