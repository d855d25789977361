// Modules whose work is the engine's own. They are declared like any module, so that checks and documentation know
// them; what they do needs the run's state and is done here.
import type { Module } from '../module/define.ts';
import { asyncStatus } from './actions/async_status.ts';
import { includeVars } from './actions/include_vars.ts';
import { reboot } from './actions/reboot.ts';
import { setStats } from './actions/set_stats.ts';
import { validateArgumentSpec } from './actions/validate_argument_spec.ts';
import { waitForConnection } from './actions/wait_for_connection.ts';
import type { EngineAction } from './actions/engine_action.ts';

const actions: ReadonlyMap<string, EngineAction> = new Map(
  [asyncStatus, includeVars, reboot, setStats, validateArgumentSpec, waitForConnection].map((action) => [
    action.module.name,
    action,
  ]),
);

export function engineActionFor(module: string): EngineAction | undefined {
  return actions.get(module);
}

/** For the registry: the declarations of the engine's own modules. */
export function engineModules(): readonly Module[] {
  return [...actions.values()].map((action) => action.module);
}
