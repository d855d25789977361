// Finds what carries a tag, of any kind that EC2, load balancing, Auto Scaling and IAM (what instances take on) have: what a teardown left behind.
// Instances that were terminated keep their tags for a while, and do not count. It only looks.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { dict, list } from '../engine/module/kinds.ts';
import { literal } from './shared/aws_api.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { tagged, type TaggedThing } from './shared/aws_tagged.ts';
import { tagsOf } from './shared/aws_tags.ts';

export const awsTaggedInfo = defineModule({
  name: 'aws_tagged_info',
  summary: 'Find everything on AWS that carries a tag',
  reach: 'nothing',
  params: { tags: dict({ doc: 'All of them, with these values' }), ...awsParameters },
  returns: { things: list(dict(), { doc: 'kind, id and tags of each' }) },
  seen: answers<{ found: readonly TaggedThing[] }>(),
  probes: (wish, seen) =>
    seen.found
      ? done
      : {
          found: tagged.ask(
            accessOf(wish),
            Object.fromEntries(
              Object.entries(tagsOf(wish.tags) ?? {}).map(([key, value]) => [`tag:${key}`, [literal(value)]]),
            ),
          ),
        },
  plan: ({ tags }) => ({
    steps: [],
    ...(Object.keys(tags).length === 0 ? { fail: 'Name a tag to look for' } : {}),
  }),
  result: (_wish, { found }) => ({ things: [...found] }),
});
