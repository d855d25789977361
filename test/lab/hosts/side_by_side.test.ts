import * as assert from 'uvu/assert';
import { readFile } from 'node:fs/promises';
import { mustRun, runProgram } from '../../../lab/run_program.ts';
import { readRecord } from '../../../lab/lab_record.ts';
import { topologyOf, useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { noTraces, tracesOf } from '../../support/lab_traces.ts';
import { describe } from '../../support/suite.ts';

const pair = topologyOf({ hosts: { 'host-1': null, 'host-2': null } });

describe(
  'two labs of one topology side by side',
  ({ test, setup, teardown }) => {
    const labs: TestLab[] = [];
    const hostname = (lab: TestLab, target: string): Promise<string> =>
      mustRun(['ssh', '-F', lab.sshConfigFile, target, 'hostname; cat /etc/machine-id']);
    setup(async () => {
      labs.push(...(await Promise.all([useLab(pair), useLab(pair)])));
    });
    teardown(async () => {
      for (const lab of labs) await lab.release();
    });

    test('have addresses, keys and machine ids of their own', async () => {
      const [one, two] = labs;
      assert.ok(one && two);
      const addresses = labs.flatMap((lab) => lab.hosts.map((host) => host.address));
      assert.is(new Set(addresses).size, 4);
      const answers = await Promise.all(
        labs.flatMap((lab) => lab.hosts.map((host) => hostname(lab, host.name))),
      );
      assert.is(new Set(answers).size, 4);
      const wrongKey = [
        'ssh',
        '-F',
        one.sshConfigFile,
        '-o',
        'BatchMode=yes',
        two.host('host-1').address,
        'true',
      ];
      assert.is((await runProgram(wrongKey)).code, 255);
    });

    test('are taken down one by one', async () => {
      const [one, two] = labs;
      assert.ok(one && two);
      const record = await readRecord(one.name);
      assert.ok(record);
      await one.release();
      assert.equal(tracesOf(record), noTraces);
      assert.ok(Number(await readFile('/proc/sys/fs/inotify/max_user_instances', 'utf8')) >= 8192);
      assert.match(await hostname(two, 'host-2'), 'host-2');
    });
  },
  { unless: await whyNoLab() },
);
