// The second Ctrl-C ends the process at once, and names what may still run on hosts: background tasks too.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';

const main = path.resolve(import.meta.dirname, '../../../engine/main.ts');

const playbook = `- hosts: localhost
  gather_facts: false
  tasks:
    - {name: apart, command: sleep 5, async: 20, poll: 0}
    - {name: over, command: "true", async: 20, poll: 0, register: job}
    - {async_status: {jid: "{{ job.ansible_job_id }}"}, register: r, until: r.finished, retries: 50, delay: 0.1}
    - {name: here, command: sleep 5}
`;

describe('cli/second_interrupt', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-interrupt-'));
    writeFileSync(path.join(folder, 'play.yml'), playbook);
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('it names the task that runs and the one in the background, and none that is over', async () => {
    const argv = ['--import', 'tsx', main, 'playbook', '--output', 'json', path.join(folder, 'play.yml')];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr, sent] = ['', '', 0];
    const send = (): void => {
      // Well before the task ends by itself.
      if (sent === 0 && /"type":"host-start","task":"[^"]*:7"/.test(stdout)) {
        sent = 1;
        child.kill('SIGINT');
        setTimeout(() => child.kill('SIGINT'), 300);
      }
    };
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      send();
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.is(code, 130, stderr);
    assert.match(stderr, 'Left at once; what was running on hosts was not stopped:');
    const left = [...stderr.matchAll(/ {2}may still run on (.*)/g)].map(([, one]) => one);
    assert.equal(left.sort(), ['localhost: apart (in the background)', 'localhost: here']);
  });
});
