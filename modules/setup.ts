// Learns a host's facts in one round trip, without Python. What Ansible's own module tells, it tells under the same
// names; facts of LVM, iSCSI, facter and ohai are left out.
import type { Plan, ResultData } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, int, list, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { notKnown } from '../engine/module/vocabulary/open_number.ts';
import { shellPattern } from '../engine/module/shell_pattern.ts';
import { chooseSources, type FactSource } from './shared/fact_sources.ts';
import { isReadFrom } from './shared/fact_doubts.ts';
import { factTexts, type Texts } from './shared/fact_texts.ts';
import { localFacts } from './shared/facts_local.ts';

const params = {
  gather_subset: optional(
    list(str(), { doc: 'all, min, hardware, network, virtual ...; !x leaves one out.' }),
    ['all'],
  ),
  filter: optional(list(str(), { doc: 'Patterns of names, with or without ansible_.' }), []),
  gather_timeout: optional(int({ doc: 'Seconds.' }), 10),
  fact_path: optional(path({ doc: 'Folder of .fact files on the host.' }), '/etc/ansible/facts.d'),
};

type Wish = Parameters<typeof params>;
interface Seen {
  readonly texts: Texts;
}

function isWanted(name: string, filter: readonly string[]): boolean {
  const patterns = filter.filter((pattern) => pattern !== '');
  if (patterns.length === 0 || patterns.includes('*')) return true;
  return patterns.some((pattern) => {
    const made = shellPattern(pattern);
    return made.test(name) || made.test(`ansible_${name}`);
  });
}

function factsOf(wish: Wish, sources: readonly FactSource[], texts: Texts): Record<string, ResultData> {
  const facts: { [name: string]: ResultData } = {};
  for (const source of sources) {
    for (const [name, value] of Object.entries(source.read(texts))) {
      const why = source.texts.find((text) => texts.open?.[text] !== undefined && isReadFrom(name, text));
      if (isWanted(name, wish.filter))
        facts[`ansible_${name}`] = why === undefined ? value : notKnown(texts.open?.[why] ?? '');
    }
  }
  const ofModule = Object.entries({ gather_subset: wish.gather_subset, module_setup: true });
  return { ...facts, ...Object.fromEntries(ofModule.filter(([name]) => isWanted(name, wish.filter))) };
}

function plan(wish: Wish, { texts }: Seen): Plan {
  const chosen = chooseSources(wish.gather_subset);
  if ('wrong' in chosen) return { steps: [], fail: chosen.wrong };
  const isLocal = chosen.sources.some(({ name }) => name === 'local');
  return {
    steps: [],
    warnings: isLocal ? localFacts(texts).warnings : [],
    effects: { facts: factsOf(wish, chosen.sources, texts) },
  };
}

export const setup = defineModule({
  name: 'setup',
  fullNames: ['ansible.builtin.setup', 'ansible.legacy.setup'],
  summary: 'Learn the facts of a host',
  reach: 'nothing',
  params,
  seen: answers<Seen>(),
  probes: ({ gather_subset: subset, fact_path: factPath, gather_timeout: seconds }) => {
    const chosen = chooseSources(subset);
    const texts = 'wrong' in chosen ? [] : [...new Set(chosen.sources.flatMap((source) => source.texts))];
    // The limit of one thing to learn in Ansible; here all are learnt at once.
    return { texts: factTexts({ texts, factPath, timeoutSeconds: seconds * 3 }) };
  },
  plan,
  result: (wish, seen) => {
    const { effects } = plan(wish, seen);
    return { changed: false, ansible_facts: effects?.facts ?? {} };
  },
});

export const gather_facts = defineModule({
  ...setup,
  name: 'gather_facts',
  fullNames: ['ansible.builtin.gather_facts'],
  params: { ...params, parallel: optional(bool({ doc: 'Taken and passed over.' })) },
});
