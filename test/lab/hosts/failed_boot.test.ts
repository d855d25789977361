import * as assert from 'uvu/assert';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labDown, labUp } from '../../../lab/lab.ts';
import { readRecord } from '../../../lab/lab_record.ts';
import { topologyOf, whyNoLab } from '../../support/lab.ts';
import { noTraces, tracesOf } from '../../support/lab_traces.ts';
import { describe } from '../../support/suite.ts';

describe(
  'a host that cannot boot',
  ({ test, teardown }) => {
    const name = `broken-${randomBytes(3).toString('hex')}`;
    teardown(async () => {
      await labDown(name);
    });

    test('is told at once with the words of its console, and the lab can be taken down', async () => {
      const topology = topologyOf({ hosts: { 'host-1': null } });
      const folder = await mkdtemp(join(tmpdir(), 'hardway-broken-'));
      const path = process.env['PATH'] ?? '';
      await writeFile(
        join(folder, 'systemd-nspawn'),
        '#!/bin/sh\necho "no namespaces for you" >&2\nexit 1\n',
      );
      await chmod(join(folder, 'systemd-nspawn'), 0o755);
      try {
        process.env['PATH'] = `${folder}:${path}`;
        await labUp(name, topology).then(
          () => assert.unreachable(),
          (error: unknown) => assert.match(String(error), /host-1 did not come up.*\nno namespaces for you/),
        );
      } finally {
        process.env['PATH'] = path;
        await rm(folder, { recursive: true });
      }
      const record = await readRecord(name);
      assert.ok(record);
      await labDown(name);
      assert.equal(tracesOf(record), noTraces);
    });
  },
  { unless: await whyNoLab() },
);
