// Names of most things of AWS are anybody's to give, so a task may say by which tags it knows its own: what bears the
// name alone is neither changed nor removed.
import type { Plan } from '../../engine/module/contract.ts';
import { dict, optional, type Parameters } from '../../engine/module/kinds.ts';
import type { Tags } from './aws_api.ts';
import { tagsOf } from './aws_tags.ts';

export const ownedParams = {
  only_tagged: optional(
    dict({
      doc: 'Tags that what is there must carry: without them present fails, and absent leaves it and says so',
    }),
  ),
};

type Wish = Parameters<typeof ownedParams>;

export function isOwned({ only_tagged }: Wish, tags: Tags): boolean {
  return Object.entries(tagsOf(only_tagged) ?? {}).every(([key, value]) => tags[key] === value);
}

/** What becomes of a thing that is not the task's own; `what` begins its sentence: `Load balancer web`. */
export function leftAlone(wish: Wish & { readonly state: string }, what: string): Plan {
  const tags = Object.entries(tagsOf(wish.only_tagged) ?? {}).map(([key, value]) => `${key}=${value}`);
  const lacks = `is there without the tag ${tags.join(', ')}`;
  if (wish.state === 'absent')
    return { steps: [], warnings: [`${what} ${lacks}: it is not ours, and stays`] };
  return {
    steps: [],
    fail: `${what} ${lacks}: it is not ours, and is not changed. Choose another name, or remove it first`,
  };
}
