import * as assert from 'uvu/assert';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBaseImage } from '../../../lab/base_image.ts';
import { labDown, labUp } from '../../../lab/lab.ts';
import { readRecord, writeRecord, type LabRecord } from '../../../lab/lab_record.ts';
import { ensurePrograms } from '../../../lab/requirements.ts';
import { mustRun } from '../../../lab/run_program.ts';
import { labPlaces } from '../../../lab/places.ts';
import { labProgram, topologyOf, whyNoLab } from '../../support/lab.ts';
import { noTraces, tracesOf, type LabNames, type Traces } from '../../support/lab_traces.ts';
import { describe } from '../../support/suite.ts';

const hosts = { 'host-1': null, 'host-2': null, 'host-3': null };

/** Starts `lab up` and kills it without warning as soon as the lab has come so far. */
async function cutUp(name: string, file: string, reached: (traces: Traces) => boolean): Promise<LabNames> {
  const [program = '', ...words] = labProgram;
  const child = spawn(program, [...words, 'up', file, '--name', name], {
    stdio: 'ignore',
  });
  const ended = once(child, 'close');
  let record: LabRecord | undefined;
  while (record === undefined || !reached(tracesOf(record))) {
    if (child.exitCode !== null) throw new Error('the lab was up before it could be cut');
    await sleep(2);
    record = await readRecord(name);
  }
  child.kill('SIGKILL');
  await ended;
  return record;
}

const moments: Readonly<Record<string, (traces: Traces) => boolean>> = {
  'when nothing but its record is written': () => true,
  'when its bridge is there': ({ links }) => links.some((link) => link.startsWith('hw')),
  'when the first root is mounted': ({ mounts }) => mounts.length > 0,
  'when the first host has processes': ({ processes }) => processes.length > 2,
};

describe(
  'a lab whose up was killed in the middle',
  ({ test, setup, teardown }) => {
    const name = `crash-${randomBytes(3).toString('hex')}`;
    const other = `${name}-next`;
    let folder = '';
    let file = '';
    setup(async () => {
      await ensurePrograms(console.log);
      await ensureBaseImage(console.log);
      folder = await mkdtemp(join(tmpdir(), 'hardway-crash-'));
      file = join(folder, 'three.yml');
      await writeFile(file, JSON.stringify({ hosts }));
    });
    teardown(async () => {
      await labDown(name);
      await labDown(other);
      await rm(folder, { recursive: true, force: true });
    });

    for (const [moment, reached] of Object.entries(moments)) {
      test(`is removed whole by down: ${moment}`, async () => {
        const names = await cutUp(name, file, reached);
        assert.is(await labDown(name), true);
        assert.equal(tracesOf(names), noTraces);
      });

      test(`is completed by up: ${moment}`, async () => {
        await cutUp(name, file, reached);
        const { record } = await labUp(name, topologyOf({ hosts }));
        const ssh = ['ssh', '-F', labPlaces(name).sshConfig];
        const answers = await Promise.all(
          record.hosts.map((host) => mustRun([...ssh, host.name, 'hostname'])),
        );
        assert.is(answers.join(''), 'host-1\nhost-2\nhost-3\n');
        await labDown(name);
        assert.equal(tracesOf(record), noTraces);
      });
    }

    for (const next of ['down', 'up'] as const)
      test(`a down that was killed in the middle is finished by ${next}`, async () => {
        const { record } = await labUp(name, topologyOf({ hosts }));
        const whole = tracesOf(record);
        const [program = '', ...words] = labProgram;
        const child = spawn(program, [...words, 'down', '--name', name], { stdio: 'ignore' });
        const ended = once(child, 'close');
        const isBegun = ({ processes, mounts }: Traces): boolean =>
          processes.length < whole.processes.length || mounts.length < whole.mounts.length;
        while (!isBegun(tracesOf(record))) {
          if (child.exitCode !== null) throw new Error('the lab was down before that could be cut');
          await sleep(2);
        }
        child.kill('SIGKILL');
        await ended;
        assert.not.equal(tracesOf(record), noTraces);
        if (next === 'up') {
          const again = await labUp(name, topologyOf({ hosts }));
          await mustRun(['ssh', '-F', labPlaces(name).sshConfig, 'host-3', 'hostname']);
          assert.is(await labDown(name), true);
          assert.equal(tracesOf(again.record), noTraces);
        } else assert.is(await labDown(name), true);
        assert.equal(tracesOf(record), noTraces);
      });

    test('is removed by the next up of any lab when its owner is gone', async () => {
      const topology = topologyOf({ hosts: { 'host-1': null } });
      const { record } = await labUp(name, topology);
      await labUp(other, topology);
      const child = spawn('true');
      await once(child, 'close');
      await writeRecord({ ...record, owner: { pid: child.pid ?? 0, startTime: '0' } });
      await labUp(other, topology);
      assert.equal(tracesOf(record), noTraces);
      await labDown(other);
    });
  },
  { unless: await whyNoLab() },
);
