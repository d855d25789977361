// Ten thousand instances: what the command, as it is shipped, takes of memory, in a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { type InstancePages, serveInstances } from '../../support/instance_pages.ts';
import { describe } from '../../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const total = 10_000;
const mostMegabytes = 250;
const usage = `data:text/javascript,process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.error('usage ' + (userCPUTime + systemCPUTime) / 1e6 + ' ' + maxRSS / 1024);
})`;

describe('ten thousand instances', ({ test, setup, teardown }) => {
  let server: InstancePages;
  let folder = '';
  setup(async () => {
    server = await serveInstances(total);
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-many-'));
    const build = "import('./bin/prepare.mjs').then(({ ensureBundle }) => ensureBundle())";
    assert.is(spawnSync(process.execPath, ['-e', build], { cwd: root, stdio: 'inherit' }).status, 0);
  });
  teardown(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('are listed with their groups in less than 250 MB, page by page', async () => {
    const file = path.join(folder, 'many.aws_ec2.yml');
    writeFileSync(
      file,
      `plugin: aws_ec2
regions: [eu-west-1]
endpoint_url: ${server.url}
access_key: a
secret_key: b
hostnames: ["tag:Name"]
compose: { ansible_host: private_ip_address }
keyed_groups:
  - { key: tags.role, prefix: role }
  - { key: placement.availability_zone, prefix: zone }
  - { key: instance_type, prefix: type }
  - { key: "security_groups | map(attribute='group_id') | list", prefix: sg }
  - { key: "tags['aws:autoscaling:groupName']", prefix: asg }
`,
    );
    const words = ['--import', usage, 'dist/hardway.js', 'inventory', '-i', file, '--graph'];
    const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, said] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.is(code, 0, said);
    const members = (group: string): number =>
      (new RegExp(`@${group}:\\n((?:  \\|  \\|--node-\\d+\\n)*)`).exec(out)?.[1] ?? '').split('\n').length -
      1;
    assert.is(members('aws_ec2'), total);
    assert.is(members('role_web'), 3334);
    assert.is(members('asg_pool_0'), 1429);
    assert.equal(
      server.pages,
      Array.from({ length: 10 }, () => 1000),
    );
    const [, seconds, megabytes] = /^usage (\S+) (\S+)$/m.exec(said) ?? [];
    console.log(
      `10,000 instances: ${Number(seconds).toFixed(1)} s of CPU, ${Number(megabytes).toFixed(0)} MB`,
    );
    assert.ok(Number(megabytes) < mostMegabytes, `${megabytes ?? '?'} MB`);
  });
});
