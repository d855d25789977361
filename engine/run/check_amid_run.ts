// A task with `check_mode: true` in a run that does things. Nothing it foretells comes to be, so no later task sees it;
// and what its module could tell only by doing it is left out, as ansible-core leaves it out.
import type { Plan } from '../module/contract.ts';
import { isUnforeseen } from '../module/picture.ts';
import { type Execution, told } from './execution.ts';
import { finish } from './finish_module.ts';
import type { LookRequest, World } from './look.ts';

const neverRan = { start: null, end: null, delta: null };

/**
 * A command that does not run: skipped, with the values of one that said nothing; `changed` instead where it has
 * guards that let it run.
 */
export async function commandNotRun(request: LookRequest, world: World, plan: Plan): Promise<Execution> {
  const { module, params } = request;
  const isGuarded = module.guards?.some((name) => params[name] !== undefined) === true;
  const msg = 'Command would have run if not in check mode';
  return {
    end: 'done',
    changed: isGuarded,
    result: {
      ...(await resultOf(request, world, plan)),
      ...neverRan,
      msg,
      ...(isGuarded ? {} : { skipped: true }),
    },
    ...told(plan),
  };
}

async function resultOf(request: LookRequest, world: World, plan: Plan): Promise<object> {
  try {
    const finished = await finish(
      request,
      world,
      plan,
      plan.steps.map(({ kind }) => kind.leftOut),
    );
    return finished.end === 'done' ? finished.result : {};
  } catch (error) {
    // The module reads an outcome that its kind of step has only when it is done: then it has nothing to tell.
    if (error instanceof TypeError) return {};
    throw error;
  }
}

/** Only a real run tells what these steps would bring. */
export function tellsOnlyWhenDone({ steps }: Plan): boolean {
  return steps.some(isUnforeseen);
}
