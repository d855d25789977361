// Keeps what dpkg shall do with a package: hold keeps its version.
import type { Output, ProbeFailure, ProbeKind, StepKind } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { oneOf, str } from '../engine/module/kinds.ts';
import { effect, probe, step } from '../engine/module/probe_identity.ts';
import { sh } from '../engine/module/quote.ts';

interface Selection {
  readonly name: string;
  readonly selection: string;
}

const selectionKind: ProbeKind<{ readonly name: string }, string> = {
  name: 'dpkg selection',
  stability: 'stable',
  target: 'host',
  ask: ({ name }) => ({
    script: sh`command -v dpkg >/dev/null || exit 127; dpkg --get-selections ${name}`.text,
  }),
  parse: ({ rc, stdout, stderr }: Output, { name }): string | ProbeFailure => {
    if (rc === 127) return { failed: 'dpkg is not on this host' };
    if (/no packages found/.test(stderr.toString('utf8')))
      return { failed: `Failed to find package '${name}' to perform a selection.` };
    if (rc !== 0) return { failed: stderr.toString('utf8').trim() };
    return stdout.toString('utf8').trim().split(/\s+/)[1] ?? 'not present';
  },
  shown: (selection, { name }) => ({ title: `selection of package ${name}`, lines: [selection] }),
};

const selectKind: StepKind<Selection, void> = {
  name: 'select package',
  target: 'host',
  perform: ({ name, selection }) => ({
    script: 'dpkg --set-selections',
    stdin: Buffer.from(`${name} ${selection}\n`),
  }),
  describe: ({ name, selection }) => `select ${name} for ${selection}`,
  effects: [
    effect(selectionKind, {
      touches: (args, { name }) => args.name === name,
      predict: ({ selection }) => selection,
    }),
  ],
};

export const dpkg_selections = defineModule({
  name: 'dpkg_selections',
  fullNames: ['ansible.builtin.dpkg_selections'],
  summary: 'Keep the selection of a Debian package',
  reach: () => ({ answers: [selectionKind] }),
  params: { name: str(), selection: oneOf('install', 'hold', 'deinstall', 'purge') },
  seen: answers<{ readonly now: string }>(),
  probes: ({ name }) => ({ now: probe(selectionKind, { name }) }),
  plan: (wish, { now }) => ({ steps: now === wish.selection ? [] : [step(selectKind, wish)] }),
  result: ({ selection }, { now }) => ({ before: now, after: selection }),
});
