// Check mode: a folder that is mounted in a second place has two names, and what is done by one is done by the other.
import * as assert from 'uvu/assert';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

const bound = 'mount: {path: /mnt/hardway-b, src: /srv/hardway-s, fstype: none, opts: bind, state: mounted}';
const free = 'mount: {path: /mnt/hardway-b, state: unmounted}';
const write = (path: string): string => `copy: {content: "y", dest: ${path}, force: true}`;

/** The statuses in order, behind a folder that is made and bound. */
async function told(...tasks: readonly string[]): Promise<string[]> {
  const folder = 'file: {path: /srv/hardway-s, state: directory}';
  const list = [folder, bound, ...tasks].map((task, at) => `    - {name: t${at}, ${task}}\n`).join('');
  const { lines } = await play(`- hosts: all\n  gather_facts: false\n  tasks:\n${list}`, {
    options: { checkMode: true },
  });
  return lines.map((line) => line.split(' ')[2] ?? '').slice(2);
}

describe('run/check mode of bind mounts', ({ test }) => {
  test('what is written by one name is unknown by the other one', async () => {
    const one = write('/srv/hardway-s/x');
    assert.equal(await told(one, one), ['changed', 'ok']);
    assert.equal(await told(one, write('/mnt/hardway-b/x')), ['changed', 'unknown']);
    assert.equal(await told(write('/mnt/hardway-b/x'), one), ['unknown', 'unknown']);
    assert.equal(await told('file: {path: /srv/hardway-s, mode: "0700"}', 'stat: {path: /mnt/hardway-b/x}'), [
      'changed',
      'unknown',
    ]);
  });

  test('other files stay known, and after the unmount those of the source', async () => {
    assert.equal(await told(write('/mnt/hardway-b/x'), write('/srv/hardway-t'), write('/srv/hardway-t')), [
      ...['unknown', 'changed', 'ok'],
    ]);
    assert.equal(await told(free, write('/mnt/hardway-b/x'), write('/srv/hardway-s/x')), [
      ...['changed', 'unknown', 'changed'],
    ]);
  });
});
