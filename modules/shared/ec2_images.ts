// Images that instances are made of.
import { defineAwsType, type Tags } from './aws_api.ts';
import { filterItems, tagsFrom } from './aws_tags.ts';

/** Named as in Ansible's results. */
export type Image = Readonly<{
  image_id: string;
  name: string;
  description: string;
  owner_id: string;
  image_owner_alias: string;
  architecture: string;
  creation_date: string;
  image_location: string;
  image_type: string;
  platform_details: string;
  public: boolean;
  state: string;
  root_device_name: string;
  root_device_type: string;
  virtualization_type: string;
  hypervisor: string;
  ena_support: boolean;
  boot_mode: string;
  tags: Tags;
}>;

/** Filters that are parameters of the call: nothing is named so by AWS. */
export const ownersFilter = 'owners';
export const executableFilter = 'executable-users';

/** An id of an account, or one of AWS's words for one. */
const isOwnerOfCall = (owner: string): boolean => /^(?:\d+|self|amazon|aws-marketplace)$/.test(owner);

export const images = defineAwsType<Image>({
  name: 'image',
  list: async (aws, filters, signal) => {
    const { client, sdk } = await aws.ec2();
    const { [ownersFilter]: owners = [], [executableFilter]: users = [], ...others } = filters;
    const aliases = owners.filter((owner) => !isOwnerOfCall(owner));
    const input = {
      ...(owners.some(isOwnerOfCall) ? { Owners: owners.filter(isOwnerOfCall) } : {}),
      ...(users.length > 0 ? { ExecutableUsers: [...users] } : {}),
      Filters: filterItems(aliases.length > 0 ? { ...others, 'owner-alias': aliases } : others),
    };
    const found: Image[] = [];
    for await (const page of sdk.paginateDescribeImages({ client }, input, { abortSignal: signal }))
      for (const one of page.Images ?? [])
        found.push({
          image_id: one.ImageId ?? '',
          name: one.Name ?? '',
          description: one.Description ?? '',
          owner_id: one.OwnerId ?? '',
          image_owner_alias: one.ImageOwnerAlias ?? '',
          architecture: one.Architecture ?? '',
          creation_date: one.CreationDate ?? '',
          image_location: one.ImageLocation ?? '',
          image_type: one.ImageType ?? '',
          platform_details: one.PlatformDetails ?? '',
          public: one.Public === true,
          state: one.State ?? '',
          root_device_name: one.RootDeviceName ?? '',
          root_device_type: one.RootDeviceType ?? '',
          virtualization_type: one.VirtualizationType ?? '',
          hypervisor: one.Hypervisor ?? '',
          ena_support: one.EnaSupport === true,
          boot_mode: one.BootMode ?? '',
          tags: tagsFrom(one.Tags),
        });
    return found.sort(newestFirst);
  },
  fields: {},
});

/** Dates are ISO 8601 in UTC, so that text is in order of time. */
function newestFirst(one: Image, other: Image): number {
  return other.creation_date.localeCompare(one.creation_date) || one.image_id.localeCompare(other.image_id);
}
