import * as assert from 'uvu/assert';
import type { Step } from '../../engine/module/contract.ts';
import { overlay } from '../../engine/module/picture.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { iptables } from '../../modules/iptables.ts';
import { changeFilter, ruleState, type Rule } from '../../modules/shared/iptables_acts.ts';
import { networkOf } from '../../modules/shared/iptables_words.ts';
import { describe } from '../support/suite.ts';

describe('modules/iptables (S1-42)', ({ test }) => {
  const rule = {
    table: 'nat',
    chain: 'POSTROUTING',
    source: '10.200.0.0/16',
    destination: '!10.200.0.0/16',
    jump: 'MASQUERADE',
  };
  const words = '-s 10.200.0.0/16 ! -d 10.200.0.0/16 -j MASQUERADE';
  const seen = (ruleExists: boolean): object => ({
    rule: { chainExists: true, ruleExists, policy: 'ACCEPT' },
  });
  checkModule(
    iptables,
    [
      { name: 'leaves a rule that stands', params: rule, seen: seen(true), result: { rule: words } },
      {
        name: 'adds a rule once',
        params: rule,
        seen: seen(false),
        steps: [`iptables -t nat -A POSTROUTING ${words}`],
      },
      {
        name: 'adds a rule on a network that is named by one of its addresses',
        params: { ...rule, source: '10.200.7.9/16', destination: undefined },
        seen: seen(false),
        steps: ['iptables -t nat -A POSTROUTING -s 10.200.0.0/16 -j MASQUERADE'],
        result: { rule: '-s 10.200.7.9/16 -j MASQUERADE' },
      },
      {
        name: 'removes a rule',
        params: { ...rule, state: 'absent' },
        seen: seen(true),
        steps: [`iptables -t nat -D POSTROUTING ${words}`],
      },
      {
        name: 'inserts at a place',
        params: {
          chain: 'INPUT',
          protocol: 'tcp',
          destination_port: 22,
          ctstate: 'NEW',
          jump: 'ACCEPT',
          action: 'insert',
          rule_num: 2,
        },
        seen: seen(false),
        steps: [
          'iptables -t filter -I INPUT 2 -p tcp -j ACCEPT --destination-port 22 -m conntrack --ctstate NEW',
        ],
      },
      {
        name: 'sets a policy',
        params: { chain: 'INPUT', policy: 'DROP' },
        seen: seen(false),
        steps: ['iptables -t filter -P INPUT DROP'],
      },
      {
        name: 'needs a chain',
        params: { jump: 'ACCEPT' },
        refused: ['iptables: flush is false, so chain is needed'],
      },
      {
        name: 'empties a whole table, each time it is asked to',
        params: { table: 'nat', flush: true },
        seen: { rule: { chainExists: true, ruleExists: false, policy: 'ACCEPT' } },
        steps: ['iptables -t nat -F'],
        repeats: 'as in Ansible',
      },
      {
        name: 'makes a chain with its rule',
        params: { chain: 'OURS', chain_management: true, jump: 'DROP' },
        seen: { rule: { chainExists: false, ruleExists: false, policy: '' } },
        steps: ['iptables -t filter -N OURS', 'iptables -t filter -A OURS -j DROP'],
      },
      {
        name: 'removes a chain',
        params: { chain: 'OURS', chain_management: true, state: 'absent' },
        seen: { rule: { chainExists: true, ruleExists: false, policy: '' } },
        steps: ['iptables -t filter -X OURS'],
      },
      {
        name: 'gives a new rule its counters, and looks for it without them',
        params: { chain: 'INPUT', jump: 'ACCEPT', set_counters: '7,8', action: 'insert', rule_num: 1 },
        seen: seen(false),
        steps: ['iptables -t filter -I INPUT 1 -c 7 8 -j ACCEPT'],
      },
      {
        name: 'logs when only the words of the log are given',
        params: { chain: 'INPUT', log_prefix: 'seen: ', wait: 3 },
        seen: seen(false),
        steps: ['iptables -t filter -A INPUT -j LOG --log-prefix seen: '],
        result: { rule: '-w 3 -j LOG --log-prefix seen: ', chain: 'INPUT', flush: false },
      },
      {
        name: 'refuses words of a log for another target',
        params: { chain: 'INPUT', log_prefix: 'seen: ', jump: 'ACCEPT' },
        seen: seen(false),
        fail: 'Logging options can only be used with the LOG jump target.',
      },
      {
        name: 'matches fragments, or all else',
        params: { chain: 'INPUT', fragment: '!', jump: 'DROP', ip_version: 'ipv4' },
        seen: seen(false),
        steps: ['iptables -t filter -A INPUT -j DROP ! -f'],
      },
      {
        name: 'wants flags for an ipset, and a gateway for copies',
        params: { chain: 'INPUT', jump: 'TEE', match_set: 'admins' },
        refused: [
          'iptables: match_set and match_set_flags are needed together; match_set_flags is missing',
          'iptables: jump is "TEE", so gateway is needed',
        ],
      },
    ],
    test,
  );

  test('networks lose the bits of a host, as in the kernel: two names of one rule are one', () => {
    const given = [
      '10.1.2.3/16',
      '! 10.1.2.255/25',
      '10.1.2.3/32',
      '10.1.2.3/0',
      '10.1.2.3',
      'fd00::1/64',
      '1.2.3.4/99',
    ];
    assert.equal(given.map(networkOf), [
      ...[
        '10.1.0.0/16',
        '! 10.1.2.128/25',
        '10.1.2.3/32',
        '0.0.0.0/0',
        '10.1.2.3',
        'fd00::1/64',
        '1.2.3.4/99',
      ],
    ]);
  });

  test('check mode: a rule says nothing of one whose words end like its own', () => {
    const rule: Rule = {
      program: 'iptables',
      table: 'filter',
      chain: 'INPUT',
      wait: 10,
      words: ['-j', 'DROP'],
    };
    const bare = { chainExists: true, ruleExists: false, policy: 'ACCEPT' };
    const add = (words: readonly string[]): Step => changeFilter({ ...rule, words, act: 'append', more: [] });
    assert.equal(overlay(ruleState(rule), bare, [add(['-p', 'tcp', '-j', 'DROP'])]), bare);
    assert.equal(overlay(ruleState(rule), bare, [add(rule.words)]), { ...bare, ruleExists: true });
    const flushAll = changeFilter({ ...rule, chain: undefined, words: [], act: 'flush', more: [] });
    assert.equal(overlay(ruleState(rule), { ...bare, ruleExists: true }, [flushAll]), bare);
  });
});
