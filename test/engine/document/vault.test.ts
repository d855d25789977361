import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import type { Outcome } from '../../../engine/document/diagnostic.ts';
import { decryptVault, encryptVault, isVaultText, type VaultSecret } from '../../../engine/document/vault.ts';
import { parseVaultId, readVaultPassword } from '../../../engine/document/vault_password.ts';
import { describe } from '../../support/suite.ts';

const secret = (id: string, password: string): VaultSecret => ({ id, password: Buffer.from(password) });
const told = (outcome: Outcome<Uint8Array>): string =>
  outcome.ok ? Buffer.from(outcome.value).toString() : outcome.problem.summary;

describe('document/vault', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-vault-'));
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('text is opened with the password it was made with, whatever the order of secrets', () => {
    const text = Buffer.from(encryptVault(Buffer.from('hidden'), secret('prod', 'b')));
    assert.ok(isVaultText(text));
    assert.is(told(decryptVault(text, [secret('dev', 'a'), secret('prod', 'b')])), 'hidden');
    assert.is(told(decryptVault(text, [secret('other', 'b')])), 'hidden');
  });

  test('a wrong password, none at all, and damaged text are told apart', () => {
    const text = encryptVault(Buffer.from('hidden'), secret('default', 'a'));
    assert.is(
      told(decryptVault(Buffer.from(text), [secret('default', 'b')])),
      'No vault password given fits',
    );
    assert.is(told(decryptVault(Buffer.from(text), [])), 'No vault password was given');
    assert.is(
      told(decryptVault(Buffer.from(`${text}zz`), [secret('default', 'a')])),
      'Vault text is damaged',
    );
    const flipped = text.replace(/.(?=\n$)/, (digit) => (digit === '0' ? '1' : '0'));
    assert.not(decryptVault(Buffer.from(flipped), [secret('default', 'a')]).ok);
    assert.is(
      told(decryptVault(Buffer.from('$ANSIBLE_VAULT;9.9;AES256\n00'), [])),
      'Vault format 9.9 is not known',
    );
  });

  test('a password comes from a file without its line end, or from a program', () => {
    const file = path.join(folder, 'password');
    writeFileSync(file, ' word \n');
    const script = path.join(folder, 'ask-client.sh');
    writeFileSync(script, '#!/bin/sh\necho "for $2"\n', { mode: 0o700 });
    const password = (outcome: Outcome<VaultSecret>): string =>
      outcome.ok ? Buffer.from(outcome.value.password).toString() : outcome.problem.summary;
    assert.is(password(readVaultPassword(file)), 'word');
    assert.is(password(readVaultPassword(script, 'dev')), 'for dev');
    writeFileSync(file, '\n');
    assert.is(password(readVaultPassword(file)), `The vault password from ${file} is empty`);
    assert.ok(password(readVaultPassword(path.join(folder, 'none'))).startsWith('Cannot read'));
  });

  test('a vault id is what stands before the last @', () => {
    assert.equal(parseVaultId('dev@file'), { id: 'dev', source: 'file' });
    assert.equal(parseVaultId('file'), { id: 'default', source: 'file' });
    assert.equal(parseVaultId('@prompt'), { id: 'default', source: 'prompt' });
  });
});
