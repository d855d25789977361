import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isRunning, readRecord, type LabRecord } from '../../../lab/lab_record.ts';
import { ensureLabMirror, type LabMirror } from '../../../lab/lab_mirror.ts';
import { describeProblem } from '../../../lab/outcome.ts';
import { labPlaces } from '../../../lab/places.ts';
import type { Topology } from '../../../lab/topology.ts';
import { mustRun } from '../../../lab/run_program.ts';
import { useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { describe } from '../../support/suite.ts';

const topology: Topology = {
  subnets: [{ name: 'public' }],
  hosts: [{ name: 'only-1', subnets: ['public'], groups: [], containers: false, userland: 'gnu', vars: {} }],
};

describe(
  'the mirror of a lab',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    let record: LabRecord;
    let mirror: LabMirror;

    /** Only what is made in seconds: this is about the way to a host, not about the programs. */
    const ensure = async (): Promise<LabMirror> => {
      const ensured = await ensureLabMirror(record, { only: ['image-busybox'] });
      assert.ok(ensured.ok, ensured.ok ? '' : describeProblem(ensured.problem));
      return ensured.value;
    };
    const onHost = (command: string): Promise<string> =>
      mustRun(['ssh', '-F', lab.sshConfigFile, 'only-1', command]);

    setup(async () => {
      lab = await useLab(topology);
      const found = await readRecord(lab.name);
      assert.ok(found !== undefined);
      record = found;
      mirror = await ensure();
    });
    teardown(() => lab.release());

    test('gives a host a file with the checksum that the inventory names', async () => {
      const sum = await onHost(`curl -fsS ${mirror.url}/busybox/1.37/busybox-amd64 | sha256sum`);
      assert.equal(sum.split(' ')[0], mirror.variables.checksums['busybox-amd64']);
      const variables = await readFile(
        path.join(path.dirname(lab.inventoryFile), 'group_vars/all/mirror.yml'),
        'utf8',
      );
      const { image_mirror: written } = JSON.parse(variables.replace(/^#.*\n/, '')) as LabMirror['variables'];
      assert.equal(written, mirror.url);
    });

    test('gives a host the manifest of an image by its usual name', async () => {
      const address = `${mirror.url}/v2/library/busybox/manifests/1.37?ns=docker.io`;
      const manifest = JSON.parse(await onHost(`curl -fsS '${address}'`)) as { schemaVersion: number };
      assert.equal(manifest.schemaVersion, 2);
    });

    test('is the same process with the same files when asked for again', async () => {
      const { mirrorVariables } = labPlaces(lab.name);
      const before = await stat(mirrorVariables);
      assert.deepEqual(await ensure(), mirror);
      assert.equal((await stat(mirrorVariables)).ino, before.ino);
    });

    test('keeps its address when its process was killed', async () => {
      process.kill(mirror.pid, 'SIGKILL');
      while (await isRunning(mirror)) await new Promise((resolve) => setTimeout(resolve, 20));
      const again = await ensure();
      assert.notEqual(again.pid, mirror.pid);
      assert.equal(again.url, mirror.url);
      mirror = again;
    });

    test('ends with its lab', async () => {
      await lab.release();
      if (process.env['HARDWAY_LAB'] !== undefined) return;
      assert.equal(await isRunning(mirror), false);
      assert.equal(existsSync(labPlaces(lab.name).folder), false);
    });
  },
  { unless: await whyNoLab() },
);
