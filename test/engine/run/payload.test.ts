// A payload, as guides have it: a script filled in from local values, run on the host until it succeeds.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';
import { play, type Played } from '../../support/play_here.ts';

// It fails twice: each run leaves a line in `tries`.
const payload = `#!/bin/sh
cd "$1" || exit 1
echo {{ ADVERTISED }} >> tries
[ "$(wc -l < tries)" -ge 3 ]
`;

const text = `
- hosts: all
  gather_facts: false
  vars: {ADVERTISED: 10.240.0.10}
  tasks:
    - name: filled in
      template: {src: payload.sh.j2, dest: "{{ folder }}/payload.sh", mode: "0700"}
    - name: run
      command: "{{ folder }}/payload.sh {{ folder }}"
      register: ran
      until: ran.rc == 0
      retries: 10
      delay: 0
    - name: gone
      file: {path: "{{ folder }}/payload.sh", state: absent}
    - name: sent and run
      script: second.sh {{ folder }}
      register: ran
      until: ran.rc == 0
      retries: 10
      delay: 0
`;

describe('a payload on a host (S0-47)', ({ test }) => {
  const inFolder = async (checkMode: boolean, look: (folder: string, played: Played) => void) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-payload-'));
    const second = payload.replace('{{ ADVERTISED }}', 'second').replaceAll('tries', 'again');
    try {
      const played = await play(text, {
        files: { 'templates/payload.sh.j2': payload, 'files/second.sh': second },
        extraVars: [`folder=${folder}`],
        options: { checkMode },
      });
      look(folder, played);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test('is filled in from local values, tried again until it succeeds, and leaves only what it wrote', () =>
    inFolder(false, (folder, { events, recap }) => {
      assert.is(recap.get('one')?.failed, 0);
      assert.is(readFileSync(path.join(folder, 'tries'), 'utf8'), '10.240.0.10\n'.repeat(3));
      assert.is(readFileSync(path.join(folder, 'again'), 'utf8'), 'second\n'.repeat(3));
      assert.equal(readdirSync(folder).sort(), ['again', 'tries']);
      assert.is(events.filter(({ type }) => type === 'retry').length, 4);
    }));

  test('is only shown in check mode', () =>
    inFolder(true, (folder, { recap }) => {
      assert.is(recap.get('one')?.failed, 0);
      assert.equal(readdirSync(folder), []);
    }));
});
