import * as assert from 'uvu/assert';
import { toData, toValue } from '../../engine/module/data.ts';
import { tryOnHost } from '../../engine/module/try_on_host.ts';
import { setup } from '../../modules/setup.ts';
import { localShell } from '../support/local_shell.ts';
import { describe } from '../support/suite.ts';
import { askOracle, oracleMissing } from './venv.ts';

// The full name of a host depends on how its resolver is asked, so it is not compared.
// Facts that hold still between two gatherings and that are told alike.
const compared = [
  ...[
    'system',
    'kernel',
    'kernel_version',
    'machine',
    'architecture',
    'nodename',
    'userspace_bits',
    'hostname',
  ],
  ...[
    'distribution',
    'distribution_version',
    'distribution_major_version',
    'distribution_release',
    'os_family',
  ],
  ...['pkg_mgr', 'user_id', 'user_uid', 'user_gid', 'user_dir', 'user_shell', 'machine_id', 'fips'],
  ...['memtotal_mb', 'swaptotal_mb', 'processor', 'processor_count', 'processor_cores', 'processor_vcpus'],
  ...['processor_threads_per_core', 'processor_nproc', 'dns', 'default_ipv4', 'cmdline', 'form_factor'],
  ...['ssh_host_key_ed25519_public', 'ssh_host_key_rsa_public_keytype', 'system_vendor', 'product_name'],
] as const;

type Plain = Record<string, unknown>;

describe(
  'oracle/facts',
  ({ test }) => {
    test('the facts that playbooks read are those of ansible-core', async () => {
      const theirs = askOracle('facts_oracle.py', null) as Plain;
      const { result } = await tryOnHost(setup, new Map(), localShell());
      const ours = toData(toValue(result['ansible_facts'] ?? null)) as Plain;
      const differing = compared
        .map((name) => `ansible_${name}`)
        .filter((name) => JSON.stringify(sorted(ours[name])) !== JSON.stringify(sorted(theirs[name])))
        .map((name) => `${name}: ${JSON.stringify(ours[name])}, there ${JSON.stringify(theirs[name])}`);
      assert.equal(differing, []);
      const names = (facts: Plain): unknown => sorted(facts['ansible_all_ipv4_addresses']);
      assert.equal(names(ours), names(theirs));
    });
  },
  { unless: oracleMissing() },
);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return [...(value as unknown[])].sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
