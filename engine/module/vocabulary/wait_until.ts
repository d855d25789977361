// Waits on the host until a port or a path is in a state, or time is up. One round trip for the whole wait.
import type { Output, Script, Step, StepFailure, StepKind } from '../contract.ts';
import { step } from '../probe_identity.ts';
import { sh, type ShellText } from '../quote.ts';
import { parseStat, statScript, type ExistingFile } from './stat.ts';

export type Awaited =
  | { readonly port: number; readonly host: string; readonly pattern?: string | undefined }
  | { readonly path: string; readonly pattern?: string | undefined }
  | {
      /** No connection is left to this port of the host, in one of these states (numbers of the kernel). */
      readonly drained: number;
      readonly states: readonly string[];
      /** Addresses whose connections do not count, as /proc/net/tcp writes them. */
      readonly passedOver: readonly string[];
    }
  | 'time';

export interface WaitUntil {
  readonly what: Awaited;
  /** Wait for the opposite: closed, absent. */
  readonly until: 'there' | 'gone';
  /** Seconds. */
  readonly timeout: number;
  readonly delay: number;
  readonly sleep: number;
  readonly connectTimeout: number;
}

export interface Waited {
  readonly isReached: boolean;
  readonly elapsed: number;
  /** The line in which the pattern was found. */
  readonly line?: string;
  /** What stands at the path that was waited for. */
  readonly file?: ExistingFile;
}

/** A pattern as grep -E has it: classes by letter are written out, groups capture. */
export function greppable(pattern: string): string {
  const classes: Readonly<Record<string, string>> = {
    '\\d': '[0-9]',
    '\\D': '[^0-9]',
    '\\s': '[[:space:]]',
    '\\S': '[^[:space:]]',
    '\\w': '[[:alnum:]_]',
    '\\W': '[^[:alnum:]_]',
    '(?:': '(',
  };
  return pattern
    .replace(/\(\?P<\w+>/g, '(')
    .replace(/([*+}?])\?/g, '$1')
    .replace(/\\[dDsSwW]|\(\?:/g, (found) => classes[found] ?? found);
}

/** Connects by whatever the host has: bash, nc, curl. rc 0 when the port answers. */
function connects(host: string, port: number, seconds: number): ShellText {
  const inner = `exec 3<>"/dev/tcp/$0/$1"`;
  return sh`if command -v bash >/dev/null && command -v timeout >/dev/null; then timeout ${seconds} bash -c ${inner} ${host} ${port}
elif command -v nc >/dev/null; then nc -z -w ${seconds} ${host} ${port} || nc -w ${seconds} ${host} ${port} </dev/null
else [ "$(curl -s -o /dev/null -m ${seconds} -w '%{time_connect}' ${`telnet://${host}:${port}`} </dev/null)" != 0.000000 ]; fi`;
}

/** What the port says first, up to the line that matches. */
function reads(host: string, port: number, seconds: number): ShellText {
  const inner = `exec 3<>"/dev/tcp/$0/$1" && cat <&3`;
  return sh`if command -v bash >/dev/null && command -v timeout >/dev/null; then timeout ${seconds} bash -c ${inner} ${host} ${port}
elif command -v nc >/dev/null; then sleep ${seconds} | nc -w ${seconds} ${host} ${port}
else curl -s -m ${seconds} ${`telnet://${host}:${port}`} </dev/null; fi`;
}

function question({ what, connectTimeout }: WaitUntil): ShellText {
  if (what === 'time') return sh`false`;
  if ('drained' in what)
    return sh`! cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v p=${`:${what.drained.toString(16).toUpperCase().padStart(4, '0')}`} -v s=${` ${what.states.join(' ')} `} -v x=${` ${what.passedOver.join(' ')} `} '
  substr($2, length($2) - 4) == p && index(s, " " $4 " ") { r = $3; sub(/:.*/, "", r); if (!index(x, " " r " ")) n = 1 }
  END { exit !n }'`;
  if (what.pattern !== undefined) {
    const text =
      'port' in what
        ? sh`{ ${reads(what.host, what.port, connectTimeout)}; } 2>/dev/null`
        : sh`cat -- ${what.path}`;
    return sh`m=$(${text} | grep -aE -m 1 -- ${greppable(what.pattern)}) && printf 'line %s\n' "$m"`;
  }
  if ('port' in what) return connects(what.host, what.port, connectTimeout);
  return sh`[ -e ${what.path} ]`;
}

const hasTool = sh`command -v bash >/dev/null || command -v nc >/dev/null || command -v curl >/dev/null || { echo 'bash, nc or curl is needed to look at a port' >&2; exit 9; }`;

function waitScript(args: WaitUntil): Script {
  const { what } = args;
  const isPort = what !== 'time' && 'port' in what;
  const wanted = args.until === 'there' ? sh`is_there` : sh`! is_there`;
  const look = what !== 'time' && 'path' in what ? statScript({ path: what.path }) : sh`:`;
  return {
    script: sh`${isPort ? hasTool : sh`:`}
is_there() { found=$( ( ${question(args)} ) 2>/dev/null ); }
start=$(date +%s)
sleep ${args.delay}
while :; do
  ${what === 'time' ? sh`:` : sh`if ${wanted}; then rc=0; else rc=1; fi`}
  now=$(( $(date +%s) - start ))
  ${what === 'time' ? sh`:` : sh`if [ "$rc" = 0 ]; then printf '%s\n%s\n' "$now" "$found"; ( ${look} ) 2>/dev/null; exit 0; fi`}
  [ "$now" -lt ${args.timeout} ] || { echo "$now"; exit 1; }
  sleep ${args.sleep}
done`.text,
    timeoutSeconds: args.timeout + args.delay + args.connectTimeout + 30,
  };
}

function parse({ rc, stdout, stderr }: Output, args: WaitUntil): Waited | StepFailure {
  if (rc > 1) return { failed: `Cannot wait: ${stderr.toString('utf8').trim() || `exit code ${rc}`}` };
  const [elapsed, found = '', ...rest] = stdout.toString('utf8').split('\n');
  const file = parseStat(rest.join('\n'));
  return {
    isReached: rc === 0 || args.what === 'time',
    elapsed: Number(elapsed),
    ...(found.startsWith('line ') ? { line: found.slice(5) } : {}),
    ...(file ? { file } : {}),
  };
}

function described(what: Exclude<Awaited, 'time'>): string {
  if ('drained' in what) return `port ${what.drained}`;
  return 'port' in what ? `${what.host}:${what.port}` : what.path;
}

export const waitUntilKind: StepKind<WaitUntil, Waited> = {
  name: 'wait',
  target: 'host',
  readsOnly: true,
  perform: waitScript,
  parse,
  describe: ({ what, until }) =>
    what === 'time'
      ? 'wait'
      : `wait until ${described(what)} is ${'drained' in (what as object) ? 'drained' : until}`,
  effects: [],
};

export function waitUntil(args: WaitUntil): Step<Waited> {
  return step(waitUntilKind, args);
}
