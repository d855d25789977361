// What stands in a VPC besides interfaces, in words.
import type { Aws } from '../../aws/clients.ts';
import { internetGateways } from './ec2_igws.ts';
import { routeTables } from './ec2_route_tables.ts';
import { securityGroups } from './ec2_security_groups.ts';
import { subnets } from './ec2_subnets.ts';

const nameWords = (kind: string, id: string, name: string | undefined): string =>
  `${kind} ${id}${name === undefined ? '' : ` (${name})`}`;

export async function contentsOfVpc(aws: Aws, vpc: string, signal: AbortSignal): Promise<readonly string[]> {
  const here = { 'vpc-id': [vpc] };
  const [tables, groups, nets, gateways] = [
    await routeTables.type.list(aws, here, signal),
    await securityGroups.type.list(aws, here, signal),
    await subnets.type.list(aws, here, signal),
    await internetGateways.type.list(aws, { 'attachment.vpc-id': [vpc] }, signal),
  ];
  return [
    ...gateways.map(({ id, tags }) => nameWords('internet gateway', id, tags['Name'])),
    ...nets.map(({ id, tags }) => nameWords('subnet', id, tags['Name'])),
    ...tables.filter(({ main }) => !main).map(({ id, tags }) => nameWords('route table', id, tags['Name'])),
    ...groups
      .filter(({ name }) => name !== 'default')
      .map(({ id, name }) => nameWords('security group', id, name)),
  ];
}
