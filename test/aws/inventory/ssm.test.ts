// SSH through Session Manager as docs/aws.md tells it, with a program of ours in the place of AWS's command line.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo, tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { runHardway, type Said } from '../../support/hardway.ts';
import { type TestAws, useAws, whyNoAws } from '../../support/moto.ts';
import { startSshd, type TestSshd, whyNoSshd } from '../../support/sshd.ts';
import { describe } from '../../support/suite.ts';
import { makeInstances } from './account.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/aws.md'), 'utf8');

/** The lines of the page, without their indent. */
function documented(): string {
  const lines = /### SSH through Session Manager[\s\S]*?\n((?: {4}.*\n)+)/.exec(page)?.[1] ?? '';
  return lines.replaceAll(/^ {4}/gm, '');
}

/** The command with the documented file, where `aws` is a program that notes its words and does `then`. */
async function reach(
  aws: TestAws,
  then: string,
  ...more: readonly string[]
): Promise<{ readonly ran: Said; readonly said: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-ssm-'));
  const searched = process.env['PATH'] ?? '';
  const file = path.join(folder, 'ssm.aws_ec2.yml');
  writeFileSync(path.join(folder, 'aws'), `#!/bin/sh\necho "$*" >> ${folder}/said\n${then}\n`, {
    mode: 0o755,
  });
  const caller = `regions: [${aws.region}]\nendpoint_url: ${aws.proxy.url}\naccess_key: a\nsecret_key: b`;
  writeFileSync(file, `plugin: aws_ec2\n${caller}\nfilters: { "tag:Name": worker-1 }\n${documented()}`);
  process.env['PATH'] = `${folder}:${searched}`;
  try {
    const words = ['module', 'all', '-i', file, '-m', 'command', '-a', 'echo reached', ...more];
    const ran = await runHardway(...words);
    return { ran, said: readFileSync(path.join(folder, 'said'), 'utf8') };
  } finally {
    process.env['PATH'] = searched;
    rmSync(folder, { recursive: true, force: true });
  }
}

describe(
  'SSH through Session Manager',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let ids: ReadonlyMap<string, string>;
    setup(async () => {
      aws = await useAws();
      ids = await makeInstances(aws);
    });
    teardown(() => aws.release());

    test('the documented lines start a session to the instance, and what aws complains of is told (S0-16)', async () => {
      const { ran, said } = await reach(aws, 'echo "TargetNotConnected: no agent" >&2; exit 255');
      assert.is(ran.code, 4, ran.stderr);
      assert.match(ran.stdout + ran.stderr, 'TargetNotConnected: no agent');
      const id = ids.get('worker-1') ?? '';
      assert.is(
        said.split('\n')[0],
        `ssm start-session --target ${id} --region eu-west-1 --document-name AWS-StartSSHSession --parameters portNumber=22`,
      );
    });
  },
  { unless: whyNoAws() },
);

describe(
  'SSH through Session Manager, with an sshd behind it',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let sshd: TestSshd;
    setup(async () => {
      aws = await useAws();
      sshd = await startSshd();
      await makeInstances(aws);
    });
    teardown(async () => {
      sshd.stop();
      await aws.release();
    });

    test('hosts are worked on over the session', async () => {
      const connect = `const s = require('net').connect(${sshd.port}, '127.0.0.1'); process.stdin.pipe(s).pipe(process.stdout)`;
      const { ran } = await reach(
        aws,
        `exec ${process.execPath} -e "${connect}"`,
        ...['--private-key', sshd.privateKeyFile],
        ...['-e', `ansible_user=${userInfo().username} ansible_host_key_checking=false`],
      );
      assert.is(ran.code, 0, ran.stdout + ran.stderr);
      assert.match(ran.stdout, /worker-1[\s\S]*reached/);
    });
  },
  { unless: whyNoAws() ?? whyNoSshd },
);
