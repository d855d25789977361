// What apt-get does: fetch its lists, install, remove. Package scripts may change any file, unit or user; what is
// predicted of those is what carries the package's name.
import type { Effect, Predicted, Step, StepFailure, StepKind } from '../contract.ts';
import { uncertain } from '../picture.ts';
import { effect, step } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { groupKind, userKind, type AccountQuestion } from './account.ts';
import { aptOutcome, otherForesight, type AptOutcome } from './apt_command.ts';
import { doubtfulFiles } from './doubtful_files.ts';
import { aptAgrees, foresightAfter, isWhole, lastWords, packageForesightKind } from './package_foresight.ts';
import type { PackageForesight } from './package_foresight.ts';
import { aptCacheAgeKind, packagesKind, type Packages, type PackagesQuestion } from './packages.ts';
import { changed, newUnit } from './unit_files.ts';
import { unitKind, type UnitQuestion, type UnitState } from './unit_state.ts';
import { unitTreeKind } from './unit_tree.ts';

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
function wordOf(wanted: string): string {
  return nameOf(wanted).split(/[-:]/)[0] ?? wanted;
}

function isNamedAfter(text: string, { packages }: PackageAct): boolean {
  return packages.some((wanted) => text.includes(wordOf(wanted)));
}

function waitsFor({ act, packages }: PackageAct): string {
  return `${act} ${packages.join(' ')}`;
}

function refusal(act: PackageAct, said: string): string {
  return `Cannot ${waitsFor(act)}: ${said}`;
}

/** Where packages put files. */
const ofPackages = /^\/(etc|usr|lib\w*|bin|sbin|var|opt|boot|run)(\/|$)/;

const files = doubtfulFiles<PackageAct>({
  waitsFor,
  of: (act, path) => {
    if (!ofPackages.test(path) || !isNamedAfter(path, act)) return 'stays';
    if (act.act === 'remove') return 'open';
    // What a user may have changed is kept by dpkg; the rest is the package's own.
    return /^\/(etc|var)\//.test(path) ? 'may come' : 'open';
  },
  lists: (_, { path }) => ofPackages.test(path) || path === '/',
});

function predictUnit(
  act: PackageAct,
  { unit }: UnitQuestion,
  before: UnitState | undefined,
): Predicted<UnitState> {
  if (before === undefined || !isNamedAfter(unit, act)) return before;
  if (act.act === 'remove' || before.exists) return { uncertain: [], waitsFor: waitsFor(act) };
  // Of which type it is nobody knows.
  const stopped = changed(newUnit(unit), { Type: '' }, {});
  const started = changed(
    stopped,
    { ActiveState: 'active', UnitFileState: 'enabled' },
    { active: true, enabled: true },
  );
  return uncertain([before, stopped, started], waitsFor(act));
}

function predictAccount<Answer>(
  act: PackageAct,
  { name }: AccountQuestion,
  before: Answer | undefined,
): Predicted<Answer> {
  return isNamedAfter(name, act) ? { uncertain: [], waitsFor: waitsFor(act) } : before;
}

function afterAct(act: PackageAct, names: readonly string[], before: Packages): Packages {
  const installed = new Map(Object.entries(before.installed));
  for (const wanted of names) {
    const name = nameOf(wanted);
    // An empty version is one that only the run tells.
    const version = wanted.split('=')[1] ?? act.versions[name] ?? before.candidates[name] ?? '';
    if (act.act === 'install') installed.set(name, version);
    else installed.delete(name);
  }
  return { ...before, installed: Object.fromEntries(installed) };
}

/** What is installed after an act of which apt told all that comes and goes. */
function afterForeseen(
  { installs, removes, related }: PackageForesight,
  { names }: PackagesQuestion,
  before: Packages,
): Packages | undefined {
  const installed = new Map(Object.entries(before.installed));
  for (const name of names) {
    const provider = Object.keys(related).find((one) => related[one]?.provides.includes(name));
    const comes = installs[name] ?? (provider === undefined ? undefined : installs[provider]);
    if (comes !== undefined) installed.set(name, comes);
    else if (removes.includes(name)) installed.delete(name);
    // Another package may stand for it as well, or it is one of another architecture.
    else if (provider !== undefined || name.includes(':')) return undefined;
  }
  return { ...before, installed: Object.fromEntries(installed) };
}

/** Where apt did not tell, what comes or goes along is in doubt for all that are asked about. */
function predictPackages(
  act: PackageAct,
  question: PackagesQuestion,
  before: Packages | undefined,
  outcome?: AptOutcome,
): Predicted<Packages> {
  if (!before) return undefined;
  const foreseen = outcome?.foreseen;
  const told = foreseen && isWhole(foreseen) ? afterForeseen(foreseen, question, before) : undefined;
  if (told) return told;
  const { names, versions } = question;
  const sure = afterAct(act, act.packages, before);
  if (versions && names.some((name) => sure.installed[name] === ''))
    return { uncertain: [], waitsFor: waitsFor(act) };
  const isInstall = act.act === 'install';
  const others = names.filter(
    (name) => !act.packages.some((one) => nameOf(one) === name) && name in before.installed !== isInstall,
  );
  return others.length === 0
    ? sure
    : uncertain([sure, afterAct(act, [...act.packages, ...others], before)], waitsFor(act));
}

const always = (): boolean => true;
const effects: readonly Effect<PackageAct>[] = [
  effect(packagesKind, { touches: always, predict: predictPackages }),
  ...files,
  effect(unitKind, { touches: always, predict: predictUnit }),
  effect(unitTreeKind, {
    touches: always,
    // Its own units are of any text, and they may be enabled.
    predict: ({ packages }: PackageAct, _, tree) =>
      tree && { ...tree, open: [...tree.open, ...packages.map((wanted) => wordOf(wanted))] },
  }),
  effect(userKind, { touches: always, predict: predictAccount }),
  effect(groupKind, { touches: always, predict: predictAccount }),
  otherForesight<PackageAct>(waitsFor),
  effect(packageForesightKind, {
    touches: always,
    predict: (act: PackageAct, asked, before, outcome?: AptOutcome) =>
      foresightAfter({ ...act, foreseen: outcome?.foreseen }, asked, before, waitsFor(act)),
  }),
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
    return { failed: refusal(args, lastWords(output)), output };
  },
  describe: waitsFor,
  mayFail: (act) => `whether apt can ${waitsFor(act)}`,
  needs: ({ act, packages, flags, ...more }) => [
    aptAgrees({ act, packages, flags }, (said) => refusal({ act, packages, flags, ...more }, said)),
  ],
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
  mayFail: () => 'what the package sources give',
  effects: [
    effect(aptCacheAgeKind, { touches: always, predict: () => ({ seconds: 0 }) }),
    effect(packagesKind, { touches: always, predict: (_, __, before) => before }),
    otherForesight(() => 'fetch the lists of apt'),
  ],
};

export function aptUpdate(flags: readonly string[]): Step<void> {
  return step(aptUpdateKind, { flags });
}
