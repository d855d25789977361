// What only the host knows once a task has changed a file is told by the task, and costs no round trip of its own.
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { makeConnections } from '../../../engine/connection/connections.ts';
import { toData } from '../../../engine/module/data.ts';
import type { TaskResult } from '../../../engine/run/events.ts';
import { play, type Played } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

const isRoot = process.getuid?.() === 0 && existsSync('/etc/passwd');

describe(
  'run/look_again',
  ({ test }) => {
    /** `size`: of the folder `d` that the tasks made. */
    async function tasks(text: string): Promise<Played & { readonly size: number | undefined }> {
      const connections = makeConnections();
      const folder = mkdtempSync(path.join(tmpdir(), 'hardway-again-'));
      try {
        const indented = text.trim().replaceAll(/^/gm, '    ');
        const played = await play(
          `- hosts: localhost\n  gather_facts: false\n  vars: {at: ${folder}}\n  tasks:\n${indented}\n`,
          { connections, options: { askAhead: false } },
        );
        return { ...played, size: statSync(path.join(folder, 'd'), { throwIfNoEntry: false })?.size };
      } finally {
        await connections.closeAll();
        rmSync(folder, { recursive: true });
      }
    }

    function told({ values }: TaskResult, ...names: string[]): unknown[] {
      return names.map((name) => toData(values.get(name) ?? null));
    }

    const numbers = ['owner', 'group', 'uid', 'gid'];

    test('owners by name are told with their numbers, and by number with their names', async () => {
      const played = await tasks(`
- {name: made, file: {path: "{{ at }}/d", state: directory, owner: bin, group: sys}}
- {name: copied, copy: {content: hi, dest: "{{ at }}/f", owner: bin, group: sys}}
- {name: changed, copy: {content: hi, dest: "{{ at }}/f", owner: "1", group: "2"}}
- {name: touched, file: {path: "{{ at }}/f", state: touch, owner: bin}}
- {name: on host, copy: {src: "{{ at }}/f", remote_src: true, dest: "{{ at }}/g", owner: bin}}
- {name: loop, copy: {content: "{{ item }}", dest: "{{ at }}/{{ item }}", owner: bin}, loop: [x, y]}
`);
      const bin = [2, 3];
      assert.equal(told(played.result('localhost', 'made'), ...numbers), ['bin', 'sys', ...bin]);
      assert.equal(told(played.result('localhost', 'copied'), ...numbers), ['bin', 'sys', ...bin]);
      assert.equal(told(played.result('localhost', 'changed'), ...numbers), ['daemon', 'bin', 1, 2]);
      assert.equal(told(played.result('localhost', 'touched'), ...numbers), ['bin', 'bin', 2, 2]);
      assert.equal(told(played.result('localhost', 'on host'), 'owner', 'uid', 'gid'), ['bin', 2, 0]);
      const items = toData(played.result('localhost', 'loop').values.get('results') ?? null);
      assert.equal(
        (items as { uid: number }[]).map(({ uid }) => uid),
        [2, 2],
      );
      assert.equal(told(played.result('localhost', 'made'), 'size'), [played.size]);
    });

    test('they come in the round trip of the steps', async () => {
      const played = await tasks(`
- {name: named, copy: {content: hi, dest: "{{ at }}/f", owner: bin}}
- {name: plain, copy: {content: hi, dest: "{{ at }}/g"}}
- {name: same, copy: {content: hi, dest: "{{ at }}/f", owner: bin}}
`);
      const trips = (name: string): number => played.result('localhost', name).roundTrips;
      assert.is(trips('named'), trips('plain'));
      assert.is(trips('same'), trips('plain') - 1);
    });
  },
  { unless: isRoot ? undefined : 'only root gives files to others' },
);
