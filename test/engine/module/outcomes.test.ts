import * as assert from 'uvu/assert';
import type { StepKind } from '../../../engine/module/contract.ts';
import { defineModule } from '../../../engine/module/define.ts';
import { outcomesOf } from '../../../engine/module/outcomes.ts';
import { step } from '../../../engine/module/probe_identity.ts';
import { checkCase } from '../../../engine/module/testing.ts';
import { describe } from '../../support/suite.ts';

const silent = { target: 'host', describe: (): string => '', effects: [] } as const;
const countKind: StepKind<string, number> = { ...silent, name: 'count' };
const nameKind: StepKind<null, string> = { ...silent, name: 'name' };
const quietKind: StepKind<null, void> = { ...silent, name: 'quiet' };

const steps = [step(countKind, 'a'), step(quietKind, null), step(nameKind, null), step(countKind, 'b')];

describe('module/outcomes', ({ test }) => {
  test('outcomes are asked for by the kinds of their steps and have their types, in the order of the plan', () => {
    const outcomes = outcomesOf(steps, [1, undefined, 'x', 2]);
    const counts: readonly number[] = outcomes.of(countKind);
    const both: readonly (number | string)[] = outcomes.of(nameKind, countKind);
    const name: string = outcomes.one(nameKind);
    assert.equal([counts, both, name], [[1, 2], [1, 'x', 2], 'x']);
    assert.equal(outcomes.of(quietKind), []);
    assert.is(outcomes.count, 4);
  });

  test('a kind is known by its name, so that a step in other words is still found', () => {
    const worded = { ...step(countKind, 'a'), kind: { ...countKind, describe: () => 'other words' } };
    assert.is(outcomesOf([worded], [3]).one(countKind), 3);
  });

  test('before the steps are done there are none, and one that is needed is a type error', () => {
    const outcomes = outcomesOf(steps, []);
    assert.equal([outcomes.count, outcomes.of(countKind)], [0, []]);
    assert.throws(
      () => outcomes.one(nameKind, countKind),
      (error: Error) => error instanceof TypeError && error.message === 'No step was done of name, count',
    );
  });

  test('cases of modules give them in the order of the steps', () => {
    const module = defineModule({
      name: 'counter',
      summary: 'Count',
      params: {},
      plan: () => ({ steps }),
      result: (_, __, outcomes) => ({ counts: outcomes.of(countKind), name: outcomes.one(nameKind) }),
    });
    checkCase(module, {
      ...{ name: 'counts', params: {}, outcomes: [1, undefined, 'x', 2], repeats: 'nothing is asked' },
      ...{ steps, result: { counts: [1, 2], name: 'x' } },
    });
  });
});
