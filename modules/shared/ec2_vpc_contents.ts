// What stands in a VPC besides interfaces: AWS removes none that has any of it.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import type { Need } from '../../engine/module/contract.ts';
import type { AwsKind, Thing } from './aws_api.ts';
import { internetGateways } from './ec2_igws.ts';
import { routeTables } from './ec2_route_tables.ts';
import { securityGroups } from './ec2_security_groups.ts';
import { subnets } from './ec2_subnets.ts';

interface Content {
  /** Those in a VPC, in words. */
  readonly list: (aws: Aws, vpc: string, signal: AbortSignal) => Promise<readonly string[]>;
  /** That there are none. */
  readonly need: (access: AwsAccess, vpc: string) => Need;
}

/** `words` gives none for what goes with the VPC. */
function content<T extends Thing>(
  kind: AwsKind<T>,
  filter: string,
  words: (thing: T) => readonly string[],
): Content {
  return {
    list: async (aws, vpc, signal) => (await kind.type.list(aws, { [filter]: [vpc] }, signal)).flatMap(words),
    need: (access, vpc) => ({
      probe: kind.ask(access, { [filter]: [vpc] }),
      unmet: (found: readonly T[]) => {
        const left = found.flatMap(words);
        return left.length === 0 ? undefined : `VPC ${vpc} is in use: ${left.join(', ')}. Remove these first`;
      },
    }),
  };
}

const named = (kind: string, id: string, name: string | undefined): readonly string[] => [
  `${kind} ${id}${name === undefined ? '' : ` (${name})`}`,
];

const contents: readonly Content[] = [
  content(internetGateways, 'attachment.vpc-id', ({ id, tags }) =>
    named('internet gateway', id, tags['Name']),
  ),
  content(subnets, 'vpc-id', ({ id, tags }) => named('subnet', id, tags['Name'])),
  content(routeTables, 'vpc-id', ({ id, tags, main }) =>
    main ? [] : named('route table', id, tags['Name']),
  ),
  content(securityGroups, 'vpc-id', ({ id, name }) =>
    name === 'default' ? [] : named('security group', id, name),
  ),
];

export async function contentsOfVpc(aws: Aws, vpc: string, signal: AbortSignal): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { list } of contents) found.push(...(await list(aws, vpc, signal)));
  return found;
}

/** What must hold for a VPC to go. */
export function needsEmptyVpc(access: AwsAccess, vpc: string): readonly Need[] {
  return contents.map(({ need }) => need(access, vpc));
}
