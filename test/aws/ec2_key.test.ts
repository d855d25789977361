import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { keep, type KeepOptions } from '../support/aws_keep.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

describe(
  'ec2_key',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-keys-'));
    const file = (name: string): string => path.join(folder, name);
    const made = (name: string, ...type: readonly string[]): string => {
      run('ssh-keygen', '-q', '-t', ...type, '-N', '', '-C', 'a comment', '-f', file(name));
      return readFileSync(file(`${name}.pub`), 'utf8').trim();
    };
    const key = (words: string, options: KeepOptions = {}) =>
      keep(aws, 'ec2_key', words, { local: true, ...options });
    /** What AWS shows instead of moto's form, and no public key, as older regions do. */
    const showFingerprint = (fingerprint: string): void => {
      aws.proxy.fault((call) =>
        call.action === 'DescribeKeyPairs'
          ? (reply) => ({
              ...reply,
              body: reply.body
                .replace(/<keyFingerprint>[^<]*/, `<keyFingerprint>${fingerprint}`)
                .replace(/<publicKey>[^<]*<\/publicKey>/, ''),
            })
          : undefined,
      );
    };
    setup(async () => {
      aws = await useAws();
    });
    teardown(async () => {
      rmSync(folder, { recursive: true });
      await aws.release();
    });

    test('a public key is imported, and found again by itself (S1-04)', async () => {
      const text = made('one', 'ed25519');
      const foretold = await key(`name: kube, key_material: "${text}"`, { check: true });
      assert.equal(foretold.writes, []);
      assert.is(foretold.again, 'ok');
      const imported = await key(`name: kube, key_material: "${text}", tags: { stage: dev }`);
      assert.equal(imported.writes, ['ImportKeyPair']);
      assert.is(imported.again, 'ok');
      assert.equal(imported.value('key.tags'), { stage: 'dev' });
      assert.is(foretold.value('key.type'), 'ed25519');
    });

    test('a key of ED25519 is known by the fingerprint that ssh-keygen shows', async () => {
      const text = readFileSync(file('one.pub'), 'utf8').trim();
      const shown = /SHA256:(\S+)/.exec(run('ssh-keygen', '-l', '-f', file('one.pub')))?.[1] ?? '';
      showFingerprint(`${shown}=`);
      assert.is((await key(`name: kube, key_material: "${text}"`)).status, 'ok');
      aws.proxy.heal();
    });

    test('a key of RSA is known by the MD5 of its DER, as openssl makes it', async () => {
      const text = made('two', 'rsa', '-b', '2048');
      const der = execFileSync('sh', [
        '-c',
        `ssh-keygen -e -m PKCS8 -f ${file('two.pub')} | openssl pkey -pubin -outform DER | openssl md5 -c`,
      ]).toString();
      showFingerprint(/([0-9a-f:]{47})/.exec(der)?.[1] ?? '');
      const found = await key(`name: kube, key_material: "${text}"`, { check: true });
      aws.proxy.heal();
      assert.is(found.status, 'ok');
    });

    test('another key of the name is replaced with force only', async () => {
      const text = readFileSync(file('two.pub'), 'utf8').trim();
      const kept = await key(`name: kube, key_material: "${text}", force: false`);
      assert.is(kept.status, 'ok');
      assert.equal(kept.warnings, ['EC2 has another key kube, and force is off: it stays']);
      const replaced = await key(`name: kube, key_material: "${text}"`);
      assert.equal(replaced.writes, ['DeleteKeyPair', 'ImportKeyPair']);
      assert.is(replaced.again, 'ok');
      assert.equal(replaced.value('key.tags'), { stage: 'dev' });
    });

    test('a pair is made on the host for its owner alone, and no result holds the private key (S3-17)', async () => {
      const words = `name: made, file_name: ${file('pair')}, tags: { Name: made }`;
      const foretold = await key(words, { check: true });
      assert.is(foretold.status, 'changed');
      assert.is(foretold.again, 'ok');
      assert.equal(foretold.writes, []);
      assert.throws(() => statSync(file('pair')), /ENOENT/);
      const pair = await key(words, { diff: true });
      assert.is(pair.message, '');
      assert.equal(pair.writes, ['ImportKeyPair']);
      assert.is(pair.again, 'ok');
      assert.is(statSync(file('pair')).mode & 0o777, 0o600);
      const text = readFileSync(file('pair'), 'utf8').split('\n')[1] ?? '';
      assert.not.match(JSON.stringify([pair.value('key'), pair.difference]), text);
      assert.is(
        run('ssh-keygen', '-y', '-f', file('pair')).split(' ')[1],
        readFileSync(file('pair.pub'), 'utf8').split(' ')[1],
      );
    });

    test('a run that was killed before the import takes the files that it made', async () => {
      const gone = await key('name: made, state: absent');
      assert.equal(gone.writes, ['DeleteKeyPair']);
      assert.is(gone.again, 'ok');
      aws.proxy.fault((call, count) => (call.action === 'ImportKeyPair' && count === 1 ? 'lose' : undefined));
      const again = await key(`name: made, file_name: ${file('pair')}`);
      aws.proxy.heal();
      assert.equal(again.writes, ['ImportKeyPair']);
      assert.is(again.again, 'ok');
    });

    test('a key of the name whose files are not here is told, not replaced', async () => {
      const elsewhere = await key(`name: made, file_name: ${file('nowhere')}`);
      assert.is(elsewhere.status, 'ok');
      assert.equal(elsewhere.warnings, [
        `EC2 has a key made whose private half is not at ${file('nowhere')}`,
      ]);
      rmSync(file('pair.pub'));
      const half = await key(`name: made, file_name: ${file('pair')}`);
      assert.match(half.message, 'pair.pub is missing: make it by ssh-keygen -y -f');
    });

    test('what is no public key, or a name with nothing, is refused with a sentence', async () => {
      const wrong = await key('name: bad, key_material: ssh-dss AAAA');
      assert.match(wrong.message, 'EC2 takes public keys as a line that begins with ssh-ed25519 or ssh-rsa');
      const none = await key('name: bad');
      assert.match(none.message, 'EC2 has no key bad: give key_material, or file_name');
    });
  },
  { unless: whyNoAws() },
);
