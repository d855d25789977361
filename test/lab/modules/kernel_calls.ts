// Calls of modules that keep something of the kernel: the packet filter, all of it in a chain of its own that nothing
// leads to, and routes, in a table that nobody asks.
import { always, once, type Call } from './calls.ts';

const chain = 'CALLS';

const rule = (name: string, task: object, more: Partial<Call> = {}): Call =>
  once(name, { iptables: { chain, ...task } }, more);

const table = { dest: '198.51.100.0/24', dev: 'lo', metric: 5, table: '173' };
const routesFile = { file: '/etc/calls-routes.batch', persist: true };

export const kernelCalls: readonly Call[] = [
  once('a chain to go to', { iptables: { chain: 'ELSEWHERE', chain_management: true } }),
  once('a chain', { iptables: { chain, chain_management: true } }),
  rule('a rule by flags', {
    ...{ protocol: 'tcp', tcp_flags: { flags: ['SYN', 'RST'], flags_set: ['SYN'] }, jump: 'DROP' },
  }),
  rule('a rule for all but new connections', { protocol: 'tcp', syn: 'negate', jump: 'RETURN' }),
  rule('a rule by state', { match: ['state'], ctstate: ['ESTABLISHED', 'RELATED'], jump: 'ACCEPT' }),
  rule('a rule by conntrack', { ctstate: ['INVALID'], jump: 'DROP', wait: 5 }),
  rule('a rule by range', { src_range: '192.0.2.1-192.0.2.9', dst_range: '!192.0.2.20-192.0.2.29' }),
  rule('a rule by several ports', {
    protocol: 'tcp',
    destination_ports: ['80', '8000:8100'],
    jump: 'ACCEPT',
  }),
  rule('a rule that logs seldom', {
    ...{ jump: 'LOG', log_prefix: 'calls: ', log_level: 'debug', limit: '5/minute', limit_burst: '9' },
  }),
  rule('a rule by owner', { uid_owner: 'root', gid_owner: '!daemon', jump: 'ACCEPT' }),
  rule('a rule that refuses', { protocol: 'tcp', reject_with: 'tcp-reset', comment: 'no way' }),
  rule('a rule by ICMP', { protocol: 'icmp', icmp_type: 'echo-request', jump: 'ACCEPT' }),
  rule('a rule at a place', {
    ...{ source: '!192.0.2.0/24', in_interface: 'eth+', goto: 'ELSEWHERE', action: 'insert', rule_num: '1' },
  }),
  rule(
    'a rule with counters',
    { jump: 'ACCEPT', set_counters: '7,8', comment: 'counted' },
    { oursOnly: true },
  ),
  rule('a rule for fragments', { fragment: 'yes', jump: 'DROP' }, { oursOnly: true }),
  rule('a rule of IPv6', {
    ...{ chain: 'INPUT', ip_version: 'ipv6', protocol: 'ipv6-icmp', icmp_type: 'echo-request' },
    ...{ jump: 'ACCEPT', comment: 'a call' },
  }),
  rule('a mark', {
    ...{ chain: 'OUTPUT', table: 'mangle', protocol: 'udp', jump: 'DSCP', set_dscp_mark_class: 'CS1' },
  }),
  once('a policy', { iptables: { chain: 'FORWARD', policy: 'DROP' } }),
  once('a route', { route: { ...table, ...routesFile } }, { oursOnly: true }),
  once('another route', { route: { ...table, ...routesFile, dest: '203.0.113.0/24' } }, { oursOnly: true }),
  once('a kernel module', { modprobe: { name: 'overlay', persistent: 'present' } }, { oursOnly: true }),
  once(
    'a unit by its text',
    {
      systemd: {
        ...{ name: 'callee-2', state: 'started', enabled: true, wait_active: 30 },
        content: '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n',
        dropins: { limits: '[Service]\nLimitNOFILE=4096\n' },
      },
    },
    { oursOnly: true },
  ),
  once(
    'a restart for a changed drop-in',
    { systemd: { name: 'callee-2', state: 'restarted', dropins: { nice: '[Service]\nNice=5\n' } } },
    { oursOnly: true },
  ),
];

export const undoingKernel: readonly Call[] = [
  always('no rule in any chain', { iptables: { flush: true } }),
  once('no chain', { iptables: { chain, chain_management: true, state: 'absent' } }),
  once('no chain elsewhere', { iptables: { chain: 'ELSEWHERE', chain_management: true, state: 'absent' } }),
  rule('no rule of IPv6', {
    ...{ chain: 'INPUT', ip_version: 'ipv6', protocol: 'ipv6-icmp', icmp_type: 'echo-request' },
    ...{ jump: 'ACCEPT', comment: 'a call', state: 'absent' },
  }),
  always('no mark', { iptables: { table: 'mangle', flush: true } }),
  once('another policy', { iptables: { chain: 'FORWARD', policy: 'ACCEPT' } }),
  once('no route', { route: { ...table, ...routesFile, state: 'absent' } }),
  once('no other route', { route: { ...table, ...routesFile, dest: '203.0.113.0/24', state: 'absent' } }),
  once('no kernel module at boot', { modprobe: { name: 'overlay', persistent: 'absent' } }),
  once('a stopped unit', { systemd: { name: 'callee-2', state: 'stopped', enabled: false } }),
  once('a unit without its drop-in', { systemd: { name: 'callee-2', dropins: { limits: null } } }),
];
