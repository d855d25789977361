// One chain of the packet filter and one rule in it: how they are asked for and changed. A rule is looked for by the
// words that would make it (`-C`), so nothing of the kernel's own way of printing rules needs to be understood.
import type { Output, Probe, ProbeFailure, ProbeKind, Step, StepKind } from '../../engine/module/contract.ts';
import { effect, probe, step } from '../../engine/module/probe_identity.ts';
import { sh } from '../../engine/module/quote.ts';
import { unitActKind } from '../../engine/module/vocabulary/unit_acts.ts';

export interface Chain {
  readonly program: 'iptables' | 'ip6tables';
  readonly table: string;
  /** Undefined: every chain of the table, to flush it. */
  readonly chain: string | undefined;
  /** Seconds to wait for others who change the filter. */
  readonly wait: number;
}

export interface Rule extends Chain {
  readonly words: readonly string[];
}

export interface RuleState {
  readonly chainExists: boolean;
  readonly ruleExists: boolean;
  /** ACCEPT or DROP of a built-in chain; empty for a user's own. */
  readonly policy: string;
}

const command = ({ program, table, wait }: Chain): string[] => [program, '-w', String(wait), '-t', table];
const chainWord = ({ chain }: Chain): string[] => (chain === undefined ? [] : [chain]);

export const ruleKind: ProbeKind<Rule, RuleState> = {
  name: 'iptables rule',
  stability: 'stable',
  target: 'host',
  // Daemons and units at their start bring rules of their own (kube-proxy, a unit that keeps a rule over reboots).
  spoiltBy: ({ kind }) => kind.name === unitActKind.name,
  ask: (rule) => ({
    script:
      sh`command -v ${rule.program} >/dev/null || { echo ${`${rule.program} is not there`} >&2; exit 127; }
${command(rule)} -S ${chainWord(rule)} 2>/dev/null | head -n 1
${rule.words.length === 0 ? ['false'] : [...command(rule), '-C', ...chainWord(rule), ...rule.words]} >/dev/null 2>&1 && echo present
:`.text,
  }),
  parse: ({ rc, stdout, stderr }: Output): RuleState | ProbeFailure => {
    if (rc !== 0) return { failed: stderr.toString('utf8').trim() };
    const text = stdout.toString('utf8');
    return {
      chainExists: /^-[NP] /m.test(text),
      ruleExists: /^present$/m.test(text),
      policy: /^-P \S+ (\S+)/m.exec(text)?.[1] ?? '',
    };
  },
};

export const ruleState = (args: Rule): Probe<RuleState> => probe(ruleKind, args);

export interface Change extends Rule {
  readonly act: 'append' | 'insert' | 'delete' | 'new chain' | 'delete chain' | 'flush' | 'policy';
  /** What stands between the chain and the rule's words: a number, counters; a policy's target. */
  readonly more: readonly string[];
}

const flags = {
  ...{ append: '-A', insert: '-I', delete: '-D' },
  ...{ 'new chain': '-N', 'delete chain': '-X', flush: '-F', policy: '-P' },
};

const tail = (change: Change): string[] => [
  flags[change.act],
  ...chainWord(change),
  ...change.more,
  ...change.words,
];

function after({ act, words, more }: Change, question: Rule, before: RuleState): RuleState {
  const isOurs = JSON.stringify(words) === JSON.stringify(question.words);
  switch (act) {
    case 'append':
    case 'insert':
      return isOurs ? { ...before, ruleExists: true } : before;
    case 'delete':
      return isOurs ? { ...before, ruleExists: false } : before;
    case 'flush':
      return { ...before, ruleExists: false };
    case 'new chain':
      return { ...before, chainExists: true };
    case 'delete chain':
      return { chainExists: false, ruleExists: false, policy: '' };
    case 'policy':
      return { ...before, policy: more[0] ?? before.policy };
  }
}

const changeKind: StepKind<Change, void> = {
  name: 'change iptables',
  target: 'host',
  perform: (change) => ({ script: sh`${[...command(change), ...tail(change)]}`.text }),
  describe: (change) => [change.program, '-t', change.table, ...tail(change)].join(' '),
  effects: [
    effect(ruleKind, {
      touches: (step, question) =>
        step.program === question.program &&
        step.table === question.table &&
        (step.chain === undefined || step.chain === question.chain),
      predict: (step, question, before) => before && after(step, question, before),
    }),
  ],
};

export const changeFilter = (args: Change): Step<void> => step(changeKind, args);
