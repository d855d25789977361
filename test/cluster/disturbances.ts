// For every task of site.yml that keeps something: that thing undone on a cluster that is up.
import type { Disturbance } from './disturbance.ts';
import { clientAlone, controlDisturbances } from './disturbances_control.ts';
import { controllerDisturbances, lostMember } from './disturbances_controllers.ts';
import { hostDisturbances } from './disturbances_hosts.ts';
import { workerDisturbances } from './disturbances_workers.ts';

export const disturbances: readonly Disturbance[] = [
  ...controlDisturbances,
  ...hostDisturbances,
  ...controllerDisturbances,
  ...workerDisturbances,
];

/** Those too that a run of their own mends. */
export const allDisturbances: readonly Disturbance[] = [...disturbances, clientAlone, lostMember];
