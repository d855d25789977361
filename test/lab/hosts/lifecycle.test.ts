import * as assert from 'uvu/assert';
import { readFile, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { anyLabGroups } from '../../../lab/cgroup.ts';
import { limitBefore } from '../../../lab/inotify.ts';
import { findInit } from '../../../lab/host_process.ts';
import { labDown, labKill, labUp, type UpResult } from '../../../lab/lab.ts';
import { identifyProcess, readRecord, type LabRecord } from '../../../lab/lab_record.ts';
import { labPlaces } from '../../../lab/places.ts';
import { mustRun, runProgram } from '../../../lab/run_program.ts';
import { labStatus } from '../../../lab/status.ts';
import type { Topology } from '../../../lab/topology.ts';
import { topologyOf, whyNoLab } from '../../support/lab.ts';
import { listMachine, noTraces, tracesOf } from '../../support/lab_traces.ts';
import { describe } from '../../support/suite.ts';

const three = topologyOf({
  subnets: { public: null, private: { gateway: 'gate-1' } },
  hosts: {
    'gate-1': { subnets: ['public', 'private'] },
    'inner-1': { subnets: ['private'], containers: true },
    'outer-1': { groups: ['outer'], userland: 'busybox' },
  },
});

const up = async (name: string, topology: Topology): Promise<UpResult> => {
  const owner = await identifyProcess(process.pid);
  return labUp(name, topology, owner === undefined ? {} : { owner });
};

const inits = (record: LabRecord): Promise<(number | undefined)[]> =>
  Promise.all(record.hosts.map((host) => findInit(record, host)));

const inotifyLimit = async (): Promise<number> =>
  Number(await readFile('/proc/sys/fs/inotify/max_user_instances', 'utf8'));

describe(
  'the life of a lab',
  ({ test, teardown }) => {
    const name = `life-${randomBytes(3).toString('hex')}`;
    const places = labPlaces(name);
    let record: LabRecord;
    let machineBefore: string[];
    teardown(async () => {
      await labDown(name);
    });
    const onHost = (target: string, command: string): Promise<string> =>
      mustRun(['ssh', '-F', places.sshConfig, target, command]);

    test('two calls of up at once boot each host once, and raise the inotify limit', async () => {
      machineBefore = listMachine();
      const results = await Promise.all([up(name, three), up(name, three)]);
      record = results[0].record;
      assert.equal(results.flatMap(({ booted }) => booted).sort(), ['gate-1', 'inner-1', 'outer-1']);
      assert.ok((await inotifyLimit()) >= 8192);
      console.log(
        `  boot until ready, three hosts: ${Math.max(...results.map((one) => one.milliseconds)).toFixed(0)} ms`,
      );
    });

    test('a second up changes nothing: same processes, same files', async () => {
      const files = [places.record, places.inventory, places.sshConfig, places.knownHosts, places.layer];
      const state = async (): Promise<unknown> => [
        await inits(record),
        (await Promise.all(files.map((file) => stat(file)))).map(({ mtimeMs }) => mtimeMs),
      ];
      const before = await state();
      const { booted, milliseconds } = await up(name, three);
      assert.equal(booted, []);
      assert.equal(await state(), before);
      console.log(`  second up: ${milliseconds.toFixed(0)} ms`);
    });

    test('a private host is reached through the gateway and in no other way', async () => {
      const inner = record.hosts.find((host) => host.name === 'inner-1')?.legs[0]?.address ?? '';
      assert.is(await onHost('inner-1', 'hostname'), 'inner-1\n');
      const direct = [
        'ssh',
        '-F',
        '/dev/null',
        '-o',
        'ConnectTimeout=2',
        '-o',
        'BatchMode=yes',
        `root@${inner}`,
        'true',
      ];
      assert.is((await runProgram(direct)).code, 255);
      // Nor from a public host: it has no way there as long as the gateway does not forward.
      const fromOutside = `curl --silent --connect-timeout 2 telnet://${inner}:22 </dev/null`;
      const tried = await runProgram([
        'ssh',
        '-F',
        places.sshConfig,
        'gate-1',
        'cat /proc/sys/net/ipv4/ip_forward',
      ]);
      assert.is(tried.stdout, '0\n');
      assert.is.not((await runProgram(['ssh', '-F', places.sshConfig, 'outer-1', fromOutside])).code, 0);
    });

    test('a power loss keeps what was written, and up brings the host back', async () => {
      await onHost('inner-1', 'echo kept >/root/kept && echo kept >/var/lib/containerd/kept && sync');
      const host = record.hosts.find((one) => one.name === 'inner-1');
      assert.ok(host);
      assert.is(await labKill(record, host), true);
      assert.is(await labKill(record, host), false);
      const down = (await labStatus(record)).filter(({ isUp }) => !isUp);
      assert.equal(
        down.map((row) => row.host),
        ['inner-1'],
      );
      const { booted, milliseconds } = await up(name, three);
      assert.equal(booted, ['inner-1']);
      assert.is(await onHost('inner-1', 'cat /root/kept /var/lib/containerd/kept'), 'kept\nkept\n');
      console.log(`  back after a power loss: ${milliseconds.toFixed(0)} ms`);
    });

    test('a gateway that reboots from inside has its private leg again', async () => {
      const host = record.hosts.find((one) => one.name === 'gate-1');
      assert.ok(host);
      const before = await findInit(record, host);
      await runProgram(['ssh', '-F', places.sshConfig, 'gate-1', 'systemctl reboot']);
      while ((await findInit(record, host)) === before) await new Promise((done) => setTimeout(done, 50));
      assert.equal((await up(name, three)).booted.length <= 1, true); // waits for it; boots it if it is between two lives
      assert.is(await onHost('inner-1', 'hostname'), 'inner-1\n');
    });

    test('a lab that is up grows by a host at the end, and refuses another change', async () => {
      const grown = { ...three, hosts: [...three.hosts, ...topologyOf({ hosts: { 'late-1': null } }).hosts] };
      const before = await inits(record);
      const result = await up(name, grown);
      assert.equal(result.booted, ['late-1']);
      assert.equal((await inits(result.record)).slice(0, 3), before);
      await up(name, { ...three, hosts: [...three.hosts].reverse() }).then(
        () => assert.unreachable(),
        (error: unknown) => assert.match(String(error), 'take it down first'),
      );
      record = result.record;
    });

    test('every host has a cgroup of its own in every hierarchy', () => {
      const { groups } = tracesOf(record);
      for (const host of record.hosts) {
        const own = groups.filter((path) => path.endsWith(`/${record.slot}-${name}/${host.name}`));
        assert.is(own.length, record.groups.length);
      }
    });

    test('down leaves no mount, link, cgroup, process or file, and puts the inotify limit back, whatever other labs there are', async () => {
      const during = tracesOf(record);
      for (const [kind, found] of Object.entries(during)) assert.ok((found as string[]).length > 0, kind);
      const listed = listMachine(record);
      assert.ok(during.links.every((link) => listed.includes(link)));
      assert.ok(listed.length > machineBefore.length + during.links.length, 'mounts of the lab are listed');
      const remembered = await readFile(limitBefore, 'utf8').catch(() => undefined);
      assert.is(await labDown(name), true);
      assert.equal(tracesOf(record), noTraces);
      assert.is(await readRecord(name), undefined);
      assert.equal(listMachine(record), machineBefore);
      // The last lab puts it back: another one that is up still needs it.
      if (await anyLabGroups()) assert.ok((await inotifyLimit()) >= 8192);
      else if (remembered !== undefined) assert.is(await inotifyLimit(), Number(remembered));
      assert.is(await labDown(name), false);
    });
  },
  { unless: await whyNoLab() },
);
