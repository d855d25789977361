// Scripts that outlive the connection. A job is a directory of its own in the user's home: program, input, outputs and,
// once it ended, its exit code. Both scripts run by the agent like any other.
import type { Output, Script } from '../module/contract.ts';
import { sh, ShellText } from '../module/quote.ts';
import { programText } from './program_text.ts';

// A user without a home that can be written has /tmp, where the directory must be the user's own.
const findDirectory = `
b=$HOME/.hardway_async
[ -d "$HOME" ] && [ -w "$HOME" ] && [ "$HOME" != / ] || b=/tmp/.hardway_async-$(id -u)
[ -d "$b" ] || mkdir -m 700 "$b" || exit
[ -O "$b" ] && [ ! -L "$b" ] || { echo "$b belongs to another user" >&2; exit 1; }
find "$b" -maxdepth 1 -mtime +7 -name "[!.]*" -exec rm -rf {} + 2>/dev/null
`;

const runJob = `
cd "$1" || exit
setsid /bin/sh ./program <input >stdout 2>stderr &
g=$!
echo $g >group
w=
[ "$2" = 0 ] || {
  setsid /bin/sh -c 'sleep "$1"; : >timed_out; kill -TERM "-$2"; sleep 5; kill -KILL "-$2"' sh "$2" $g &
  w=$!
}
wait $g
rc=$?
[ -e timed_out ] && rc=124
echo $rc >rc.new
mv rc.new rc
[ -z "$w" ] || kill -KILL "-$w"
rm -f program input
`;

/** Names come from us, but they end up in a path. */
function safeName(id: string): string {
  return id.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_');
}

/** Prints the job's process id. */
export function startScript(script: Script, id: string): Script {
  const name = safeName(id);
  const text = sh`umask 077
${new ShellText(findDirectory)}
d=$b/${name}
rm -rf "$d"
mkdir "$d" || exit
cat >"$d/input" || exit
printf %s ${programText(script)} >"$d/program" || exit
setsid /bin/sh -c ${runJob} sh "$d" ${Math.ceil(script.timeoutSeconds ?? 0)} </dev/null >/dev/null 2>&1 &
echo $! >"$d/pid"
echo $!
`.text;
  return {
    script: text,
    userEnvironment: true,
    ...(script.stdin === undefined ? {} : { stdin: script.stdin }),
  };
}

/** Prints `unknown`, `running` or `finished RC`, then the job's outputs when finished. */
export function pollScript(id: string): Script {
  const text = sh`${new ShellText(findDirectory)}
d=$b/${safeName(id)}
[ -d "$d" ] || { echo unknown; exit; }
if [ ! -s "$d/rc" ]; then
  kill -0 "$(cat "$d/pid")" 2>/dev/null && { echo running; exit; }
  [ -s "$d/rc" ] || { echo 137 >"$d/rc"; echo 'The job ended without an exit code: it was killed, or the host went down' >>"$d/stderr"; }
fi
echo "finished $(cat "$d/rc")"
cat "$d/stdout"
cat "$d/stderr" >&2
`.text;
  return { script: text };
}

export interface JobState {
  readonly finished: boolean;
  readonly known: boolean;
  readonly output?: Output;
}

export function readPoll(output: Output): JobState | undefined {
  const end = output.stdout.indexOf(0x0a);
  const [word = '', rc] = output.stdout.toString('utf8', 0, Math.max(0, end)).split(' ');
  if (word === 'unknown') return { finished: false, known: false };
  if (word === 'running') return { finished: false, known: true };
  if (word !== 'finished') return undefined;
  const timedOut = rc === '124' ? { timedOut: true } : {};
  const stdout = output.stdout.subarray(end + 1);
  return {
    finished: true,
    known: true,
    output: { rc: Number(rc), stdout, stderr: output.stderr, ...timedOut },
  };
}
