import * as assert from 'uvu/assert';
import { toValue } from '../../engine/module/data.ts';
import { isDict } from '../../engine/document/value.ts';
import { checkParameters } from '../../engine/module/parameters.ts';
import { iptables } from '../../modules/iptables.ts';
import { ruleWords } from '../../modules/shared/iptables_words.ts';
import { describe } from '../support/suite.ts';
import { askOracle, oracleMissing } from './venv.ts';

/** Each rule alone, and then all parameters that can stand together. */
const rules: readonly { readonly [name: string]: unknown }[] = [
  { protocol: 'tcp', source: '10.0.0.0/8', destination: '!10.1.0.0/16', jump: 'ACCEPT' },
  { protocol: '!udp', in_interface: 'eth+', out_interface: '!lo', goto: 'OTHERS' },
  { protocol: 'tcp', tcp_flags: { flags: ['SYN', 'ACK'], flags_set: ['SYN'] }, jump: 'DROP' },
  { tcp_flags: { flags: ['SYN'] }, jump: 'DROP' },
  { match: ['conntrack', 'limit'], ctstate: ['NEW', 'RELATED'], jump: 'RETURN' },
  { match: ['state'], ctstate: ['ESTABLISHED'] },
  { ctstate: ['INVALID'], jump: 'DROP' },
  { jump: 'TEE', gateway: '10.0.0.9' },
  { jump: 'ACCEPT', gateway: '10.0.0.9' },
  { jump: 'LOG', log_prefix: 'seen: ', log_level: 'debug', limit: '5/second', limit_burst: '20' },
  { limit_burst: '3', jump: 'ACCEPT' },
  { protocol: 'tcp', destination_ports: ['80', '443', '8000:8100'], jump: 'ACCEPT' },
  { protocol: 'udp', source_port: '53', destination_port: '!1024:', jump: 'REJECT', to_ports: '53' },
  { jump: 'DNAT', to_destination: '10.0.0.2:80' },
  { jump: 'SNAT', to_source: '10.0.0.1-10.0.0.9' },
  { jump: 'DSCP', set_dscp_mark: '0x08' },
  { jump: 'DSCP', set_dscp_mark_class: 'CS1' },
  { protocol: 'tcp', syn: 'match' },
  { protocol: 'tcp', syn: 'negate' },
  { src_range: '10.0.0.1-10.0.0.9', jump: 'ACCEPT' },
  { match: ['iprange'], dst_range: '!10.0.0.1-10.0.0.9', jump: 'ACCEPT' },
  { match_set: 'admins', match_set_flags: 'src', jump: 'ACCEPT' },
  { match: ['set'], match_set: '!admins', match_set_flags: 'dst,dst', jump: 'DROP' },
  { uid_owner: 'root', gid_owner: '!daemon', jump: 'ACCEPT' },
  { reject_with: 'tcp-reset', protocol: 'tcp' },
  { jump: 'REJECT', reject_with: 'icmp-port-unreachable', comment: 'no way' },
  { protocol: 'icmp', icmp_type: 'echo-request', jump: 'ACCEPT' },
  { protocol: 'icmpv6', icmp_type: '!echo-request', ip_version: 'ipv6', jump: 'ACCEPT' },
  { comment: 'nothing else' },
  {
    ...{ protocol: 'tcp', source: '1.2.3.4', destination: '5.6.7.8', match: ['tcp'], jump: 'ACCEPT' },
    ...{ in_interface: 'a', out_interface: 'b', source_port: '1', destination_port: '2', syn: 'match' },
    ...{ ctstate: ['NEW'], src_range: '1.1.1.1-1.1.1.2', match_set: 'x', match_set_flags: 'src,dst' },
    ...{ limit: '1/s', limit_burst: '2', uid_owner: '!5', gid_owner: '6', comment: 'all' },
  },
];

function ourWords(params: (typeof rules)[number]): string[] {
  const args = toValue({ chain: 'INPUT', ...params });
  assert.ok(isDict(args));
  const checked = checkParameters(iptables, args, { home: '/root' });
  assert.is(checked.status, 'ok', JSON.stringify(checked));
  return checked.status === 'ok' ? ruleWords(checked.params as never) : [];
}

describe(
  'modules/iptables and ansible-core’s',
  ({ test, setup }) => {
    let theirs: { readonly names: readonly string[]; readonly rules: readonly (readonly string[])[] };
    setup(() => {
      theirs = askOracle('iptables_oracle.py', rules) as typeof theirs;
      return Promise.resolve();
    });

    test('all its parameters are taken', () => {
      assert.equal(Object.keys(iptables.params).sort(), theirs.names);
    });

    test('a rule is the same words in the same order', () => {
      assert.equal(rules.map(ourWords), theirs.rules);
    });
  },
  { unless: oracleMissing() },
);
