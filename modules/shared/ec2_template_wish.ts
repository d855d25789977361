// The parameters of a launch template, and what a version says of them by the API's names.
import {
  bool,
  dict,
  int,
  list,
  listOf,
  oneOf,
  optional,
  str,
  type Parameters,
} from '../../engine/module/kinds.ts';
import { given } from './aws_given.ts';
import { tagItems, tagsOf } from './aws_tags.ts';
import { metadataInput, profileOf } from './ec2_instance_changes.ts';
import { metadataOptions } from './ec2_instance_wish.ts';
import { defaultMetadata } from './ec2_instances.ts';
import { encoded, plain, type TemplateData } from './ec2_launch_templates.ts';

export const templateParams = {
  template_name: optional(str({ aliases: ['name', 'launch_template_name'] })),
  template_id: optional(str({ aliases: ['id', 'launch_template_id'] })),
  state: optional(oneOf('present', 'absent'), 'present'),
  default_version: optional(str({ doc: 'A number, or latest' }), 'latest'),
  version_description: optional(str(), ''),
  image_id: optional(str()),
  instance_type: optional(str()),
  key_name: optional(str()),
  security_group_ids: optional(list(str()), []),
  security_groups: optional(list(str(), { doc: 'Names, in the default VPC only' }), []),
  user_data: optional(str({ doc: 'Text, or the same as base64' })),
  iam_instance_profile: optional(str({ doc: 'Name or ARN' })),
  block_device_mappings: optional(
    listOf({
      device_name: str(),
      no_device: optional(str()),
      virtual_name: optional(str()),
      ebs: optional(
        dict(
          {},
          {
            volume_size: optional(int({ doc: 'GiB' })),
            volume_type: optional(str(), 'gp3'),
            encrypted: optional(bool(), true),
            delete_on_termination: optional(bool(), true),
            iops: optional(int()),
            throughput: optional(int()),
            kms_key_id: optional(str()),
            snapshot_id: optional(str()),
          },
        ),
      ),
    }),
    [],
  ),
  network_interfaces: optional(
    listOf({
      device_index: optional(int(), 0),
      associate_public_ip_address: optional(bool()),
      delete_on_termination: optional(bool(), true),
      description: optional(str()),
      groups: optional(list(str()), []),
      subnet_id: optional(str()),
    }),
    [],
  ),
  metadata_options: optional(dict({}, metadataOptions)),
  instance_initiated_shutdown_behavior: optional(oneOf('stop', 'terminate')),
  disable_api_termination: optional(bool()),
  ebs_optimized: optional(bool()),
  monitoring: optional(dict({}, { enabled: bool() })),
  placement: optional(
    dict(
      {},
      {
        availability_zone: optional(str()),
        group_name: optional(str()),
        tenancy: optional(oneOf('default', 'dedicated', 'host')),
      },
    ),
  ),
  instance_market_options: optional(
    dict(
      {},
      {
        market_type: optional(oneOf('spot'), 'spot'),
        spot_options: optional(
          dict(
            {},
            {
              instance_interruption_behavior: optional(oneOf('hibernate', 'stop', 'terminate')),
              max_price: optional(str()),
              spot_instance_type: optional(oneOf('one-time', 'persistent')),
            },
          ),
        ),
      },
    ),
  ),
  tags: optional(dict({ aliases: ['resource_tags'], doc: 'Of the template, and of what is made by it' })),
  purge_tags: optional(bool(), true),
};

export type TemplateWish = Parameters<typeof templateParams>;

function volumes({ block_device_mappings: mappings }: TemplateWish): object[] | undefined {
  if (mappings.length === 0) return undefined;
  return mappings.map(({ device_name, no_device, virtual_name, ebs }) =>
    given({
      DeviceName: device_name,
      NoDevice: no_device,
      VirtualName: virtual_name,
      Ebs:
        ebs &&
        given({
          VolumeSize: ebs.volume_size,
          VolumeType: ebs.volume_type,
          Encrypted: ebs.encrypted,
          DeleteOnTermination: ebs.delete_on_termination,
          Iops: ebs.iops,
          Throughput: ebs.throughput,
          KmsKeyId: ebs.kms_key_id,
          SnapshotId: ebs.snapshot_id,
        }),
    }),
  );
}

function cards({ network_interfaces: interfaces }: TemplateWish): object[] | undefined {
  if (interfaces.length === 0) return undefined;
  return interfaces.map((card) =>
    given({
      DeviceIndex: card.device_index,
      AssociatePublicIpAddress: card.associate_public_ip_address,
      DeleteOnTermination: card.delete_on_termination,
      Description: card.description,
      Groups: card.groups.length > 0 ? card.groups : undefined,
      SubnetId: card.subnet_id,
    }),
  );
}

function market({ instance_market_options: options }: TemplateWish): object | undefined {
  if (!options) return undefined;
  const spot = options.spot_options;
  return given({
    MarketType: options.market_type,
    SpotOptions:
      spot &&
      given({
        MaxPrice: spot.max_price,
        SpotInstanceType: spot.spot_instance_type,
        InstanceInterruptionBehavior: spot.instance_interruption_behavior,
      }),
  });
}

export function templateData(wish: TemplateWish): TemplateData {
  const tags = tagItems(tagsOf(wish.tags) ?? {});
  const { placement } = wish;
  const some = (list: readonly string[]): readonly string[] | undefined =>
    list.length > 0 ? list : undefined;
  return plain({
    ImageId: wish.image_id,
    InstanceType: wish.instance_type,
    KeyName: wish.key_name,
    SecurityGroupIds: some(wish.security_group_ids),
    SecurityGroups: some(wish.security_groups),
    UserData: wish.user_data === undefined ? undefined : encoded(wish.user_data),
    IamInstanceProfile:
      wish.iam_instance_profile === undefined ? undefined : profileOf(wish.iam_instance_profile),
    BlockDeviceMappings: volumes(wish),
    NetworkInterfaces: cards(wish),
    MetadataOptions: metadataInput(wish.metadata_options ?? defaultMetadata),
    InstanceInitiatedShutdownBehavior: wish.instance_initiated_shutdown_behavior,
    DisableApiTermination: wish.disable_api_termination,
    EbsOptimized: wish.ebs_optimized,
    Monitoring: wish.monitoring && { Enabled: wish.monitoring.enabled },
    Placement:
      placement &&
      given({
        AvailabilityZone: placement.availability_zone,
        GroupName: placement.group_name,
        Tenancy: placement.tenancy,
      }),
    InstanceMarketOptions: market(wish),
    TagSpecifications:
      tags.length > 0
        ? ['instance', 'volume'].map((ResourceType) => ({ ResourceType, Tags: tags }))
        : undefined,
  });
}
