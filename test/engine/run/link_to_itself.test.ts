// A link to itself: no file can be touched through it, and check mode tells so.
import { mkdtempSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';
import { useHere } from '../../support/use_here.ts';

describe('a link to itself', ({ test, teardown }) => {
  const here = useHere({ teardown });
  for (const target of ['l', 'FOLDER/l'])
    test(`as ${target}: touching it fails in check mode as in the run`, async () => {
      const folder = mkdtempSync(path.join(here.folder, 'of-'));
      const told = async (checkMode: boolean): Promise<readonly string[]> =>
        (
          await play(
            `- hosts: one
  gather_facts: false
  tasks:
    - {name: link, file: {path: ${folder}/l, src: ${target.replace('FOLDER', folder)}, state: link, force: true}}
    - {name: touch, file: {path: ${folder}/l, state: touch, mode: "0644"}}`,
            {
              connections: here.connections,
              extraVars: ['ansible_connection=local'],
              options: { checkMode },
            },
          )
        ).lines;
      assert.equal(await told(true), ['one link changed', 'one touch failed']);
      assert.equal(readdirSync(folder), []);
      assert.equal(await told(false), ['one link changed', 'one touch failed']);
      assert.equal(await told(true), ['one link ok', 'one touch failed']);
    });
});
