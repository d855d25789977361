// What a role is given where it is used, against its argument spec. Only that much is known before the run: other
// arguments may come from anywhere, so none is missing yet.
import { type Dict, isDict, keyPositionOf, positionOf, setPosition, textOf } from '../../document/value.ts';
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
  if (!spec) warnOfSlips(use, loading);
  else {
    const vars = use.keywords.get('vars')?.value;
    const check = (): void => {
      checkGiven(use.params, use, spec.options, loading);
      if (vars !== undefined && isDict(vars))
        checkGiven(knownOf(vars, spec.options), use, spec.options, loading);
    };
    loading.inDoubtIf(conditionsOf(use).length > 0, check);
  }
}

/** Variables may be meant for something else than the role: only those count that the spec has. */
function knownOf(vars: Dict, options: Dict): Dict {
  const known: Dict = new Map();
  for (const [name, value] of vars) {
    if (!options.has(name)) continue;
    known.set(name, value);
    const position = positionOf(vars, name);
    if (position) setPosition(known, name, position, keyPositionOf(vars, name));
  }
  return known;
}

function checkGiven(given: Dict, use: RoleUse, options: Dict, loading: Loading): void {
  const values: Dict = new Map();
  for (const [name, value] of given)
    if (loading.options.extraVars?.has(name) !== true)
      values.set(name, evaluateConstants(value, loading, use.position));
  for (const { code, summary, detail, path, at } of checkArguments(options, values))
    if (code !== 'missing-parameter' || path.length > 0)
      loading.report(error(code, summary, placeAt(given, path, at, use.position), detail));
}

/** Without a spec every name is a variable; one that reads like a misspelt keyword is told of, unless the role has it. */
function warnOfSlips(use: RoleUse, loading: Loading): void {
  for (const key of use.params.keys()) {
    const name = textOf(key) ?? '';
    const isKnown = use.role.defaults.has(key) || use.role.vars.has(key);
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
