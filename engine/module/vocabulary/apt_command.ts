// What apt-get does to the host as a whole, or with a package file: upgrade, autoremove, build-dep. apt itself says
// beforehand what it would do.
import type {
  Effect,
  Output,
  Predicted,
  Probe,
  ProbeFailure,
  ProbeKind,
  Step,
  StepFailure,
  StepKind,
} from '../contract.ts';
import { effect, probe, step } from '../probe_identity.ts';
import { lines, sh, type ShellText } from '../quote.ts';
import { readSimulation, withoutApt, type Simulation } from './apt_simulation.ts';
import { anyFileMayChange } from './file_effects.ts';
import type { PackageForesight } from './package_foresight.ts';
import { inMemory, packagesKind, type Packages } from './packages.ts';
import { unitKind } from './unit_state.ts';

export interface AptCommand {
  /** The verb and what stands behind it: `['dist-upgrade']`, `['install', '/srv/x.deb']`. */
  readonly words: readonly string[];
  /** Of apt-get, before the verb. */
  readonly flags: readonly string[];
}

/** What apt would do. */
export type Foreseen = Simulation;

export const nothingForeseen: Foreseen = { installs: {}, removes: [], deletes: [] };

function call({ flags, words: [verb = '', ...args] }: AptCommand, more: readonly string[]): ShellText {
  return sh`apt-get ${[...more, ...flags]} ${verb} ${args} </dev/null`;
}

function parse(output: Output, { words }: AptCommand): Foreseen | ProbeFailure {
  const { rc, stdout, stderr } = output;
  const missing = withoutApt(output);
  if (missing) return missing;
  if (rc !== 0) return { failed: `apt-get cannot ${words.join(' ')}: ${stderr.toString('utf8').trim()}` };
  return readSimulation(stdout.toString('utf8').split('\n'));
}

export const foreseenKind: ProbeKind<AptCommand, Foreseen> = {
  name: 'apt foresight',
  stability: 'stable',
  target: 'host',
  ask: (command) => ({
    script: lines(
      sh`command -v apt-get >/dev/null || exit 127`,
      call(command, ['-s', '-y', '-q', '-o', 'Debug::NoLocking=1', ...inMemory]),
    ).text,
  }),
  parse,
};

export function foreseen(command: AptCommand): Probe<Foreseen> {
  return probe(foreseenKind, command);
}

export interface AptAct extends AptCommand {
  readonly foreseen: Foreseen;
  /** URL of a package file that the host fetches first and that stands behind the words. */
  readonly fetch?: string | undefined;
}

const fetchFile = (url: string): ShellText => sh`u=${url} d=$(mktemp -d) || exit 1
trap 'rm -rf -- "$d"' EXIT
chmod 0755 "$d"; f="$d/$(basename "\${u%%[?#]*}")"; case $f in *.deb) ;; *) f="$f.deb" ;; esac
if command -v curl >/dev/null; then curl -fsSL -o "$f" -- "$u"; else wget -q -O "$f" -- "$u"; fi || { echo "cannot fetch $u" >&2; exit 1; }
chmod 0644 "$f"`;

/** Whether apt-get changed anything, by its own summary. */
export function aptChanged({ stdout }: Output): boolean {
  const summary = /^(\d+) upgraded, (\d+) newly installed, (?:\d+ downgraded, )?(\d+) to remove/m;
  const text = stdout.toString('utf8');
  const counts = summary.exec(text)?.slice(1) ?? [];
  return counts.some((count) => count !== '0') || /^(Del |Setting up |\d+ downgraded)/m.test(text);
}

export interface AptOutcome {
  readonly changed: boolean;
  readonly stdout: string;
  /** What apt said beforehand, in check mode. */
  readonly foreseen?: PackageForesight;
}

export function aptOutcome(output: Output): AptOutcome {
  return { changed: aptChanged(output), stdout: output.stdout.toString('utf8') };
}

function installedAfter({ foreseen }: AptAct, _: unknown, before: Packages | undefined): Predicted<Packages> {
  if (before === undefined) return undefined;
  const kept = Object.entries({ ...before.installed, ...foreseen.installs });
  return {
    ...before,
    installed: Object.fromEntries(kept.filter(([name]) => !foreseen.removes.includes(name))),
  };
}

/** After any act of apt another one may have more or less to do. */
export function otherForesight<Args>(waitsFor: (args: Args) => string): Effect<Args> {
  return effect(foreseenKind, {
    touches: () => true,
    predict: (args) => ({ uncertain: [], waitsFor: waitsFor(args) }),
  });
}

export const aptActKind: StepKind<AptAct, AptOutcome> = {
  name: 'apt act',
  target: 'host',
  perform: (args) => ({
    script: lines(
      sh`export DEBIAN_FRONTEND=noninteractive f=`,
      args.fetch === undefined ? undefined : fetchFile(args.fetch),
      sh`${call(args, ['-y', '-q'])} \${f:+"$f"}`,
    ).text.replaceAll('\\${', '${'),
  }),
  parse: (output, { words }): AptOutcome | StepFailure =>
    output.rc === 0
      ? aptOutcome(output)
      : { failed: `Cannot ${words.join(' ')}: ${output.stderr.toString('utf8').trim()}`, output },
  describe: ({ words, fetch }) => ['apt-get', ...words, ...(fetch === undefined ? [] : [fetch])].join(' '),
  mayFail: ({ words }) => `whether apt-get can ${words.join(' ')}`,
  effects: [
    ...anyFileMayChange<AptAct>(),
    effect(packagesKind, { touches: () => true, predict: installedAfter }),
    effect(unitKind, { touches: () => true, predict: (_, __, before) => before }),
    effect(foreseenKind, {
      touches: () => true,
      predict: (args, { words }) =>
        words.join(' ') === args.words.join(' ')
          ? nothingForeseen
          : { uncertain: [], waitsFor: `apt-get ${args.words.join(' ')}` },
    }),
  ],
};

export function aptAct(args: AptAct): Step<AptOutcome> {
  return step(aptActKind, args);
}
