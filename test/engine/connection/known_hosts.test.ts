import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  addKnownHost,
  fingerprint,
  judgeHostKey,
  keyType,
  knownKeysOf,
} from '../../../engine/connection/known_hosts.ts';
import { describe } from '../../support/suite.ts';

const place = mkdtempSync(path.join(tmpdir(), 'hardway-test-'));

function keyOf(type: string, filler: number): Buffer {
  const name = Buffer.from(type);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  return Buffer.concat([length, name, Buffer.alloc(36, filler)]);
}

const key = keyOf('ssh-ed25519', 1);
const line = `ssh-ed25519 ${key.toString('base64')}`;

function verdict(name: string, text: string, shown = key): string {
  const file = path.join(place, 'known_hosts');
  writeFileSync(file, text);
  return judgeHostKey(shown, knownKeysOf(name, [file, path.join(place, 'missing')])).verdict;
}

describe('known_hosts', ({ test, teardown }) => {
  teardown(() => rmSync(place, { recursive: true, force: true }));

  test('knows a host by name, address, pattern and port', () => {
    assert.equal(verdict('a', `# comment\n\nb,a ${line} comment\n`), 'known');
    assert.equal(verdict('[a]:2222', `[a]:2222 ${line}\n`), 'known');
    assert.equal(verdict('[a]:2222', `a ${line}\n`), 'unknown');
    assert.equal(verdict('x.lan', `*.lan,!y.lan ${line}\n`), 'known');
    assert.equal(verdict('y.lan', `*.lan,!y.lan ${line}\n`), 'unknown');
  });

  test('knows hashed names', () => {
    // Made by `ssh-keygen -H` from `host.example.org`.
    const hashed = '|1|kqLXJT4AihatqJzFOnBs/piHf+Q=|fDzw93WYtemYpK2Q4Bz8t74Bm08=';
    assert.equal(verdict('host.example.org', `${hashed} ${line}\n`), 'known');
    assert.equal(verdict('other.example.org', `${hashed} ${line}\n`), 'unknown');
  });

  test('tells a changed key from one of a type that was not noted', () => {
    assert.equal(verdict('a', `a ${line}\n`, keyOf('ssh-ed25519', 2)), 'changed');
    assert.equal(verdict('a', `a ${line}\n`, keyOf('ssh-rsa', 2)), 'unknown');
    assert.equal(
      verdict('a', `a ssh-ed25519 ${keyOf('ssh-ed25519', 2).toString('base64')}\na ${line}\n`),
      'known',
    );
  });

  test('refuses revoked keys, and tells hosts that only an authority vouches for', () => {
    assert.equal(verdict('a', `a ${line}\n@revoked * ${line}\n`), 'revoked');
    assert.equal(verdict('a', `@cert-authority *  ${line}\n`, keyOf('ssh-ed25519', 2)), 'authority-only');
  });

  test('adds a key on a line of its own', () => {
    const file = path.join(place, 'new', 'known_hosts');
    addKnownHost(file, 'a', key);
    writeFileSync(file, `${readFileSync(file, 'utf8')}# no newline at the end`);
    addKnownHost(file, '[b]:22', key);
    assert.equal(readFileSync(file, 'utf8'), `a ${line}\n# no newline at the end\n[b]:22 ${line}\n`);
    assert.equal(keyType(key), 'ssh-ed25519');
    assert.match(fingerprint(key), /^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});
