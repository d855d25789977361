// What apt says that it would do, asked before packages are installed or removed: whether it refuses, and what comes or
// goes along. Only check mode asks.
import type { Need, Output, Predicted, ProbeFailure, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { readSimulation, withoutApt } from './apt_simulation.ts';
import { inMemory } from './packages.ts';

export interface ForesightQuestion {
  readonly act: 'install' | 'remove';
  readonly packages: readonly string[];
  /** Of apt-get, before the verb. */
  readonly flags: readonly string[];
}

export interface PackageForesight {
  /** What apt says when it will not. */
  readonly refused?: string;
  /** It does not know a package, or not in that version: whatever else is installed. */
  readonly isMissing?: boolean;
  /** Versions by name. */
  readonly installs: { readonly [name: string]: string };
  readonly removes: readonly string[];
  /** Of each package that comes or goes, unless apt does not tell. */
  readonly related: { readonly [name: string]: Related };
}

interface Related {
  /** What it stands for besides its own name. */
  readonly provides: readonly string[];
  /** All that it depends on, recommends, conflicts with or replaces. */
  readonly mentions: readonly string[];
}

const relations = [
  'Depends',
  'Pre-Depends',
  'Recommends',
  'Suggests',
  'Enhances',
  'Conflicts',
  'Breaks',
  'Replaces',
];

/** Names of a relation: `a (>= 1) | b:any, c` are three. */
function namesIn(relation: string): string[] {
  return relation
    .split(/[,|]/)
    .map((one) => /^\s*([a-z0-9][a-z0-9.+-]*)/.exec(one)?.[1])
    .filter((name) => name !== undefined);
}

/** apt's last words, as a run that fails tells them. */
export function lastWords({ stdout, stderr }: Output): string {
  const said = stderr.toString('utf8').trim() || stdout.toString('utf8').trim();
  return said.split('\n').slice(-5).join('\n');
}

const missing =
  /^E: (Unable to locate package |Couldn't find any package |Version '.*' for '.*' was not found|Package '.*' has no installation candidate)/;

function refusal(output: Output): PackageForesight {
  const refused = lastWords(output);
  const errors = refused.split('\n').filter((line) => line.startsWith('E: '));
  const isMissing = errors.length > 0 && errors.every((line) => missing.test(line));
  return { installs: {}, removes: [], related: {}, refused, isMissing };
}

function relatedIn(lines: readonly string[]): PackageForesight['related'] {
  const related: { [name: string]: { provides: string[]; mentions: string[] } } = {};
  let about = { provides: new Array<string>(), mentions: new Array<string>() };
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Z][A-Za-z-]*): (.*)$/.exec(line) ?? [];
    if (name === 'Package') related[value] = about = { provides: [], mentions: [] };
    else if (name === 'Provides') about.provides.push(...namesIn(value));
    else if (relations.includes(name)) about.mentions.push(...namesIn(value));
  }
  return related;
}

function parse(output: Output): PackageForesight | ProbeFailure {
  const missing = withoutApt(output);
  if (missing) return missing;
  if (output.rc !== 0) return refusal(output);
  const said = output.stdout.toString('utf8').split('\n');
  const { installs, removes } = readSimulation(said);
  return { installs, removes, related: relatedIn(said) };
}

/** Without the architecture. */
const bare = (name: string): string => name.split(':')[0] ?? name;

const aptsFolder = /^\/etc\/apt(\/|$)/;

/** Whether it changes what apt knows: its settings, sources and lists, or what it holds back. */
function isAboutApt(kind: string, args: unknown): boolean {
  if (['apt lists', 'apt act', 'select package'].includes(kind)) return true;
  if (typeof args !== 'object' || args === null) return false;
  return Object.values(args).some((value) => typeof value === 'string' && aptsFolder.test(value));
}

