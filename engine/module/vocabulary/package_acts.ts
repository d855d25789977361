// What apt-get does: fetch its lists, install, remove. Package scripts may change any file, unit or user; what is
// predicted of those is what carries the package's name.
import type { Effect, Step, StepFailure, StepKind } from '../contract.ts';
import { uncertain } from '../picture.ts';
import { step } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { groupKind, userKind, type AccountQuestion } from './account.ts';
import { aptOutcome, otherForesight, type AptOutcome } from './apt_command.ts';
import { contentKind } from './content.ts';
import { listingKind } from './listing.ts';
import { aptCacheAgeKind, packagesKind, type Packages } from './packages.ts';
import { absent, statKind, type Stat, type StatQuestion } from './stat.ts';
import { changed, newUnit } from './unit_files.ts';
import { unitKind, type UnitQuestion, type UnitState } from './unit_state.ts';
import { newFile } from './write_file.ts';
import { textContent } from '../content.ts';

export interface PackageAct {
  readonly act: 'install' | 'remove';
  /** As apt takes them: `nginx`, `nginx=1.22-1`, or the path of a .deb. */
  readonly packages: readonly string[];
  /** Flags of apt-get before the verb. */
  readonly flags: readonly string[];
  /** Answer of policy-rc.d while packages are configured: 101 keeps services from being started. */
  readonly policyRcD?: number | undefined;
  readonly versions: { readonly [name: string]: string };
}

function nameOf(wanted: string): string {
  return wanted.split('=')[0] ?? wanted;
}

/** `nginx` of `nginx-light`: what its files, units and users are named after. */
function isNamedAfter(text: string, { packages }: PackageAct): boolean {
  return packages.some((wanted) => text.includes(nameOf(wanted).split(/[-:]/)[0] ?? wanted));
}

function waitsFor({ act, packages }: PackageAct): string {
  return `${act} ${packages.join(' ')}`;
}

function predictStat(act: PackageAct, { path }: StatQuestion, before: Stat | undefined): unknown {
  if (act.act === 'remove' || before?.exists !== false || !isNamedAfter(path, act)) return before;
  return uncertain([absent, newFile('root', textContent(''))], waitsFor(act));
}

function predictUnit(act: PackageAct, { unit }: UnitQuestion, before: UnitState | undefined): unknown {
  if (act.act === 'remove' || before?.exists !== false || !isNamedAfter(unit, act)) return before;
  const stopped = newUnit(unit);
  const started = changed(
    stopped,
    { ActiveState: 'active', UnitFileState: 'enabled' },
    { active: true, enabled: true },
  );
  return uncertain([stopped, started], waitsFor(act));
}

function predictAccount(act: PackageAct, { name }: AccountQuestion, before: unknown): unknown {
  const isAbsent = (before as { readonly exists: boolean } | undefined)?.exists === false;
  return isAbsent && act.act === 'install' && isNamedAfter(name, act)
    ? { uncertain: [], waitsFor: waitsFor(act) }
    : before;
}

function predictPackages(act: PackageAct, _: unknown, before: Packages | undefined): Packages | undefined {
  if (!before) return undefined;
  const installed = new Map(Object.entries(before.installed));
  for (const wanted of act.packages) {
    const name = nameOf(wanted);
    const version = wanted.split('=')[1] ?? act.versions[name] ?? before.candidates[name] ?? '';
    if (act.act === 'install') installed.set(name, version);
    else installed.delete(name);
  }
  return { ...before, installed: Object.fromEntries(installed) };
}

const always = (): boolean => true;
const unchanged = (_: PackageAct, __: never, before: unknown): unknown => before;
const effects: readonly Effect<PackageAct>[] = [
  { probe: packagesKind, touches: always, predict: predictPackages },
  { probe: statKind, touches: always, predict: predictStat },
  { probe: contentKind, touches: always, predict: unchanged },
  { probe: listingKind, touches: always, predict: unchanged },
  { probe: unitKind, touches: always, predict: predictUnit },
  { probe: userKind, touches: always, predict: predictAccount },
  { probe: groupKind, touches: always, predict: predictAccount },
  otherForesight<PackageAct>(waitsFor),
];

export const packageActKind: StepKind<PackageAct, AptOutcome> = {
  name: 'package',
  target: 'host',
  perform: ({ act, packages, flags, policyRcD }) => ({
    script: sh`export DEBIAN_FRONTEND=noninteractive
${
  policyRcD === undefined
    ? sh`:`
    : sh`p=/usr/sbin/policy-rc.d
if [ -e "$p" ]; then mv -- "$p" "$p.hardway"; fi
trap 'rm -f -- "$p"; if [ -e "$p.hardway" ]; then mv -- "$p.hardway" "$p"; fi' EXIT
printf '#!/bin/sh\nexit %s\n' ${policyRcD} > "$p" && chmod 0755 "$p" || exit 1`
}
apt-get -y -q ${flags} ${act} -- ${packages} </dev/null`.text,
  }),
  parse: (output, args): AptOutcome | StepFailure => {
    if (output.rc === 0) return aptOutcome(output);
    const said = output.stderr.toString('utf8').trim() || output.stdout.toString('utf8').trim();
    return { failed: `Cannot ${waitsFor(args)}: ${said.split('\n').slice(-5).join('\n')}`, output };
  },
  describe: waitsFor,
  effects,
};

export function packageAct(args: PackageAct): Step<AptOutcome> {
  return step(packageActKind, args);
}

export const aptUpdateKind: StepKind<{ readonly flags: readonly string[] }, void> = {
  name: 'apt lists',
  target: 'host',
  perform: ({ flags }) => ({
    script: sh`DEBIAN_FRONTEND=noninteractive apt-get -q ${flags} update </dev/null`.text,
  }),
  parse: (output) =>
    output.rc === 0
      ? undefined
      : { failed: `Cannot fetch apt's lists: ${output.stderr.toString('utf8').trim()}`, output },
  describe: () => 'fetch the lists of apt',
  effects: [
    { probe: aptCacheAgeKind, touches: always, predict: () => ({ seconds: 0 }) },
    { probe: packagesKind, touches: always, predict: (_: unknown, __: unknown, before: unknown) => before },
    otherForesight(() => 'fetch the lists of apt'),
  ],
};

export function aptUpdate(flags: readonly string[]): Step<void> {
  return step(aptUpdateKind, { flags });
}
