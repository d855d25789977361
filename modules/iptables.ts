// Keeps one rule in a chain of the packet filter, looked for before it is added, so that it stands once; or a chain's
// policy, or an empty chain.
import type { Plan, Step } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, int, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import {
  changeFilter,
  ruleKind,
  ruleState,
  type Change,
  type Rule,
  type RuleState,
} from './shared/iptables_acts.ts';
import { jumpOf, networkOf, ruleParams, ruleWords } from './shared/iptables_words.ts';

const params = {
  table: optional(oneOf('filter', 'nat', 'mangle', 'raw', 'security'), 'filter'),
  chain: optional(str({ doc: 'Needed, but to flush a whole table' })),
  state: optional(oneOf('present', 'absent'), 'present'),
  action: optional(oneOf('append', 'insert'), 'append'),
  rule_num: optional(int({ doc: 'With insert: its number in the chain' })),
  ...ruleParams,
  set_counters: optional(str({ doc: 'Packets and bytes that a new rule begins with: 0,0' })),
  policy: optional(oneOf('ACCEPT', 'DROP', 'QUEUE', 'RETURN', { doc: 'What the chain does at its end' })),
  flush: optional(bool({ doc: 'Empty the chain, or all chains of the table' }), false),
  chain_management: optional(bool({ doc: 'Make or remove the chain itself too' }), false),
  wait: optional(int({ doc: 'Seconds to wait for others who change the filter; default 10' })),
  numeric: optional(bool({ doc: 'Makes no difference: names are never looked up to print rules' }), false),
};

type Wish = Parameters<typeof params>;

function asKept(wish: Wish): Wish {
  return { ...wish, source: networkOf(wish.source), destination: networkOf(wish.destination) };
}

function ruleOf(wish: Wish): Rule {
  const { table, chain, ip_version: version, wait = 10 } = wish;
  return {
    program: version === 'ipv6' ? 'ip6tables' : 'iptables',
    ...{ table, chain, wait, words: ruleWords(asKept(wish)) },
  };
}

/** A place in the chain, then counters: only a rule that is made may name them. */
function beginnings({ action, rule_num: number, set_counters: counters }: Wish): string[] {
  const place = action === 'insert' && number !== undefined ? [String(number)] : [];
  return [...place, ...(counters === undefined ? [] : ['-c', ...counters.split(/[\s,]+/)])];
}

function planRule(wish: Wish, seen: RuleState): Plan {
  const rule = ruleOf(wish);
  const onChain = (act: Change['act'], ...more: string[]): Step =>
    changeFilter({ ...rule, act, words: [], more });
  const onRule = (act: Change['act'], ...more: string[]): Step => changeFilter({ ...rule, act, more });
  if (wish.flush) return { steps: [onChain('flush')] };
  if (wish.policy !== undefined)
    return { steps: seen.policy === wish.policy ? [] : [onChain('policy', wish.policy)] };
  const hasRule = rule.words.length > 0;
  if (wish.state === 'absent') {
    if (hasRule) return { steps: seen.ruleExists ? [onRule('delete')] : [] };
    return { steps: wish.chain_management && seen.chainExists ? [onChain('delete chain')] : [] };
  }
  const addChain = wish.chain_management && !seen.chainExists ? [onChain('new chain')] : [];
  if (!hasRule || seen.ruleExists) return { steps: addChain };
  return { steps: [...addChain, onRule(wish.action, ...beginnings(wish))] };
}

/** Options that belong to another target than the one that is named. */
function contradiction(wish: Wish): string | undefined {
  const isLogged = wish.log_prefix !== undefined || wish.log_level !== undefined;
  return isLogged && jumpOf(wish) !== 'LOG'
    ? 'Logging options can only be used with the LOG jump target.'
    : undefined;
}

export const iptables = defineModule({
  name: 'iptables',
  fullNames: ['ansible.builtin.iptables'],
  summary: 'Keep one rule of the packet filter',
  reach: () => ({ answers: [ruleKind] }),
  params,
  constraints: {
    mutuallyExclusive: [
      ['flush', 'policy'],
      ['set_dscp_mark', 'set_dscp_mark_class'],
    ],
    requiredTogether: [['match_set', 'match_set_flags']],
    requiredBy: { set_dscp_mark: ['jump'], set_dscp_mark_class: ['jump'] },
    requiredIf: [
      ['flush', false, ['chain']],
      ['jump', 'TEE', ['gateway']],
      ['jump', 'tee', ['gateway']],
    ],
  },
  returns: { rule: str({ doc: 'The words of the rule' }) },
  seen: answers<{ rule: RuleState }>(),
  probes: (wish) => ({ rule: ruleState(ruleOf(wish)) }),
  plan: (wish, seen) => {
    const fail = contradiction(wish);
    return fail === undefined ? planRule(wish, seen.rule) : { steps: [], fail };
  },
  result: (wish) => ({
    rule: [...(wish.wait === undefined ? [] : ['-w', String(wish.wait)]), ...ruleWords(wish)].join(' '),
    ...{ chain: wish.chain ?? null, table: wish.table, state: wish.state, ip_version: wish.ip_version },
    ...{ flush: wish.flush, chain_management: wish.chain_management },
  }),
});
