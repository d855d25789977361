// validate_argument_spec: variables against a role's specification, as `meta/argument_specs.yml` has it.
import { type Dict, isDict, type Key, Undefined, type Value } from '../../document/value.ts';
import { toData } from '../../module/data.ts';
import { defineModule } from '../../module/define.ts';
import { optional, raw } from '../../module/kinds.ts';
import { validateArguments } from '../argument_spec.ts';
import { doneAction, type EngineAction, failedAction } from './engine_action.ts';

const declaration = defineModule({
  name: 'validate_argument_spec',
  fullNames: ['ansible.builtin.validate_argument_spec'],
  summary: 'Check variables against an argument specification',
  reach: 'nothing',
  actsOnRun: true,
  params: {
    argument_spec: raw(),
    provided_arguments: optional(raw()),
    validate_args_context: optional(raw()),
  },
  plan: () => ({ steps: [] }),
});

export const validateArgumentSpec: EngineAction = {
  module: declaration,
  perform: ({ params, job, local }) => {
    const spec = params['argument_spec'] as Value;
    if (!isDict(spec)) return Promise.resolve(failedAction('argument_spec must be a dict'));
    const given = params['provided_arguments'] as Value | undefined;
    const provided: Dict = given !== undefined && isDict(given) ? given : new Map<Key, Value>();
    const errors = validateArguments(spec, provided, (name) => {
      const value = provided.get(name) ?? job.scope.scope(local).get(name);
      if (value === undefined) return undefined;
      const evaluated = job.scope.evaluate(value, local);
      return evaluated.ok ? evaluated.value : new Undefined(name, evaluated.problem.summary);
    });
    const context = {
      validate_args_context: toData((params['validate_args_context'] ?? new Map()) as Value),
    };
    if (errors.length === 0)
      return Promise.resolve(doneAction({ ...context, msg: 'The arg spec validation passed' }));
    const msg = ['Validation of arguments failed:', ...errors].join('\n');
    return Promise.resolve(doneAction({ ...context, failed: true, msg, argument_errors: errors }));
  },
};
