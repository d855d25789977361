// Scripts that outlive the connection. A job is a directory of its own in the user's home: numbered programs, inputs and
// outputs, and once it ended, its exit code. All that is done with a job is done by the agent like any other script.
import type { Output, Script } from '../module/contract.ts';
import { sh, ShellText } from '../module/quote.ts';
import type { JobState } from './contract.ts';
import { programText } from './program_text.ts';
import { endGroup } from './stop_script.ts';

// A user without a home that can be written has /tmp, where the directory must be the user's own.
const findDirectory = new ShellText(`
b=$HOME/.hardway_async
[ -d "$HOME" ] && [ -w "$HOME" ] && [ "$HOME" != / ] || b=/tmp/.hardway_async-$(id -u)
[ -d "$b" ] || mkdir -m 700 "$b" || exit
[ -O "$b" ] && [ ! -L "$b" ] || { echo "$b belongs to another user" >&2; exit 1; }
`);

const sweep = new ShellText('find "$b" -maxdepth 1 -mtime +7 -name "[!.]*" -exec rm -rf {} + 2>/dev/null');

/** One after another, all in one session; ends with the exit code of the last one begun. */
const runPrograms = `
n=1
while [ -e "program.$n" ]; do
  date +%s >"start.$n"
  /bin/sh "./program.$n" <"input.$n" >"stdout.$n" 2>"stderr.$n"
  rc=$?
  date +%s >"end.$n"
  echo $rc >"rc.$n"
  [ $rc = 0 ] || exit $rc
  n=$((n + 1))
done`;

const runJob = sh`
cd "$1" || exit
setsid /bin/sh -c ${runPrograms} &
g=$!
echo $g >group
w=
[ "$2" = 0 ] || {
  setsid /bin/sh -c 'sleep "$1"; : >timed_out; kill -TERM "-$2"; sleep 5; kill -KILL "-$2"' sh "$2" $g &
  w=$!
}
wait $g
rc=$?
echo $rc >rc.new
mv rc.new rc
[ -z "$w" ] || kill -KILL "-$w"
rm -f program.* input.*
`.text;

/** Names come from us or a playbook, and they end up in a path. */
function safeName(id: string): string {
  return id.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_');
}

/** One script for each of the job, that brings it to the host; the last one starts all and prints the directory. */
export function startScripts(scripts: readonly Script[], id: string, timeoutSeconds: number): Script[] {
  return scripts.map((script, index) => {
    const number = index + 1;
    const fresh = sh`${sweep}
rm -rf "$d"
mkdir "$d" || exit`;
    const launch = sh`setsid /bin/sh -c ${runJob} sh "$d" ${Math.ceil(timeoutSeconds)} </dev/null >/dev/null 2>&1 &
echo $! >"$d/pid"
echo "$d"`;
    const text = sh`umask 077
${findDirectory}
d=$b/${safeName(id)}
${index === 0 ? fresh : sh``}
cat >"$d/input."${number} || exit
printf %s ${programText(script)} >"$d/program."${number} || exit
${number === scripts.length ? launch : sh``}
`.text;
    return {
      script: text,
      userEnvironment: true,
      ...(script.stdin === undefined ? {} : { stdin: script.stdin }),
    };
  });
}

/**
 * Prints `unknown`, `running`, or `finished` with the time limit's word, and for each script `rc stdout-bytes
 * stderr-bytes start end` and these bytes. What never got an exit code has the job's.
 */
export function pollScript(id: string): Script {
  const text = sh`${findDirectory}
d=$b/${safeName(id)}
cd "$d" 2>/dev/null || { echo unknown; exit; }
if [ ! -s rc ]; then
  kill -0 "$(cat pid)" 2>/dev/null && { echo running; exit; }
  [ -s rc ] || echo 137 >rc
fi
if [ -e timed_out ]; then echo finished timed_out; else echo finished in_time; fi
n=1
while [ -e "stdout.$n" ]; do
  r=rc
  [ ! -s "rc.$n" ] || r=rc.$n
  o=$(wc -c <"stdout.$n")
  e=$(wc -c <"stderr.$n")
  echo $(cat "$r") $o $e $(cat "start.$n") $(cat "end.$n" 2>/dev/null)
  head -c $o "stdout.$n"
  head -c $e "stderr.$n"
  n=$((n + 1))
done
`.text;
  return { script: text };
}

/** Exits with 1 when there is no such job. */
export function eraseScript(id: string, kill: boolean): Script {
  const end = sh`
if [ ! -s "$d/rc" ] && g=$(cat "$d/group"); then (
${endGroup}
) 2>/dev/null; fi`;
  const text = sh`${findDirectory}
d=$b/${safeName(id)}
[ -d "$d" ] || exit 1
${kill ? end : sh``}
rm -rf "$d"
`.text;
  return { script: text };
}

function timeOf(seconds: string | undefined): string | undefined {
  return seconds === undefined || seconds === '' ? undefined : new Date(Number(seconds) * 1000).toISOString();
}

function readOutputs(bytes: Buffer, timedOut: boolean): Output[] {
  const outputs: Output[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf(0x0a, at);
    if (line < 0) return outputs;
    const [rc, stdoutBytes, stderrBytes, begun, ended] = bytes.toString('utf8', at, line).split(' ');
    const start = timeOf(begun);
    const end = timeOf(ended);
    const middle = line + 1 + Number(stdoutBytes);
    at = middle + Number(stderrBytes);
    outputs.push({
      // A script that was cut short has no end: only that one was hit by the time limit.
      rc: timedOut && end === undefined ? 124 : Number(rc),
      stdout: bytes.subarray(line + 1, middle),
      stderr: bytes.subarray(middle, at),
      ...(timedOut && end === undefined ? { timedOut: true } : {}),
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
    });
  }
}

export function readPoll(output: Output): JobState | undefined {
  const end = output.stdout.indexOf(0x0a);
  const [word = '', limit] = output.stdout.toString('utf8', 0, Math.max(0, end)).split(' ');
  if (word === 'unknown') return { finished: false, known: false };
  if (word === 'running') return { finished: false, known: true };
  if (word !== 'finished') return undefined;
  const timedOut = limit === 'timed_out';
  return {
    finished: true,
    known: true,
    outputs: readOutputs(output.stdout.subarray(end + 1), timedOut),
    ...(timedOut ? { timedOut } : {}),
  };
}
