// Keys and certificates in check mode: what a task would make stands in the picture as what was asked for, so a later
// task that wishes the same is told as ok, and one that wishes another thing as changed. The real run says the same.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { playbookCommand } from '../../engine/cli/playbook_command.ts';
import { called } from '../support/called.ts';
import type { JsonEvent } from '../support/hardway.ts';
import { describe } from '../support/suite.ts';

/** Arguments of a task, and its status after those before it. */
const tasks: readonly (readonly [string, string])[] = [
  ['kind: ca, name: ca, o: One, key_type: ECDSA', 'changed'],
  ['kind: ca, name: ca, o: One, key_type: ECDSA', 'ok'],
  ['kind: ca, name: ca, o: Two, key_type: ECDSA', 'changed'],
  ['kind: ca, name: ca, o: Two, key_type: ECDSA', 'ok'],
  ['kind: keypair, name: leaf, key_type: ECDSA', 'changed'],
  ['kind: keypair, name: leaf, key_type: ECDSA', 'ok'],
  ['kind: cert, name: leaf, ca: ca, key_type: ECDSA, dns: [b, a], ip: ["FD00::0001"]', 'changed'],
  ['kind: cert, name: leaf, ca: ca, key_type: ECDSA, dns: [a, b], ip: ["fd00::1"]', 'ok'],
  ['kind: cert, name: leaf, ca: ca, key_type: ECDSA, dns: [a]', 'changed'],
  ['kind: cert, name: leaf, ca: ca, key_type: ECDSA, dns: [a], usages: [client_auth]', 'changed'],
  [
    'kind: cert, name: leaf, ca: ca, key_type: ECDSA, curve: P-384, dns: [a], usages: [client_auth]',
    'changed',
  ],
  ['kind: cert, name: leaf, ca: ca, key_type: ECDSA, curve: P-384, dns: [a], usages: [client_auth]', 'ok'],
  // Its end is near from the start.
  ['kind: cert, name: short, ca: ca, key_type: ECDSA, days: 10', 'changed'],
  ['kind: cert, name: short, ca: ca, key_type: ECDSA, days: 10', 'changed'],
  ['kind: cert, name: short, ca: ca, key_type: ECDSA, days: 10, renew_before_days: 9', 'ok'],
  ['kind: cert, name: short, ca: ca, key_type: ECDSA, force: true', 'changed'],
  ['kind: secret, name: word', 'changed'],
  ['kind: secret, name: word', 'ok'],
  ['kind: secret, name: word, bytes: 16', 'failed'],
];

describe('modules/pki in check mode', ({ test }) => {
  test('tells of each task what the run does, also of a second and another wish for the same files', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-pki-ahead-'));
    try {
      const words = tasks.map(
        ([args]) => `    - {pki: {dir: ${folder}/made, ${args}}, ignore_errors: true}\n`,
      );
      writeFileSync(
        path.join(folder, 'play.yml'),
        `- hosts: localhost\n  gather_facts: false\n  tasks:\n    - file: {path: ${folder}/made, state: directory}\n${words.join('')}`,
      );
      const statuses = async (...more: readonly string[]): Promise<string[]> => {
        const { stdout } = await called(
          () => playbookCommand(['play.yml', '--output', 'json', ...more]),
          folder,
        );
        return stdout
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .map((line) => JSON.parse(line) as JsonEvent)
          .flatMap(({ type, task, result }) =>
            type === 'result' && task?.module === 'pki' ? [result?.status ?? ''] : [],
          );
      };
      const wanted = tasks.map(([, status]) => status);
      assert.equal(await statuses('--check'), wanted);
      assert.equal(await statuses(), wanted);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
