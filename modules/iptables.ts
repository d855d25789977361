// Keeps one rule in a chain of the packet filter, looked for before it is added, so that it stands once.
import type {
  Output,
  Plan,
  Probe,
  ProbeFailure,
  ProbeKind,
  Step,
  StepKind,
} from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, int, list, oneOf, optional, str } from '../engine/module/kinds.ts';
import { sh } from '../engine/module/quote.ts';
import { unitActKind } from '../engine/module/vocabulary/unit_acts.ts';

interface Rule {
  readonly program: 'iptables' | 'ip6tables';
  readonly table: string;
  readonly chain: string;
  readonly words: readonly string[];
}

export interface RuleState {
  readonly chainExists: boolean;
  readonly ruleExists: boolean;
  /** ACCEPT or DROP of a built-in chain; empty for a user's own. */
  readonly policy: string;
}

export const ruleKind: ProbeKind<Rule, RuleState> = {
  name: 'iptables rule',
  stability: 'stable',
  target: 'host',
  // Daemons and units at their start bring rules of their own (kube-proxy, a unit that keeps a rule over reboots).
  spoiltBy: ({ kind }) => kind.name === unitActKind.name,
  ask: ({ program, table, chain, words }) => ({
    script: sh`command -v ${program} >/dev/null || { echo ${`${program} is not there`} >&2; exit 127; }
${program} -w 10 -t ${table} -S ${chain} 2>/dev/null | head -n 1
${words.length === 0 ? ['false'] : [program, '-w', '10', '-t', table, '-C', chain, ...words]} >/dev/null 2>&1 && echo present
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

const ruleState = (args: Rule): Probe<RuleState> => ({ kind: ruleKind, args });

interface Change extends Rule {
  readonly flag: '-A' | '-I' | '-D' | '-N' | '-X' | '-F' | '-P';
}

const changeKind: StepKind<Change, void> = {
  name: 'change iptables',
  target: 'host',
  perform: ({ program, table, flag, chain, words }) => ({
    script: sh`${program} -w 10 -t ${table} ${flag} ${chain} ${words}`.text,
  }),
  describe: ({ program, table, flag, chain, words }) =>
    `${program} -t ${table} ${[flag, chain, ...words].join(' ')}`,
  effects: [
    {
      probe: ruleKind,
      touches: (step, question: Rule) => step.table === question.table && step.chain === question.chain,
      predict: (step, question: Rule, before: RuleState) => {
        const isOurs = step.words.join(' ').endsWith(question.words.join(' '));
        switch (step.flag) {
          case '-A':
          case '-I':
            return isOurs ? { ...before, ruleExists: true } : before;
          case '-D':
            return isOurs ? { ...before, ruleExists: false } : before;
          case '-F':
            return { ...before, ruleExists: false };
          case '-N':
            return { ...before, chainExists: true };
          case '-X':
            return { chainExists: false, ruleExists: false, policy: '' };
          case '-P':
            return { ...before, policy: step.words[0] ?? before.policy };
        }
      },
    },
  ],
};

interface Wanted {
  readonly table: string;
  readonly chain: string | undefined;
  readonly state: 'present' | 'absent';
  readonly action: 'append' | 'insert';
  readonly rule_num: number | undefined;
  readonly ip_version: 'ipv4' | 'ipv6';
  readonly policy: string | undefined;
  readonly flush: boolean;
  readonly chain_management: boolean;
  readonly [match: string]: unknown;
}

/** A value beginning with `!` is negated: the mark goes before the option. */
function option(name: string, text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  return text.startsWith('!') ? ['!', name, text.slice(1).trim()] : [name, text];
}

/** The rule's words, in Ansible's order. */
export function ruleWords(params: Wanted): string[] {
  const text = (name: string): string | undefined => params[name] as string | undefined;
  const many = (name: string): readonly string[] => (params[name] as readonly string[] | undefined) ?? [];
  const states = many('ctstate');
  const ports = many('destination_ports');
  return [
    ...option('-p', text('protocol')),
    ...option('-s', text('source')),
    ...option('-d', text('destination')),
    ...many('match').flatMap((name) => ['-m', name]),
    ...option('-j', text('jump')),
    ...option('--log-prefix', text('log_prefix')),
    ...option('--log-level', text('log_level')),
    ...option('--to-destination', text('to_destination')),
    ...option('--to-source', text('to_source')),
    ...option('-g', text('goto')),
    ...option('-i', text('in_interface')),
    ...option('-o', text('out_interface')),
    ...option('--source-port', text('source_port')),
    ...option('--destination-port', text('destination_port')),
    ...(ports.length > 0 ? ['-m', 'multiport', '--dports', ports.join(',')] : []),
    ...option('--to-ports', text('to_ports')),
    ...(states.length > 0 ? ['-m', 'conntrack', '--ctstate', states.join(',')] : []),
    ...(text('limit') === undefined ? [] : ['-m', 'limit', ...option('--limit', text('limit'))]),
    ...option('--limit-burst', text('limit_burst')),
    ...option('--reject-with', text('reject_with')),
    ...option('--icmp-type', text('icmp_type')),
    ...(text('comment') === undefined ? [] : ['-m', 'comment', ...option('--comment', text('comment'))]),
  ];
}

function ruleOf(params: Wanted): Rule {
  return {
    program: params.ip_version === 'ipv6' ? 'ip6tables' : 'iptables',
    table: params.table,
    chain: params.chain ?? '',
    words: ruleWords(params),
  };
}

function planRule(params: Wanted, seen: RuleState): Plan {
  const rule = ruleOf(params);
  const change = (flag: Change['flag'], words: readonly string[]): Step => ({
    kind: changeKind,
    args: { ...rule, flag, words },
  });
  if (params.flush) return { steps: [change('-F', [])] };
  if (params.policy !== undefined)
    return { steps: seen.policy === params.policy ? [] : [change('-P', [params.policy])] };
  const hasRule = rule.words.length > 0;
  if (params.state === 'absent') {
    const removeRule = hasRule && seen.ruleExists ? [change('-D', rule.words)] : [];
    const removeChain = params.chain_management && !hasRule && seen.chainExists ? [change('-X', [])] : [];
    return { steps: [...removeRule, ...removeChain] };
  }
  const addChain = params.chain_management && !seen.chainExists ? [change('-N', [])] : [];
  if (!hasRule || seen.ruleExists) return { steps: addChain };
  const place = params.action === 'insert' ? '-I' : '-A';
  const number = params.action === 'insert' && params.rule_num !== undefined ? [String(params.rule_num)] : [];
  return { steps: [...addChain, change(place, [...number, ...rule.words])] };
}

export const iptables = defineModule({
  name: 'iptables',
  fullNames: ['ansible.builtin.iptables'],
  summary: 'Keep one rule of the packet filter',
  reach: () => ({ answers: [ruleKind] }),
  params: {
    table: optional(oneOf('filter', 'nat', 'mangle', 'raw', 'security'), 'filter'),
    chain: optional(str()),
    state: optional(oneOf('present', 'absent'), 'present'),
    action: optional(oneOf('append', 'insert'), 'append'),
    rule_num: optional(int()),
    ip_version: optional(oneOf('ipv4', 'ipv6'), 'ipv4'),
    protocol: optional(str()),
    source: optional(str({ doc: 'Address or network; a leading ! negates it, here and elsewhere' })),
    destination: optional(str()),
    match: optional(list(), []),
    jump: optional(str()),
    goto: optional(str()),
    in_interface: optional(str()),
    out_interface: optional(str()),
    source_port: optional(str()),
    destination_port: optional(str()),
    destination_ports: optional(list(), []),
    to_ports: optional(str()),
    to_destination: optional(str()),
    to_source: optional(str()),
    ctstate: optional(list(), []),
    limit: optional(str()),
    limit_burst: optional(str()),
    log_prefix: optional(str()),
    log_level: optional(str()),
    reject_with: optional(str()),
    icmp_type: optional(str()),
    comment: optional(str()),
    policy: optional(oneOf('ACCEPT', 'DROP', 'QUEUE', 'RETURN')),
    flush: optional(bool(), false),
    chain_management: optional(bool({ doc: 'Make or remove the chain itself too' }), false),
  },
  constraints: { mutuallyExclusive: [['flush', 'policy']] },
  returns: { rule: str() },
  seen: answers<{ rule: RuleState }>(),
  probes: (params, seen) => (seen.rule ? done : { rule: ruleState(ruleOf(params)) }),
  plan: (params, seen) =>
    params.chain === undefined && !params.flush
      ? { steps: [], fail: 'chain is needed, but to flush' }
      : planRule(params, seen.rule),
  result: (params) => ({ rule: ruleWords(params).join(' ') }),
});
