// Ctrl-C and its kin at every kind of place: what is said, the exit code, and that nothing goes on on the host.
// Processes of their own over ssh; all runs are under way together, as each has to wait for its grace.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSshd, whyNoSshd, type TestSshd } from '../../support/sshd.ts';
import { type Stop, type Stopped, stopRun, waysTo } from '../../support/stopped_run.ts';
import { describe } from '../../support/suite.ts';

/** A play of all hosts with these tasks, written without their indentation. */
function play(tasks: string, keywords = ''): string {
  const body = tasks.trim().replace(/^/gm, '    ');
  return `- hosts: all\n  gather_facts: false\n${keywords}  tasks:\n${body}\n`;
}

const long = (name: string, before = ''): string => `
- name: ${name}
  shell: "${before}echo $$ >PLACE/{{ inventory_hostname }}.pid; exec sleep 300"
`;

/** Answers for the sshd's port, and lets bytes to it through slowly. */
function slowProxy(port: number, bytesPerSecond: number): Server {
  return createServer((client) => {
    const host = connect(port, '127.0.0.1');
    host.pipe(client);
    client.on('data', (chunk: Buffer) => {
      host.write(chunk);
      client.pause();
      setTimeout(() => client.resume(), (chunk.length / bytesPerSecond) * 1000);
    });
    client.on('close', () => host.destroy());
    host.on('close', () => client.destroy());
    for (const socket of [client, host]) socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe(
  'a run that is stopped',
  ({ test, setup, teardown }) => {
    let sshd: TestSshd;
    let sessions = '';
    let others = '';
    let runs: Record<string, Promise<Stopped>>;
    let silent: Server;
    let slow: Server;
    const marker = `stopped transfer ${randomBytes(8).toString('hex')}`;

    const stops = (): Record<string, Stop> => ({
      command: {
        playbook: play(`${long('A long command')}\n- name: The next\n  shell: touch PLACE/next`),
        ...{ signals: ['SIGINT'], until: 'h1.pid' },
      },
      short: {
        playbook: play(`
- name: A short command
  shell: "echo $$ >PLACE/h1.pid; sleep 2; touch PLACE/done"
- name: The next
  shell: touch PLACE/next`),
        ...{ signals: ['SIGINT'], until: 'h1.pid' },
      },
      stubborn: {
        playbook: play(`
- name: A deaf command
  shell: "trap '' TERM; echo $$ >PLACE/h1.pid; while :; do sleep 1; done"`),
        ...{ signals: ['SIGINT'], until: 'h1.pid' },
      },
      twice: {
        playbook: play(long('A long command')),
        ...{ signals: ['SIGINT', 'SIGINT'], until: 'h1.pid' },
      },
      term: { playbook: play(long('A long command')), signals: ['SIGTERM'], until: 'h1.pid' },
      hangup: { playbook: play(long('A long command')), signals: ['SIGHUP'], until: 'h1.pid' },
      transfer: {
        playbook: play('- name: A large file\n  copy: { src: PLACE/../large, dest: PLACE/copied }'),
        vars: { ...waysTo(sshd), ansible_port: portOf(slow) },
        signals: ['SIGINT'],
        until: () => partsOnTheWay().length > 0,
      },
      retries: {
        playbook: play(`
- name: Not yet
  shell: "echo once >>PLACE/attempts; exit 1"
  register: tried
  until: tried.rc == 0
  retries: 50
  delay: 600`),
        ...{ signals: ['SIGINT'], until: /FAILED - RETRYING/ },
      },
      connecting: {
        playbook: play('- name: A host that does not answer\n  ping:'),
        vars: { ...waysTo(sshd), ansible_port: portOf(silent), ansible_ssh_timeout: 900 },
        ...{ signals: ['SIGINT'], until: /does not answer/ },
      },
      facts: {
        playbook: `- hosts: all\n  gather_facts: true\n  fact_path: PLACE/../fact_scripts\n  tasks: [{ debug: }]\n`,
        ...{ signals: ['SIGINT'], until: () => existsSync(path.join(sshd.place, 'facts.pid')) },
      },
      pause: {
        playbook: play('- name: A pause\n  pause: { minutes: 10 }\n- debug:'),
        ...{ signals: ['SIGINT'], until: /A pause/ },
      },
      handlers: {
        playbook: play(
          '- name: A change\n  shell: "true"\n  notify: [Slow handler, Next handler]',
          `  handlers:\n${long('Slow handler').trim().replace(/^/gm, '    ')}\n    - name: Next handler\n      shell: touch PLACE/next\n`,
        ),
        ...{ signals: ['SIGINT'], until: 'h1.pid' },
      },
      forks: {
        playbook: play(`${long('On every host')}\n- name: The next\n  shell: touch PLACE/next`),
        hosts: ['h1', 'h2', 'h3', 'h4', 'h5'],
        args: ['--forks', '2'],
        ...{
          signals: ['SIGINT'],
          until: (place) => existsSync(path.join(place, 'h2.pid')) && existsSync(path.join(place, 'h1.pid')),
        },
      },
      loop: {
        playbook: play(`
- name: Items
  shell: "echo {{ item }} >>PLACE/begun; echo $$ >PLACE/h1.pid; sleep 2"
  loop: [one, two, three]`),
        ...{ signals: ['SIGINT'], until: 'h1.pid' },
      },
      rescue: {
        playbook: play(`
- block:
    - name: Cut
      shell: "echo $$ >PLACE/h1.pid; exec sleep 300"
  rescue: [{ shell: touch PLACE/next }]
  always: [{ shell: touch PLACE/next }]`),
        ...{ signals: ['SIGINT'], until: 'h1.pid' },
      },
      async: {
        playbook: play(`
- name: Looked after
  shell: "echo $$ >PLACE/h1.pid; exec sleep 300"
  async: 600
  poll: 1`),
        ...{ signals: ['SIGINT'], until: 'h1.pid' },
      },
      left: {
        playbook: play(`
- name: Left alone
  shell: "echo $$ >PLACE/h1.left; exec sleep 300"
  async: 600
  poll: 0
${long('A long command').trim()}`),
        ...{ signals: ['SIGINT'], until: 'h1.pid' },
      },
      other: {
        playbook: play(
          `- name: As another user\n  shell: "echo $$ >${others}/pid; exec sleep 300"`,
          `  become: true\n  become_method: su\n  become_user: nobody\n  become_flags: -s /bin/sh\n`,
        ),
        signals: ['SIGINT'],
        until: (place) => {
          const isThere = existsSync(path.join(others, 'pid'));
          if (isThere) copyFileSync(path.join(others, 'pid'), path.join(place, 'h1.pid'));
          return isThere;
        },
      },
      openssh: {
        playbook: play(long("By the system's ssh")),
        vars: { ...waysTo(sshd), ansible_connection: 'openssh' },
        ...{ signals: ['SIGINT'], until: 'h1.pid' },
      },
      openssh_twice: {
        playbook: play(long("By the system's ssh")),
        vars: { ...waysTo(sshd), ansible_connection: 'openssh' },
        ...{ signals: ['SIGINT', 'SIGINT'], until: 'h1.pid' },
      },
      local: {
        playbook: play(long('On this machine')),
        vars: { ansible_connection: 'local' },
        ...{ signals: ['SIGINT'], until: 'h1.pid' },
      },
    });

    /** Large bodies wait in files of /tmp; other programs' files are told by their content. */
    function partsOnTheWay(): string[] {
      return readdirSync('/tmp')
        .filter((name) => name.startsWith('.hardway-'))
        .map((name) => path.join('/tmp', name))
        .filter((file) => {
          try {
            return readFileSync(file).subarray(0, marker.length).toString() === marker;
          } catch {
            return false;
          }
        });
    }

    setup(async () => {
      sessions = mkdtempSync(path.join(tmpdir(), 'hardway-sessions-'));
      sshd = await startSshd([`SetEnv XDG_RUNTIME_DIR=${sessions}`, 'MaxStartups 100']);
      silent = createServer().listen(0, '127.0.0.1');
      slow = slowProxy(sshd.port, 4_000_000);
      await Promise.all([silent, slow].map((server) => once(server, 'listening')));
      others = mkdtempSync(path.join(tmpdir(), 'hardway-others-'));
      chmodSync(others, 0o777);
      const facts = path.join(sshd.place, 'fact_scripts');
      mkdirSync(facts);
      writeFileSync(
        path.join(facts, 'slow.fact'),
        `#!/bin/sh\necho $$ >${sshd.place}/facts.pid\nexec sleep 300\n`,
        { mode: 0o755 },
      );
      writeFileSync(
        path.join(sshd.place, 'large'),
        Buffer.concat([Buffer.from(marker), randomBytes(200 * 1024 * 1024)]),
      );
      const names = Object.entries(stops());
      runs = {};
      // A few at a time: each is a process that loads a program.
      let before: Promise<unknown> = Promise.resolve();
      for (const [index, [name, stop]] of names.entries()) {
        const begun = before.then(() => stopRun(sshd, name, stop));
        runs[name] = begun;
        if (index % 5 === 4) before = Promise.allSettled(Object.values(runs));
      }
    });
    teardown(() => {
      silent.close();
      slow.close();
      sshd.stop();
      for (const folder of [sessions, others]) rmSync(folder, { recursive: true, force: true });
    });

    const stopped = async (name: string): Promise<Stopped> => {
      const run = await runs[name];
      if (!run) throw new Error(`no run ${name}`);
      assert.equal(run.code, 130, run.said);
      return run;
    };
    /** What all clean stops have in common. */
    const cleanly = async (name: string): Promise<Stopped> => {
      const run = await stopped(name);
      assert.match(run.said, /Interrupted\. Press Ctrl-C again to leave at once\./);
      assert.match(run.said, /PLAY RECAP/);
      assert.deepEqual(await run.alive(), [], run.said);
      assert.ok(!existsSync(path.join(run.place, 'next')), 'a later task ran');
      return run;
    };

    test('ends a long command, says so, and begins nothing new', async () => {
      const { said } = await cleanly('command');
      assert.match(said, /still running on h1: A long command; it ends by itself or is cut after 5 s/);
      assert.match(said, /FAILED! => Cut by the interrupt: /);
      assert.match(said, /h1 +: ok=0 .* failed=1/);
      assert.match(said, /run again to finish it/);
    });

    test('lets a command that ends in time end by itself', async () => {
      const { said, place } = await cleanly('short');
      assert.ok(existsSync(path.join(place, 'done')));
      assert.match(said, /h1 +: ok=1 .* failed=0/);
    });

    test('kills a command that does not heed TERM', async () => {
      assert.match((await cleanly('stubborn')).said, /Cut by the interrupt/);
    });

    test('leaves at once at the second signal, and names what it leaves', async () => {
      const run = await stopped('twice');
      assert.match(
        run.said,
        /Left at once; what was running on hosts was not stopped:\n {2}may still run on h1: A long command\n/,
      );
      assert.doesNotMatch(run.said, /PLAY RECAP/);
      const left = Number(readFileSync(path.join(run.place, 'h1.pid'), 'utf8'));
      process.kill(left);
    });

    test('takes SIGTERM and SIGHUP as it takes Ctrl-C', async () => {
      await cleanly('term');
      await cleanly('hangup');
    });

    test('gives up a file on its way, and leaves no part of it', async () => {
      const { said, place } = await cleanly('transfer');
      assert.match(said, /Cut by the interrupt: It was stopped before it began/);
      for (let tries = 0; tries < 200 && partsOnTheWay().length > 0; tries += 1) await sleep(50);
      assert.deepEqual(partsOnTheWay(), []);
      assert.deepEqual(
        readdirSync(place).filter((file) => file.includes('copied')),
        [],
      );
    });

    test('makes no further attempt after a delay', async () => {
      const { said, place } = await cleanly('retries');
      assert.equal(readFileSync(path.join(place, 'attempts'), 'utf8'), 'once\n');
      assert.match(said, /Cut by the interrupt: attempt 1 of 51 was the last one/);
    });

    test('gives up a host that does not answer', async () => {
      const { said } = await cleanly('connecting');
      assert.match(said, /h1.*UNREACHABLE! => Interrupted while connecting/);
      assert.match(said, /h1 +: ok=0 .* unreachable=1/);
    });

    test('ends the gathering of facts', async () => {
      const { said } = await cleanly('facts');
      assert.match(said, /Cut by the interrupt/);
    });

    test('ends a pause, which has then failed', async () => {
      const { said } = await cleanly('pause');
      assert.match(said, /Cut by the interrupt: paused for \d+ s/);
    });

    test('ends a handler, and names those that were notified and did not run', async () => {
      const { said } = await cleanly('handlers');
      assert.match(said, /still running on h1: Slow handler/);
      assert.match(said, /notified and not run: handler Next handler on h1/);
    });

    test('does not begin a task on hosts that wait for their turn', async () => {
      const { said, place } = await cleanly('forks');
      assert.deepEqual(
        readdirSync(place)
          .filter((file) => file.endsWith('.pid'))
          .sort(),
        ['h1.pid', 'h2.pid'],
      );
      for (const host of ['h1', 'h2']) assert.match(said, new RegExp(`${host} +: ok=0 .* failed=1`));
      for (const host of ['h3', 'h4', 'h5']) assert.doesNotMatch(said, new RegExp(`${host}\\b`));
    });

    test('begins no further item of a loop, and counts those that are left', async () => {
      const { said, place } = await cleanly('loop');
      assert.equal(readFileSync(path.join(place, 'begun'), 'utf8'), 'one\n');
      assert.match(said, /Cut by the interrupt: 2 of 3 items were not begun/);
    });

    test('runs neither rescue nor always, and calls nothing rescued', async () => {
      const { said } = await cleanly('rescue');
      assert.match(said, /h1 +: ok=0 .* failed=1 .* rescued=0/);
    });

    test('ends a background task that is looked after, and names one that was left alone', async () => {
      assert.match((await cleanly('async')).said, /async task was stopped/);
      const { said, place } = await cleanly('left');
      assert.match(said, /left running in the background: Left alone on h1/);
      process.kill(Number(readFileSync(path.join(place, 'h1.left'), 'utf8')));
    });

    test('ends what another user runs, by a control channel of that user', async () => {
      assert.match((await cleanly('other')).said, /Cut by the interrupt/);
    });

    test("does the same over the system's ssh, of which no process is left, and on this machine", async () => {
      await cleanly('openssh');
      await cleanly('local');
      const run = await stopped('openssh_twice');
      process.kill(Number(readFileSync(path.join(run.place, 'h1.pid'), 'utf8')));
    });

    test('leaves no session directory', async () => {
      await Promise.allSettled(Object.values(runs));
      for (let tries = 0; tries < 200 && readdirSync(sessions).length > 0; tries += 1) await sleep(50);
      // That of the other user is in /tmp.
      assert.deepEqual(readdirSync(sessions), []);
    });
  },
  { unless: whyNoSshd },
);
