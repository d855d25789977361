// Waits on the host until a port or a path is in a state, or time is up. One round trip for the whole wait.
import type { Output, Script, Step, StepFailure, StepKind } from '../contract.ts';
import { step } from '../probe_identity.ts';
import { sh, type ShellText } from '../quote.ts';

export interface WaitUntil {
  readonly what:
    | { readonly port: number; readonly host: string }
    | { readonly path: string; readonly pattern?: string | undefined }
    | 'time';
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
}

/** Connects by whatever the host has: bash, nc, curl. rc 0 when the port answers. */
function connects(host: string, port: number, seconds: number): ShellText {
  const inner = `exec 3<>"/dev/tcp/$0/$1"`;
  return sh`if command -v bash >/dev/null && command -v timeout >/dev/null; then timeout ${seconds} bash -c ${inner} ${host} ${port}
elif command -v nc >/dev/null; then nc -z -w ${seconds} ${host} ${port} || nc -w ${seconds} ${host} ${port} </dev/null
else [ "$(curl -s -o /dev/null -m ${seconds} -w '%{time_connect}' ${`telnet://${host}:${port}`} </dev/null)" != 0.000000 ]; fi`;
}

function question({ what, connectTimeout }: WaitUntil): ShellText {
  if (what === 'time') return sh`false`;
  if ('port' in what) return connects(what.host, what.port, connectTimeout);
  if (what.pattern !== undefined) return sh`grep -qE -- ${what.pattern} ${what.path}`;
  return sh`[ -e ${what.path} ]`;
}

const hasTool = sh`command -v bash >/dev/null || command -v nc >/dev/null || command -v curl >/dev/null || { echo 'bash, nc or curl is needed to look at a port' >&2; exit 9; }`;

function waitScript(args: WaitUntil): Script {
  const isPort = args.what !== 'time' && 'port' in args.what;
  const wanted = args.until === 'there' ? sh`is_there` : sh`! is_there`;
  return {
    script: sh`${isPort ? hasTool : sh`:`}
is_there() { ( ${question(args)} ) >/dev/null 2>&1; }
start=$(date +%s)
sleep ${args.delay}
while :; do
  now=$(( $(date +%s) - start ))
  ${args.what === 'time' ? sh`:` : sh`if ${wanted}; then echo "$now"; exit 0; fi`}
  [ "$now" -lt ${args.timeout} ] || { echo "$now"; exit 1; }
  sleep ${args.sleep}
done`.text,
    timeoutSeconds: args.timeout + args.delay + args.connectTimeout + 30,
  };
}

function parse({ rc, stdout, stderr }: Output, args: WaitUntil): Waited | StepFailure {
  if (rc > 1) return { failed: `Cannot wait: ${stderr.toString('utf8').trim() || `exit code ${rc}`}` };
  return { isReached: rc === 0 || args.what === 'time', elapsed: Number(stdout.toString('utf8')) };
}

export const waitUntilKind: StepKind<WaitUntil, Waited> = {
  name: 'wait',
  target: 'host',
  readsOnly: true,
  perform: waitScript,
  parse,
  describe: ({ what, until }) => {
    if (what === 'time') return 'wait';
    return `wait until ${'port' in what ? `${what.host}:${what.port}` : what.path} is ${until}`;
  },
  effects: [],
};

export function waitUntil(args: WaitUntil): Step<Waited> {
  return step(waitUntilKind, args);
}
