// set_stats: values shown at the end of the run.
import { bare, type Value } from '../../document/value.ts';
import type { ResultData } from '../../module/contract.ts';
import { toValue } from '../../module/data.ts';
import { defineModule } from '../../module/define.ts';
import { bool, dict, optional } from '../../module/kinds.ts';
import { asNumber } from '../keywords.ts';
import { doneAction, type EngineAction } from './engine_action.ts';

const declaration = defineModule({
  name: 'set_stats',
  fullNames: ['ansible.builtin.set_stats'],
  summary: 'Keep values to show at the end of the run',
  reach: 'nothing',
  actsOnRun: true,
  params: { data: dict(), per_host: optional(bool(), false), aggregate: optional(bool(), true) },
  plan: () => ({ steps: [] }),
});

function joined(before: Value | undefined, value: Value): Value {
  const [a, b] = [asNumber(before ?? null), asNumber(value)];
  return typeof bare(value) !== 'string' && a !== undefined && b !== undefined ? a + b : value;
}

export const setStats: EngineAction = {
  module: declaration,
  perform: ({ params, place, job }) => {
    const { stats } = job.playRun.run;
    const data = params['data'] as { readonly [name: string]: ResultData };
    const perHost = params['per_host'] === true;
    const aggregate = params['aggregate'] === true;
    for (const [name, item] of Object.entries(data)) {
      const key = perHost ? `${place.state.name} ${name}` : name;
      stats.set(key, aggregate ? joined(stats.get(key), toValue(item)) : toValue(item));
    }
    return Promise.resolve(doneAction({ ansible_stats: { data, per_host: perHost, aggregate } }));
  },
};
