// Filters of DescribeInstances as names of what an instance has, for names of hosts and for telling which filter nothing
// fits. The table is that of amazon.aws.aws_ec2, its odd entries included.
import { snakeName } from '../../aws/snake_name.ts';
import { type AwsRecord, awsText, type AwsValue } from '../../aws/xml_values.ts';

const eni = 'NetworkInterfaces';
const paths: Readonly<Record<string, string>> = {
  affinity: 'Placement Affinity',
  architecture: 'Architecture',
  'availability-zone': 'Placement AvailabilityZone',
  'block-device-mapping.attach-time': 'BlockDeviceMappings Ebs AttachTime',
  'block-device-mapping.delete-on-termination': 'BlockDeviceMappings Ebs DeleteOnTermination',
  'block-device-mapping.device-name': 'BlockDeviceMappings DeviceName',
  'block-device-mapping.status': 'BlockDeviceMappings Ebs Status',
  'block-device-mapping.volume-id': 'BlockDeviceMappings Ebs VolumeId',
  'client-token': 'ClientToken',
  'dns-name': 'PublicDnsName',
  'group-id': 'Groups GroupId',
  'group-name': 'Groups GroupName',
  'host-id': 'Placement HostId',
  hypervisor: 'Hypervisor',
  'iam-instance-profile.arn': 'IamInstanceProfile Arn',
  'image-id': 'ImageId',
  'instance-id': 'InstanceId',
  'instance-lifecycle': 'InstanceLifecycle',
  'instance-state-code': 'State Code',
  'instance-state-name': 'State Name',
  'instance-type': 'InstanceType',
  'instance.group-id': 'SecurityGroups GroupId',
  'instance.group-name': 'SecurityGroups GroupName',
  'ip-address': 'PublicIpAddress',
  'kernel-id': 'KernelId',
  'key-name': 'KeyName',
  'launch-index': 'AmiLaunchIndex',
  'launch-time': 'LaunchTime',
  'monitoring-state': 'Monitoring State',
  'network-interface.addresses.private-ip-address': `${eni} PrivateIpAddress`,
  'network-interface.addresses.primary': `${eni} PrivateIpAddresses Primary`,
  'network-interface.addresses.association.public-ip': `${eni} PrivateIpAddresses Association PublicIp`,
  'network-interface.addresses.association.ip-owner-id': `${eni} PrivateIpAddresses Association IpOwnerId`,
  'network-interface.association.public-ip': `${eni} Association PublicIp`,
  'network-interface.association.ip-owner-id': `${eni} Association IpOwnerId`,
  'network-interface.association.allocation-id': 'ElasticGpuAssociations ElasticGpuId',
  'network-interface.association.association-id': 'ElasticGpuAssociations ElasticGpuAssociationId',
  'network-interface.attachment.attachment-id': `${eni} Attachment AttachmentId`,
  'network-interface.attachment.instance-id': 'InstanceId',
  'network-interface.attachment.instance-owner-id': 'OwnerId',
  'network-interface.attachment.device-index': `${eni} Attachment DeviceIndex`,
  'network-interface.attachment.status': `${eni} Attachment Status`,
  'network-interface.attachment.attach-time': `${eni} Attachment AttachTime`,
  'network-interface.attachment.delete-on-termination': `${eni} Attachment DeleteOnTermination`,
  'network-interface.availability-zone': 'Placement AvailabilityZone',
  'network-interface.description': `${eni} Description`,
  'network-interface.group-id': `${eni} Groups GroupId`,
  'network-interface.group-name': `${eni} Groups GroupName`,
  'network-interface.ipv6-addresses.ipv6-address': `${eni} Ipv6Addresses Ipv6Address`,
  'network-interface.mac-address': `${eni} MacAddress`,
  'network-interface.network-interface-id': `${eni} NetworkInterfaceId`,
  'network-interface.owner-id': `${eni} OwnerId`,
  'network-interface.private-dns-name': `${eni} PrivateDnsName`,
  'network-interface.requester-managed': `${eni} Association IpOwnerId`,
  'network-interface.status': `${eni} Status`,
  'network-interface.source-dest-check': `${eni} SourceDestCheck`,
  'network-interface.subnet-id': `${eni} SubnetId`,
  'network-interface.vpc-id': `${eni} VpcId`,
  'owner-id': 'OwnerId',
  'placement-group-name': 'Placement GroupName',
  platform: 'Platform',
  'private-dns-name': 'PrivateDnsName',
  'private-ip-address': 'PrivateIpAddress',
  'product-code': 'ProductCodes ProductCodeId',
  'product-code.type': 'ProductCodes ProductCodeType',
  'ramdisk-id': 'RamdiskId',
  reason: 'StateTransitionReason',
  'requester-id': 'RequesterId',
  'reservation-id': 'ReservationId',
  'root-device-name': 'RootDeviceName',
  'root-device-type': 'RootDeviceType',
  'source-dest-check': 'SourceDestCheck',
  'spot-instance-request-id': 'SpotInstanceRequestId',
  'state-reason-code': 'StateReason Code',
  'state-reason-message': 'StateReason Message',
  'subnet-id': 'SubnetId',
  tenancy: 'Placement Tenancy',
  'virtualization-type': 'VirtualizationType',
  'vpc-id': 'VpcId',
};

const known: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(paths).map(([name, path]) => [name, path.split(' ').map(snakeName)]),
);

const ofTags: Readonly<Record<string, (tags: AwsRecord) => AwsValue[]>> = {
  tag: (tags) => [...tags].map(([key, value]) => `${key}_${awsText(value)}`),
  'tag-key': (tags) => [...tags.keys()],
  'tag-value': (tags) => [...tags.values()],
};

export const attributeNames: readonly string[] = [...known.keys(), ...Object.keys(ofTags)];

function step(value: AwsValue | undefined, key: string): AwsValue | undefined {
  if (value instanceof Map) return single(value.get(key));
  if (!Array.isArray(value)) return undefined;
  const found = value.map((item) => step(item, key)).filter((one) => one !== undefined && one !== '');
  return single(found.filter((one) => one !== undefined));
}

function single(value: AwsValue | undefined): AwsValue | undefined {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/** What a filter of this name compares; a list where there are several, undefined where the name is none of a filter. */
export function attributeOf(
  name: string,
  instance: AwsRecord,
): { readonly value: AwsValue | undefined } | undefined {
  const tags = instance.get('tags');
  if (Object.hasOwn(ofTags, name) && tags instanceof Map) return { value: ofTags[name]?.(tags) };
  const path = known.get(name);
  if (!path) return undefined;
  let value: AwsValue | undefined = instance;
  for (const key of path) value = step(value, key);
  return { value };
}
