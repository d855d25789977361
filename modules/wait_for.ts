// Waits until a port answers, a path is there or a text is in either, or until it is gone. Patterns are looked for by
// the host's `grep -E`, line by line; what they catch is read as Python reads it.
import { pythonRegex } from '../engine/module/python_regex.ts';
import { defineModule } from '../engine/module/define.ts';
import type { ModuleResult, ResultData } from '../engine/module/contract.ts';
import { int, list, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import {
  waitUntil,
  waitUntilKind,
  type Awaited,
  type Waited,
} from '../engine/module/vocabulary/wait_until.ts';

const params = {
  host: optional(str({ doc: 'As seen from the host of the task.' }), '127.0.0.1'),
  port: optional(int()),
  path: optional(path()),
  search_regex: optional(str({ pattern: true, doc: 'Text that path must hold, or that port must say.' })),
  state: optional(oneOf('started', 'stopped', 'present', 'absent', 'drained'), 'started'),
  timeout: optional(int(), 300),
  delay: optional(int(), 0),
  sleep: optional(int({ minimum: 1 }), 1),
  connect_timeout: optional(int(), 5),
  msg: optional(str({ doc: 'Said instead of our own words when time is up.' })),
  exclude_hosts: optional(list(str({ doc: 'With drained: IPv4 addresses that do not count.' }))),
  active_connection_states: optional(list(str()), [
    ...['ESTABLISHED', 'FIN_WAIT1', 'FIN_WAIT2', 'SYN_RECV', 'SYN_SENT', 'TIME_WAIT'],
  ]),
};

type Wish = Parameters<typeof params>;

// include/net/tcp_states.h
const states: Readonly<Record<string, string>> = {
  ESTABLISHED: '01',
  SYN_SENT: '02',
  SYN_RECV: '03',
  FIN_WAIT1: '04',
  FIN_WAIT2: '05',
  TIME_WAIT: '06',
};

/** An address as /proc/net/tcp writes it: bytes in the order of a little-endian machine. */
function kernelAddress(address: string): string {
  const bytes = address.split('.').map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'));
  return bytes.reverse().join('');
}

function awaited(wish: Wish): Awaited {
  const { host, port, path, search_regex: pattern } = wish;
  if (port !== undefined && wish.state === 'drained')
    return {
      drained: port,
      states: wish.active_connection_states.map((name) => states[name] ?? name),
      passedOver: (wish.exclude_hosts ?? []).map(kernelAddress),
    };
  if (port !== undefined) return { host, port, pattern };
  return path === undefined ? 'time' : { path, pattern };
}

function timeoutText({ host, port, path, state, search_regex: pattern }: Wish): string {
  const isGone = state === 'stopped' || state === 'absent';
  if (port !== undefined && state === 'drained') return `Timeout when waiting for ${host}:${port} to drain`;
  if (pattern !== undefined)
    return `Timeout when waiting for search string ${pattern} in ${path ?? `${host}:${port ?? ''}`}`;
  if (port !== undefined) return `Timeout when waiting for ${host}:${port}${isGone ? ' to stop' : ''}`;
  return `Timeout when waiting for file ${path ?? ''}${isGone ? ' to be absent' : ''}`;
}

function caught({ search_regex: pattern }: Wish, { line }: Waited): { readonly [name: string]: ResultData } {
  const made = pattern === undefined ? undefined : pythonRegex(pattern, { multiline: true });
  const regex = made && 'regex' in made && line !== undefined ? made.regex : undefined;
  const match = regex?.search(line ?? '');
  const named = [...(regex?.names ?? [])].map(([name, number]) => [name, match?.groups[number] ?? null]);
  return {
    match_groups: match ? match.groups.slice(1).map((group) => group ?? null) : [],
    match_groupdict: match ? (Object.fromEntries(named) as Record<string, string | null>) : {},
  };
}

function shown(wish: Wish, waited: Waited): ModuleResult {
  const { state, port = null, path = null, search_regex: pattern = null } = wish;
  const { file, elapsed } = waited;
  const found = { changed: false, elapsed, port, path, search_regex: pattern, ...caught(wish, waited) };
  if (!file) return { ...found, state };
  const { type, mode, owner, group, uid, gid, size } = file;
  return { ...found, state: type, mode, owner, group, uid, gid, size };
}

export const wait_for = defineModule({
  name: 'wait_for',
  fullNames: ['ansible.builtin.wait_for'],
  summary: 'Wait for a port, a path or a text',
  reach: 'nothing',
  params,
  constraints: { mutuallyExclusive: [['port', 'path']] },
  returns: { elapsed: int(), state: str() },
  plan: (wish) => {
    const { timeout, delay, sleep, connect_timeout: connectTimeout, state } = wish;
    if (state === 'drained' && wish.port === undefined)
      return { steps: [], fail: 'state drained needs a port' };
    if (wish.exclude_hosts && state !== 'drained')
      return { steps: [], fail: 'exclude_hosts should only be with state=drained' };
    const until = state === 'stopped' || state === 'absent' ? 'gone' : 'there';
    return { steps: [waitUntil({ what: awaited(wish), until, timeout, delay, sleep, connectTimeout })] };
  },
  result: (wish, _, outcomes) => {
    const waited = outcomes.one(waitUntilKind);
    if (waited.isReached) return shown(wish, waited);
    return { failed: true, elapsed: waited.elapsed, msg: wish.msg ?? timeoutText(wish) };
  },
});
