// Authorities, certificates and keys made on this machine: what is made again, what is kept, and what openssl says.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import type { Dict } from '../../engine/document/value.ts';
import type { ModuleResult } from '../../engine/module/contract.ts';
import { toValue } from '../../engine/module/data.ts';
import { tryOnHost } from '../../engine/module/try_on_host.ts';
import { pki } from '../../modules/pki.ts';
import { localShell } from '../support/local_shell.ts';
import { describe } from '../support/suite.ts';

describe('modules/pki on this machine', ({ test, setup, teardown }) => {
  let dir = '';
  const text = (name: string): string => readFileSync(path.join(dir, name), 'utf8');
  const run = async (params: object, checkMode = false): Promise<ModuleResult> => {
    const args = toValue({ dir, ...params }) as Dict;
    const context = { user: userInfo().username };
    const trial = await tryOnHost(pki, args, localShell(), { checkMode, context });
    if (trial.failed !== undefined) throw new Error(trial.failed);
    return trial.result;
  };
  const server = { kind: 'cert', name: 'server', ca: 'ca', dns: ['a.test'], usages: ['server_auth'] };

  setup(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'hardway-pki-'));
    assert.is((await run({ kind: 'ca', name: 'ca', o: 'Tests', ou: 'CA', key_type: 'ECDSA' })).changed, true);
    assert.is((await run(server)).changed, true);
  });
  teardown(() => rmSync(dir, { recursive: true, force: true }));

  test('a second run changes nothing, whatever the kind', async () => {
    const pair = { kind: 'keypair', name: 'pair', key_type: 'ECDSA', curve: 'P-521' };
    assert.is((await run(pair)).changed, true);
    assert.is((await run(pair)).changed, false);
    assert.is(
      (await run({ kind: 'ca', name: 'ca', o: 'Tests', ou: 'CA', key_type: 'ECDSA' })).changed,
      false,
    );
    assert.is((await run(server)).changed, false);
  });

  test('openssl verifies the certificate by its authority and knows the key pair', () => {
    const openssl = (...words: string[]): string =>
      execFileSync('openssl', words, { cwd: dir, encoding: 'utf8' });
    assert.match(openssl('verify', '-x509_strict', '-CAfile', 'ca.crt', 'server.crt'), 'server.crt: OK');
    assert.is(openssl('pkey', '-in', 'pair.key', '-pubout'), text('pair.pub'));
    assert.is((statSync(path.join(dir, 'server.key')).mode & 0o777).toString(8), '600');
  });

  test('the key stays when only names change, unless a new one is asked for', async () => {
    const key = text('server.key');
    const more = { ...server, dns: ['a.test', 'b.test'] };
    const predicted = await run(more, true);
    assert.is(predicted.changed, true);
    assert.is(predicted['reason'], 'DNS names are a.test, wanted a.test, b.test');
    const first = await run(more);
    assert.is(first['reason'], predicted['reason']);
    assert.is(text('server.key'), key);

    const renewed = await run({ ...server, new_key: true });
    assert.is(renewed['reason'], 'DNS names are a.test, b.test, wanted a.test');
    assert.is.not(text('server.key'), key);
    assert.is((await run({ ...server, new_key: true })).changed, false);
  });

  test('force makes a certificate with another serial number', async () => {
    const before = await run(server);
    const after = await run({ ...server, force: true });
    assert.is(after['reason'], 'force is set');
    assert.is.not(after['serial'], before['serial']);
    assert.is((await run(server))['serial'], after['serial']);
  });
});
