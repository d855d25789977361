// Calls that take back what those of calls.ts made.
import { once, packetRule, place, type Call } from './calls.ts';

export const undoing: readonly Call[] = [
  once('no rule', {
    iptables: { ...packetRule, state: 'absent' },
  }),
  once('no mount', { mount: { path: '/mnt/calls', state: 'absent' } }, { oursOnly: true }),
  once(
    'no kernel setting',
    {
      sysctl: {
        name: 'net.ipv4.conf.all.forwarding',
        state: 'absent',
        sysctl_file: '/etc/sysctl.d/90-calls.conf',
      },
    },
    { oursOnly: true },
  ),
  once(
    'a stopped service',
    { systemd: { name: 'callee', state: 'stopped', enabled: false } },
    { passOver: ['status'] },
  ),
  once('no mask', { systemd: { name: 'apt-daily.service', masked: false } }, { passOver: ['status'] }),
  once(
    'no packages',
    {
      apt: {
        name: ['lab-hello', 'lab-settings', 'lab-service'],
        state: 'absent',
        purge: true,
        autoremove: true,
      },
    },
    { passOver: ['stdout', 'stdout_lines'] },
  ),
  once('no block', {
    blockinfile: { path: `${place}/lines`, marker: '; {mark} block', state: 'absent', create: true },
  }),
  once('no line', { lineinfile: { path: `${place}/lines`, line: 'one', state: 'absent' } }),
  once(
    'no user',
    { user: { name: 'caller', state: 'absent', remove: true } },
    { passOver: ['stderr', 'stderr_lines'] },
  ),
  once('no system user', { user: { name: 'callsys', state: 'absent' } }),
  once('no group', { group: { name: 'callers', state: 'absent' } }),
  once('no link', { file: { path: `${place}/link`, state: 'absent' } }),
  once('nothing at all', { file: { path: place, state: 'absent' } }),
];
