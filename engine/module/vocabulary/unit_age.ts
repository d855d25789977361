// Whether files changed after a unit's main process began, or after the unit was last reloaded. A restart that a cut run
// left out is found by this the next time, where a pending handler would be lost.
import type { Output, Probe, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { scopeFlags, type UnitQuestion } from './unit_state.ts';

export interface UnitAgeQuestion extends UnitQuestion {
  /** Of a link, both the link and what it leads to count. */
  readonly files: readonly string[];
}

export interface UnitAge {
  /** A file is newer than the main process. */
  readonly needsRestart: boolean;
  /** A file is newer than the unit's last change of state, a reload among them. */
  readonly needsReload: boolean;
}

/** Seconds. /proc/uptime has hundredths, so a file written within this time after the start counts as older. */
const precision = 0.03;

// systemd tells its times as microseconds since boot, files have theirs since 1970; the host's own two clocks, read
// together, lead from one to the other.
const script = (question: UnitAgeQuestion): string =>
  sh`systemctl ${scopeFlags(question.scope)} show \
-p ExecMainStartTimestampMonotonic -p ActiveEnterTimestampMonotonic -p StateChangeTimestampMonotonic -- ${question.unit} || exit 1
read -r up rest < /proc/uptime
echo "Now=$(date +%s.%N)"
echo "Up=$up"
for f in ${question.files}; do
  { stat -c %.9Y -- "$f" && stat -L -c %.9Y -- "$f"; } 2>/dev/null | sed s/^/File=/
done
:`.text;

export function parseAge(text: string): UnitAge {
  const all = (name: string): number[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${name}=`))
      .map((line) => Number(line.slice(name.length + 1)))
      .filter((value) => Number.isFinite(value));
  const first = (name: string): number => all(name)[0] ?? 0;
  const bootTime = first('Now') - first('Up');
  const began = first('ExecMainStartTimestampMonotonic') || first('ActiveEnterTimestampMonotonic');
  const newest = Math.max(0, ...all('File'));
  const isNewer = (microseconds: number): boolean => newest > bootTime + microseconds / 1e6 + precision;
  return { needsRestart: isNewer(began), needsReload: isNewer(first('StateChangeTimestampMonotonic')) };
}

export const unitAgeKind: ProbeKind<UnitAgeQuestion, UnitAge> = {
  name: 'unit age',
  stability: 'volatile',
  target: 'host',
  ask: (question) => ({ script: script(question) }),
  placed: (question, lead) => ({
    ...question,
    files: [...new Set(question.files.flatMap((file) => [lead(file, 'itself'), lead(file, 'end')]))],
  }),
  parse: ({ rc, stdout, stderr }: Output, { unit }) =>
    rc === 0
      ? parseAge(stdout.toString('utf8'))
      : { failed: `Cannot look at ${unit}: ${stderr.toString('utf8').trim()}` },
};

export function unitAge(question: UnitAgeQuestion): Probe<UnitAge> {
  return probe(unitAgeKind, question);
}
