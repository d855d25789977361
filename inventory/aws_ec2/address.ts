// By which address hosts are reached, and through whom.
import type { AwsRecord } from '../../aws/xml_values.ts';
import { instanceId } from './ask.ts';
import type { AwsEc2Options } from './options.ts';

export interface Gateway {
  /** As ProxyJump takes it. */
  readonly jump: string;
  /** The instance itself, when it is one of those found: it is reached without a jump. */
  readonly isGateway: (instance: AwsRecord) => boolean;
}

export type GatewayOutcome =
  | { readonly gateway: Gateway | undefined; readonly warning?: string }
  | { readonly wrong: string; readonly detail: string };

function textAt(instance: AwsRecord, key: string): string | undefined {
  const value = instance.get(key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function hasTag(instance: AwsRecord, wanted: string): boolean {
  const tags = instance.get('tags');
  if (!(tags instanceof Map)) return false;
  const equals = wanted.indexOf('=');
  return equals < 0 ? tags.has(wanted) : tags.get(wanted.slice(0, equals)) === wanted.slice(equals + 1);
}

const namesOfAnInstance = [
  'public_ip_address',
  'public_dns_name',
  'private_ip_address',
  'private_dns_name',
  'instance_id',
];

/** `[user@]address[:port]`, or `[user@]tag:KEY=VALUE` for the instance that has the tag. */
export function findGateway(written: string | undefined, instances: readonly AwsRecord[]): GatewayOutcome {
  if (written === undefined || instances.length === 0) return { gateway: undefined };
  const [, user = '', target = ''] = /^([^@]*@)?(.*)$/s.exec(written) ?? [];
  if (!target.startsWith('tag:')) {
    const host = target.replace(/:\d+$/, '').replaceAll(/[[\]]/g, '');
    const isGateway = (one: AwsRecord): boolean => namesOfAnInstance.some((key) => textAt(one, key) === host);
    return { gateway: { jump: written, isGateway } };
  }
  const found = instances.filter((instance) => hasTag(instance, target.slice('tag:'.length)));
  const [first] = found;
  const address = first && (textAt(first, 'public_ip_address') ?? textAt(first, 'private_ip_address'));
  if (!first || address === undefined)
    return {
      wrong: `No instance of the inventory is the gateway ${target}`,
      detail: 'It must be running, fit the filters of the file, and have an address',
    };
  const isGateway = (one: AwsRecord): boolean => instanceId(one) === instanceId(first);
  const gateway = { jump: user + address, isGateway };
  if (found.length === 1) return { gateway };
  return {
    gateway,
    warning: `${found.length} instances are the gateway ${target}; ${instanceId(first)} is used`,
  };
}

/** The variables by which the engine reaches an instance; nothing where the file has no policy. */
export function addressVariables(
  instance: AwsRecord,
  policy: AwsEc2Options['address'],
  gateway: Gateway | undefined,
): readonly (readonly [string, string])[] {
  if (policy === undefined) return [];
  const open = textAt(instance, 'public_ip_address');
  const inner = textAt(instance, 'private_ip_address');
  const isGateway = gateway?.isGateway(instance) === true;
  const wantsInner = policy === 'private' && !(isGateway && open !== undefined);
  const address = policy === 'public' ? open : wantsInner ? inner : (open ?? inner);
  if (address === undefined) return [];
  const jumps = gateway !== undefined && !isGateway && address === inner;
  return [
    ['ansible_host', address],
    ...(jumps ? ([['ansible_ssh_common_args', `-o ProxyJump=${gateway.jump}`]] as const) : []),
  ];
}
