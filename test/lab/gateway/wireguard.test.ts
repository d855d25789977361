// The gateway as a way in: WireGuard, which a host outside uses to reach private hosts (S4-12, S4-13).
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { mustRun, runProgram } from '../../../lab/run_program.ts';
import { eventually } from '../../support/cluster.ts';
import { runPlaybookCommand, type Ran } from '../../support/hardway.ts';
import { useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { describe } from '../../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../../..');

describe(
  'roles/gateway as a WireGuard server',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    let folder: string;
    const on = (host: string, command: string): Promise<string> =>
      mustRun(['ssh', '-F', lab.sshConfigFile, host, command]);
    const keep = async (...argv: readonly string[]): Promise<Ran> =>
      runPlaybookCommand(path.join(folder, 'gateway.yml'), '-i', lab.inventoryFile, ...argv);
    const file = (name: string): string => path.join(folder, 'wireguard', name);

    setup(async () => {
      lab = await useLab('tunnel');
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-tunnel-'));
      writeFileSync(
        path.join(folder, 'gateway.yml'),
        `- hosts: localhost
  gather_facts: false
  tasks:
    - file: { path: "${folder}/wireguard", state: directory, mode: "0700" }
- hosts: gateway
  gather_facts: false
  roles: ["${root}/roles/gateway"]
  vars:
    cluster_dir: "${folder}"
    api_port: 6443
    api_address: 127.0.0.1
    public_ip: "{{ ansible_host }}"
    gateway_private_cidr: "{{ hostvars['inside-1'].ansible_host | ansible.utils.ipaddr('24') | ansible.utils.ipaddr('network/prefix') }}"
    wg_impl: userspace
    wg_peers:
      - { name: laptop, address: 10.70.88.101 }
`,
      );
    });
    teardown(async () => {
      rmSync(folder, { recursive: true, force: true });
      await lab.release();
    });

    test('is set up by one run, with keys and files that only their owner reads, and is unchanged by the next', async () => {
      const first = await keep();
      assert.is(first.code, 0, first.stdout + first.stderr);
      for (const name of ['server.secret', 'laptop.secret', 'laptop.conf'])
        assert.is(statSync(file(name)).mode & 0o777, 0o600, name);
      assert.is((await on('gateway-1', 'stat -c %a /etc/wireguard/wg0.conf')).trim(), '600');
      assert.is((await on('gateway-1', 'systemctl is-enabled wg-quick@wg0')).trim(), 'enabled');
      assert.not.match(first.stdout, readFileSync(file('server.secret'), 'utf8').trim());
      const second = await keep();
      assert.is(second.recap['gateway-1']?.['changed'], 0, second.stdout);
    });

    test('tells the public keys that WireGuard itself has', async () => {
      const [server] = (await on('gateway-1', 'wg show wg0 public-key')).split('\n');
      assert.match(readFileSync(file('laptop.conf'), 'utf8'), `PublicKey = ${server ?? ''}\n`);
    });

    test('leads a client outside to a private host, which sees the gateway’s private address', async () => {
      const inside = lab.host('inside-1').address;
      const ping = (host: string): Promise<{ readonly code: number | null }> =>
        runProgram(['ssh', '-F', lab.sshConfigFile, host, `ping -c 1 -W 2 ${inside}`]);
      assert.is.not((await ping('outside-1')).code, 0);
      await mustRun([
        'scp',
        '-q',
        '-F',
        lab.sshConfigFile,
        file('laptop.conf'),
        'outside-1:/etc/wireguard/wg0.conf',
      ]);
      await on('outside-1', 'chmod 600 /etc/wireguard/wg0.conf && systemctl start wg-quick@wg0');
      await eventually('the client reaches it', 20, async () => (await ping('outside-1')).code === 0);
      const banner = await on('outside-1', `bash -c 'exec 3<>/dev/tcp/${inside}/22 && head -c 4 <&3'`);
      assert.is(banner, 'SSH-');
      const ofGateway = (await on('gateway-1', 'hostname -I')).trim().split(' ');
      const seen = await on('inside-1', 'journalctl -u ssh --no-pager -o cat');
      const [from] = [...seen.matchAll(/Connection (?:closed|reset) by ([0-9.]+) port/g)]
        .map(([, one = '']) => one)
        .slice(-1);
      assert.ok(ofGateway.includes(from ?? ''), seen);
    });

    test('comes back by itself after the gateway lost power, and the client with it', async () => {
      await lab.kill('gateway-1');
      await lab.boot();
      const inside = lab.host('inside-1').address;
      await eventually('the tunnel carries again', 60, async () => {
        const argv = ['ssh', '-F', lab.sshConfigFile, 'outside-1', `ping -c 1 -W 2 ${inside}`];
        return (await runProgram(argv)).code === 0;
      });
    });
  },
  { unless: await whyNoLab() },
);
