// Check mode of plans that wait: what they change and wait for is told, and only what the wait itself would tell is not.
import * as assert from 'uvu/assert';
import type { ProbeKind, Step, StepKind } from '../../../engine/module/contract.ts';
import { toData } from '../../../engine/module/data.ts';
import { answers, defineModule, done } from '../../../engine/module/define.ts';
import { bool, raw, str } from '../../../engine/module/kinds.ts';
import { play, type Played } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

interface State {
  readonly text: string;
  readonly isUp: boolean;
}

const stateKind: ProbeKind<null, State> = {
  name: 'state of a thing',
  stability: 'volatile',
  target: 'host',
  ask: () => ({ script: 'echo old' }),
  parse: ({ stdout }) => ({ text: stdout.toString('utf8').trim(), isUp: false }),
};

const changeKind: StepKind<string, void> = {
  name: 'change a thing',
  target: 'host',
  perform: () => ({ script: 'false' }),
  describe: (text) => `make it ${text}`,
  effects: [
    {
      probe: stateKind,
      touches: () => true,
      predict: (text: string, _: null, before: State) => ({ ...before, text }),
    },
  ],
};

const waitKind: StepKind<null, void> = {
  name: 'wait for a thing',
  target: 'host',
  readsOnly: true,
  perform: () => ({ script: 'false' }),
  describe: () => 'wait for it',
  effects: [
    {
      probe: stateKind,
      touches: () => true,
      predict: (_: null, __: null, before: State) => ({ ...before, isUp: true }),
    },
  ],
};

const lookKind: StepKind<null, number> = {
  name: 'look at a thing',
  target: 'host',
  readsOnly: true,
  perform: () => ({ script: 'false' }),
  parse: ({ rc }) => rc,
  describe: () => 'look at it',
  effects: [],
};

const thing = defineModule({
  name: 'ping',
  summary: 'Keep a thing',
  params: { data: str({ doc: 'What it is to be; `read` after it reads what the wait tells' }) },
  returns: { text: str(), up: bool(), rc: raw() },
  seen: answers<{ now: State }>(),
  probes: (_, seen) => (seen.now ? done : { now: { kind: stateKind, args: null } }),
  plan: ({ data }, { now }) => {
    const [text = '', reads] = data.split(' ');
    const wait: Step[] = [reads ? { kind: lookKind, args: null } : { kind: waitKind, args: null }];
    return {
      steps: [...(now.text === text ? [] : [{ kind: changeKind, args: text }]), ...(now.isUp ? [] : wait)],
    };
  },
  result: ({ data }, _, outcomes, { now }) => ({
    text: now.text,
    up: now.isUp,
    ...(data.includes(' ') ? { rc: outcomes.one(lookKind) } : {}),
  }),
});

describe('run/check mode of what waits', ({ test }) => {
  const check = (tasks: string): Promise<Played> =>
    play(`- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`, {
      options: { checkMode: true },
      replaceModule: (module) => (module.name === 'ping' ? thing : module),
    });

  test('a change and its wait are told, with what the host is like then', async () => {
    const { result, lines } = await check(
      '    - {name: made, ping: {data: new}}\n    - {name: again, ping: {data: new}}\n',
    );
    assert.equal(lines, ['one made changed', 'one again ok']);
    const { values } = result('one', 'made');
    assert.equal([toData(values.get('text') ?? null), values.get('up')], ['new', true]);
  });

  test('a wait alone is no change, and what it waits for is there afterwards', async () => {
    const { result } = await check('    - {name: waits, ping: {data: old}}\n');
    const { status, values } = result('one', 'waits');
    assert.equal([status, values.get('up'), values.get('changed')], ['ok', true, false]);
  });

  test('a result that needs what the wait would tell is unknown, and the change is told', async () => {
    const { lines } = await check(
      '    - {name: made, ping: {data: "new read"}, register: r}\n    - {name: after, debug: {msg: "{{ r.rc }}"}}\n    - {name: changed, debug: {msg: x}, when: r is changed}\n',
    );
    assert.equal(lines, ['one made changed', 'one after unknown', 'one changed ok']);
  });
});
