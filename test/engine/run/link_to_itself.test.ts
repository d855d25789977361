// A link to itself: no file can be touched through it, and check mode tells so.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { makeConnections } from '../../../engine/connection/connections.ts';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

describe('a link to itself', ({ test }) => {
  for (const target of ['l', 'FOLDER/l'])
    test(`as ${target}: touching it fails in check mode as in the run`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'hardway-round-'));
      const connections = makeConnections();
      try {
        const told = async (checkMode: boolean): Promise<readonly string[]> =>
          (
            await play(
              `- hosts: one
  gather_facts: false
  tasks:
    - {name: link, file: {path: ${folder}/l, src: ${target.replace('FOLDER', folder)}, state: link, force: true}}
    - {name: touch, file: {path: ${folder}/l, state: touch, mode: "0644"}}`,
              { connections, extraVars: ['ansible_connection=local'], options: { checkMode } },
            )
          ).lines;
        assert.equal(await told(true), ['one link changed', 'one touch failed']);
        assert.equal(readdirSync(folder), []);
        assert.equal(await told(false), ['one link changed', 'one touch failed']);
        assert.equal(await told(true), ['one link ok', 'one touch failed']);
      } finally {
        await connections.closeAll();
        rmSync(folder, { recursive: true, force: true });
      }
    });
});
