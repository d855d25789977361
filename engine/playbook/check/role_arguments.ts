// What a role is given where it is used, against its argument spec. Only that much is known before the run: other
// arguments may come from anywhere, so none is missing yet.
import { type Dict, isDict, type Position, textOf } from '../../document/value.ts';
import { checkArguments, specOfUse } from '../arguments.ts';
import { conditionsOf } from '../inherit.ts';
import { keywords } from '../keywords.ts';
import type { Loading } from '../loading.ts';
import type { RoleUse } from '../model.ts';
import { error, keyPlace, suggestion, warning } from '../problem.ts';
import { evaluateConstants } from '../static_scope.ts';
import { placeAt } from './parameters.ts';

export function checkRoleArguments(use: RoleUse, loading: Loading): void {
  const spec = specOfUse(use);
  if (spec) {
    const vars = use.keywords.get('vars')?.value;
    const check = (): void => {
      checkGiven(use.params, spec.options, use.position, loading);
      if (vars !== undefined && isDict(vars)) checkGiven(vars, spec.options, use.position, loading);
    };
    if (conditionsOf(use).length > 0) loading.inDoubt(check);
    else check();
  }
  warnOfSlips(use, spec?.options, loading);
}

/** Names that the spec does not have are left alone: they may be variables for something else. */
function checkGiven(given: Dict, options: Dict, otherwise: Position, loading: Loading): void {
  const known: Dict = new Map();
  for (const [name, value] of given)
    if (options.has(name) && loading.options.extraVars?.has(name) !== true)
      known.set(name, evaluateConstants(value, loading, otherwise));
  for (const { code, summary, detail, path, at } of checkArguments(options, known))
    if (code !== 'missing-parameter' || path.length > 0)
      loading.report(error(code, summary, placeAt(given, path, at, otherwise), detail));
}

/** A parameter that reads like a misspelt keyword and that the role does not know. */
function warnOfSlips(use: RoleUse, options: Dict | undefined, loading: Loading): void {
  for (const key of use.params.keys()) {
    const name = textOf(key) ?? '';
    const isKnown = options?.has(key) === true || use.role.defaults.has(key) || use.role.vars.has(key);
    const meant = isKnown ? undefined : suggestion(name, keywords.role.keys());
    if (meant === undefined) continue;
    loading.report(
      warning(
        'unknown-keyword',
        `${name} is taken as a variable for role ${use.role.name}`,
        keyPlace(use.params, key, use.position),
        `${meant} Else give the variable under vars`,
      ),
    );
  }
}