// `apt-cache show` tells of what would come, `dpkg-query` of what would go.
export const packageForesightKind: ProbeKind<ForesightQuestion, PackageForesight> = {
  name: 'package foresight',
  stability: 'stable',
  target: 'host',
  spoiltBy: ({ kind, args }) => isAboutApt(kind.name, args),
  ask: ({ act, packages, flags }) => ({
    script: sh`command -v apt-get >/dev/null || exit 127
o=$(apt-get -s -y -q -o Debug::NoLocking=1 -o APT::Get::Show-User-Simulation-Note=false ${inMemory} ${flags} ${act} -- ${packages} </dev/null) || { r=$?; printf '%s\n' "$o"; exit "$r"; }
o=$(printf '%s\n' "$o" | grep -E '^(Inst|Remv|Purg) ')
printf '%s\n' "$o"
{ i=$(printf '%s\n' "$o" | sed -n 's/^Inst \([^ ]*\)[^(]*(\([^ ]*\) .*/\1=\2/p'); [ -z "$i" ] || apt-cache ${inMemory} show -- $i
r=$(printf '%s\n' "$o" | sed -n -e 's/^Remv \([^ ]*\).*/\1/p' -e 's/^Purg \([^ ]*\).*/\1/p'); [ -z "$r" ] || dpkg-query -s -- $r
} 2>/dev/null | grep -E ${`^(Package|Provides|${relations.join('|')}): `}
:`.text,
  }),
  parse,
};

const nothingKnown: Related = { provides: [], mentions: [] };

/** Whether apt told all of what comes and goes. */
export function isWhole({ refused, installs, removes, related }: PackageForesight): boolean {
  const all = [...Object.keys(installs), ...removes];
  return refused === undefined && all.every((name) => related[bare(name)] !== undefined);
}

/** Packages of one act of which the other one does not do the same, with all names that they go by. */
function ownOf(
  { packages, foreseen }: Act,
  other: PackageForesight,
): { readonly names: ReadonlySet<string>; readonly mentions: readonly string[] } {
  const { installs, removes, related } = foreseen;
  const comes = Object.keys(installs).filter((name) => installs[name] !== other.installs[name]);
  const goes = removes.filter((name) => !other.removes.includes(name));
  const own = [...comes, ...goes];
  const both = [...Object.keys(installs), ...removes].filter((name) => !own.includes(name));
  const asked = packages.map((wanted) => bare(wanted.split('=')[0] ?? wanted));
  const about = own.map((name) => related[bare(name)] ?? nothingKnown);
  const names = [...own.map(bare), ...asked.filter((name) => !both.includes(name))];
  return {
    names: new Set([...names, ...about.flatMap(({ provides }) => provides)]),
    mentions: about.flatMap(({ mentions }) => mentions),
  };
}

type Act = ForesightQuestion & { readonly foreseen: PackageForesight };

/** Beyond what both do, neither speaks of the other's packages: one does the rest whether the other was done or not. */
function areIndependent(one: Act, other: Act): boolean {
  const [first, second] = [ownOf(one, other.foreseen), ownOf(other, one.foreseen)];
  return (
    [...first.names].every((name) => !second.names.has(name)) &&
    first.mentions.every((name) => !second.names.has(name)) &&
    second.mentions.every((name) => !first.names.has(name))
  );
}

/** What apt says after another act of it. */
export function foresightAfter(
  act: ForesightQuestion & { readonly foreseen: PackageForesight | undefined },
  asked: ForesightQuestion,
  before: PackageForesight | undefined,
  waitsFor: string,
): Predicted<PackageForesight> {
  if (before === undefined || before.isMissing) return before;
  const { foreseen } = act;
  const isSure =
    foreseen !== undefined &&
    isWhole(foreseen) &&
    isWhole(before) &&
    ![...act.flags, ...asked.flags].includes('--autoremove') &&
    areIndependent({ ...act, foreseen }, { ...asked, foreseen: before });
  if (!isSure) return { uncertain: [], waitsFor };
  const left = Object.entries(before.installs).filter(([name]) => foreseen.installs[name] === undefined);
  return {
    ...before,
    installs: Object.fromEntries(left),
    removes: before.removes.filter((name) => !foreseen.removes.includes(name)),
  };
}

/** apt would do it; what it says tells what comes or goes along. */
export function aptAgrees(question: ForesightQuestion, failed: (said: string) => string): Need {
  return {
    probe: probe(packageForesightKind, question),
    unmet: ({ refused }: PackageForesight) => (refused === undefined ? undefined : failed(refused)),
    foretells: (foreseen: PackageForesight) => ({ changed: true, stdout: '', foreseen }),
  };
}
