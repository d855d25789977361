// The options of an aws_ec2 file: those of amazon.aws.aws_ec2, and ours.

export type OptionKind = 'text' | 'flag' | 'number' | 'texts' | 'dict' | 'dicts' | 'list';

export interface OptionRule {
  readonly kind: OptionKind;
  readonly aliases?: readonly string[];
  /** Aliases that the collection takes with a warning. */
  readonly oldAliases?: readonly string[];
  /** Why it should not be used any more. */
  readonly deprecated?: string;
  /** May hold templates, as in the collection. */
  readonly isTemplated?: true;
}

/** Who asks, and where: also the keys of one of `accounts`. */
export const accessOptions: Readonly<Record<string, OptionRule>> = {
  region: { kind: 'text', aliases: ['aws_region'], oldAliases: ['ec2_region'], isTemplated: true },
  regions: { kind: 'texts', isTemplated: true },
  profile: { kind: 'text', aliases: ['aws_profile'], oldAliases: ['boto_profile'], isTemplated: true },
  access_key: {
    kind: 'text',
    aliases: ['aws_access_key_id', 'aws_access_key'],
    oldAliases: ['ec2_access_key'],
    isTemplated: true,
  },
  secret_key: {
    kind: 'text',
    aliases: ['aws_secret_access_key', 'aws_secret_key'],
    oldAliases: ['ec2_secret_key'],
    isTemplated: true,
  },
  session_token: {
    kind: 'text',
    aliases: ['aws_session_token'],
    oldAliases: ['security_token', 'aws_security_token', 'access_token'],
    isTemplated: true,
  },
  assume_role_arn: { kind: 'text', aliases: ['iam_role_arn'], isTemplated: true },
  endpoint_url: { kind: 'text', aliases: ['aws_endpoint_url'], oldAliases: ['endpoint'], isTemplated: true },
};

export const options: Readonly<Record<string, OptionRule>> = {
  plugin: { kind: 'text' },
  ...accessOptions,
  accounts: { kind: 'dicts' },
  filters: { kind: 'dict', isTemplated: true },
  include_filters: { kind: 'dicts' },
  exclude_filters: { kind: 'dicts' },
  strict_permissions: { kind: 'flag' },
  hostnames: { kind: 'list' },
  allow_duplicated_hosts: { kind: 'flag' },
  name_clash: { kind: 'text' },
  hostvars_prefix: { kind: 'text' },
  hostvars_suffix: { kind: 'text' },
  address: { kind: 'text' },
  gateway: { kind: 'text' },
  use_ssm_inventory: { kind: 'flag' },
  route53_enabled: { kind: 'flag' },
  route53_hostnames: { kind: 'texts' },
  route53_excluded_zones: { kind: 'texts' },
  use_contrib_script_compatible_sanitization: {
    kind: 'flag',
    deprecated: 'Write the groups with dashes by hand, or let names have underscores',
  },
  use_contrib_script_compatible_ec2_tag_keys: { kind: 'flag', deprecated: 'Use ec2_tags.NAME' },
  include_extra_api_calls: {
    kind: 'flag',
    deprecated: 'The collection has removed it; nothing is done for it',
  },
  strict: { kind: 'flag' },
  compose: { kind: 'dict' },
  groups: { kind: 'dict' },
  keyed_groups: { kind: 'dicts' },
  use_extra_vars: { kind: 'flag' },
  leading_separator: { kind: 'flag' },
  cache: { kind: 'flag' },
  cache_plugin: { kind: 'text' },
  cache_timeout: { kind: 'number' },
  cache_connection: { kind: 'text' },
  cache_prefix: { kind: 'text' },
};

export const keyedGroupKeys: readonly string[] = [
  'key',
  'prefix',
  'separator',
  'parent_group',
  'default_value',
  'trailing_separator',
];
export const hostnameKeys: readonly string[] = ['name', 'prefix', 'separator'];
