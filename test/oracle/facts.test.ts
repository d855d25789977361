import * as assert from 'uvu/assert';
import { toData, toValue } from '../../engine/module/data.ts';
import { tryOnHost } from '../../engine/module/try_on_host.ts';
import { setup } from '../../modules/setup.ts';
import { localShell } from '../support/local_shell.ts';
import { describe } from '../support/suite.ts';
import { askOracle, oracleMissing } from './venv.ts';

// Not compared, with the reason.
const passedOver = new Set([
  // Of another moment.
  ...['date_time', 'loadavg', 'memfree_mb', 'memory_mb', 'mounts', 'swapfree_mb', 'uptime_seconds'],
  // Networks of labs come and go on this machine.
  ...['interfaces', 'all_ipv4_addresses', 'all_ipv6_addresses', 'locally_reachable_ips', 'devices'],
  // Of the oracle's own process.
  ...['env', 'python'],
  // Told by neither programs nor files of every host.
  ...['fibre_channel_wwn', 'hostnqn', 'iscsi_iqn', 'lvm'],
]);

type Plain = Record<string, unknown>;

function isInterface(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'device' in value && 'mtu' in value;
}

describe(
  'oracle/facts',
  ({ test }) => {
    test('every fact that ansible-core tells of a host is told alike', async () => {
      const theirs = askOracle('facts_oracle.py', null) as Plain;
      const { result } = await tryOnHost(setup, new Map(), localShell());
      const ours = toData(toValue(result['ansible_facts'] ?? null)) as Plain;
      const names = Object.keys(theirs)
        .map((name) => name.replace('ansible_', ''))
        .filter(
          (name) => !passedOver.has(name) && (name === 'lo' || !isInterface(theirs[`ansible_${name}`])),
        );
      assert.ok(names.length > 75, `${names.length} facts are compared`);
      const differing = names
        .map((name) => `ansible_${name}`)
        .filter((name) => JSON.stringify(sorted(ours[name])) !== JSON.stringify(sorted(theirs[name])))
        .map((name) => `${name}: ${JSON.stringify(ours[name])}, there ${JSON.stringify(theirs[name])}`);
      assert.equal(differing, []);
      const [own, other] = [ours, theirs].map(({ ansible_devices: devices }) => devices as Plain);
      assert.equal(sorted(own), sorted(other));
    });

    test('a mount and the time have the keys that they have there', async () => {
      const theirs = askOracle('facts_oracle.py', null) as Plain;
      const { result } = await tryOnHost(setup, new Map(), localShell());
      const ours = toData(toValue(result['ansible_facts'] ?? null)) as Plain;
      const keys = (value: unknown): string[] => Object.keys(value as Plain).sort();
      for (const name of ['ansible_date_time', 'ansible_memory_mb', 'ansible_python', 'ansible_loadavg'])
        assert.equal(keys(ours[name]), keys(theirs[name]));
      const first = (facts: Plain): unknown => (facts['ansible_mounts'] as unknown[])[0] ?? {};
      assert.equal(keys(first(ours)), keys(first(theirs)));
    });
  },
  { unless: oracleMissing() },
);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return [...(value as unknown[])].sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]): [string, unknown] => [key, sorted(inner)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
