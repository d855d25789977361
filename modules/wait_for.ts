// Waits until a port answers or a path is there, or until neither is. Patterns are those of `grep -E`.
import { defineModule } from '../engine/module/define.ts';
import { int, list, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { waitUntil, type Waited, type WaitUntil } from '../engine/module/vocabulary/wait_until.ts';

const params = {
  host: optional(str({ doc: 'As seen from the host of the task.' }), '127.0.0.1'),
  port: optional(int()),
  path: optional(path()),
  search_regex: optional(str({ doc: 'Text that path must hold.' })),
  state: optional(oneOf('started', 'stopped', 'present', 'absent', 'drained'), 'started'),
  timeout: optional(int(), 300),
  delay: optional(int(), 0),
  sleep: optional(int({ minimum: 1 }), 1),
  connect_timeout: optional(int(), 5),
  msg: optional(str({ doc: 'Said instead of our own words when time is up.' })),
  exclude_hosts: optional(list(str())),
  active_connection_states: optional(list(str())),
};

type Wish = Parameters<typeof params>;

function awaited({ host, port, path, search_regex: pattern }: Wish): WaitUntil['what'] {
  if (port !== undefined) return { host, port };
  return path === undefined ? 'time' : { path, pattern };
}

function timeoutText(wish: Wish): string {
  if (wish.port !== undefined)
    return `Timeout when waiting for ${wish.host}:${wish.port}${wish.state === 'stopped' || wish.state === 'absent' ? ' to stop' : ''}`;
  if (wish.search_regex !== undefined)
    return `Timeout when waiting for search string ${wish.search_regex} in ${wish.path ?? ''}`;
  return `Timeout when waiting for file ${wish.path ?? ''}${wish.state === 'absent' ? ' to be absent' : ''}`;
}

export const wait_for = defineModule({
  name: 'wait_for',
  fullNames: ['ansible.builtin.wait_for'],
  summary: 'Wait for a port or a path',
  reach: 'nothing',
  params,
  constraints: { mutuallyExclusive: [['port', 'path']] },
  returns: { elapsed: int(), state: str() },
  plan: (wish) => {
    if (wish.state === 'drained')
      return { steps: [], fail: 'wait_for does not wait for drained connections' };
    if (wish.port !== undefined && wish.search_regex !== undefined)
      return { steps: [], fail: 'wait_for looks for text in files only' };
    const { timeout, delay, sleep, connect_timeout: connectTimeout } = wish;
    const until = wish.state === 'stopped' || wish.state === 'absent' ? 'gone' : 'there';
    return { steps: [waitUntil({ what: awaited(wish), until, timeout, delay, sleep, connectTimeout })] };
  },
  result: (wish, _, [outcome]) => {
    const { isReached, elapsed } = outcome as Waited;
    const { state, port = null, path = null, search_regex: pattern = null } = wish;
    if (!isReached) return { failed: true, elapsed, msg: wish.msg ?? timeoutText(wish) };
    return { changed: false, elapsed, state, port, path, search_regex: pattern };
  },
});
