// What an aws_ec2 file asks for, read and checked.
import { readFileSync } from 'node:fs';
import { type Diagnostic, success } from '../../engine/document/diagnostic.ts';
import {
  type Dict,
  isDict,
  isList,
  keyPositionOf,
  positionOf,
  type Value,
} from '../../engine/document/value.ts';
import {
  type ConstructedSettings,
  constructedSettings,
  safeGroupName,
} from '../../engine/inventory/constructed.ts';
import { expressionProblems } from '../../engine/inventory/constructed_check.ts';
import type { SourceRequest } from '../../engine/inventory/model.ts';
import type { TemplateContext } from '../../engine/template/api.ts';
import { type AwsAccess, completeAccess } from '../../aws/access.ts';
import type { InstanceFilters } from '../../aws/instances.ts';
import { type CacheSettings, cacheSettings } from './cache.ts';
import { ofRunning, readFilters } from './filters.ts';
import { hostnameProblem, type HostnameRule, readHostname } from './hostnames.ts';
import { accessOptions, hostnameKeys, keyedGroupKeys, options as rules } from './option_table.ts';
import { WrittenOptions } from './written_options.ts';

/** A caller and where it asks: `all` is every region that the account may use, nothing the caller's own region. */
export interface Account {
  readonly access: AwsAccess;
  readonly regions: readonly string[] | 'all' | undefined;
}

export const addressPolicies = ['private', 'public', 'auto'] as const;
export const nameClashes = ['error', 'instance_id', 'merge'] as const;

export interface AwsEc2Options {
  readonly file: string;
  readonly accounts: readonly Account[];
  /** Each is a question; what one of them finds is in. */
  readonly include: readonly InstanceFilters[];
  readonly exclude: readonly InstanceFilters[];
  readonly isStrict: boolean;
  readonly hostnames: readonly HostnameRule[];
  readonly allNames: boolean;
  readonly nameClash: (typeof nameClashes)[number];
  readonly prefix: string;
  readonly suffix: string;
  readonly address: (typeof addressPolicies)[number] | undefined;
  readonly gateway: string | undefined;
  readonly useSsm: boolean;
  readonly route53: Route53Options | undefined;
  readonly oldTagKeys: boolean;
  readonly constructed: ConstructedSettings;
  readonly cache: CacheSettings | undefined;
}

export interface Route53Options {
  /** Only names that end so; all when there is none. */
  readonly suffixes: readonly string[];
  readonly excludedZones: readonly string[];
}

/** Templates of a file see variables of the command line, and lookups. */
export function fileContext({ extraVars }: SourceRequest): TemplateContext {
  return {
    scope: { get: (name) => extraVars.get(name), names: () => [...extraVars.keys()].map(String) },
    host: {
      find: () => undefined,
      searchPath: () => [],
      readFile: (file) => readFileSync(file),
      decrypt: (text) => success(text),
    },
  };
}

function accessOf(written: WrittenOptions, above: AwsAccess): AwsAccess {
  const given = {
    region: written.text('region'),
    profile: written.text('profile'),
    accessKey: written.text('access_key'),
    secretKey: written.text('secret_key'),
    sessionToken: written.text('session_token'),
    roleArn: written.text('assume_role_arn'),
    endpointUrl: written.text('endpoint_url'),
  };
  if (given.profile !== undefined && given.accessKey !== undefined)
    written.tell(
      'conflicting-keywords',
      'Options profile and access_key name two callers',
      'Write one of them',
      written.positionOf('access_key'),
    );
  const named = Object.entries(given).filter(([, value]) => value !== undefined && value !== '');
  return { ...above, ...Object.fromEntries(named) };
}

function regionsOf(written: WrittenOptions): Account['regions'] {
  const named = written.texts('regions');
  if (!named) return undefined;
  return named.length === 0 || (named.length === 1 && named[0] === 'all') ? 'all' : named;
}

function accountsOf(written: WrittenOptions, context: TemplateContext): Account[] {
  const own = accessOf(written, {});
  const regions = regionsOf(written);
  const listed = written.dicts('accounts');
  if (!listed) return [{ access: completeAccess(own, process.env), regions }];
  return listed.map((dict) => {
    const account = new WrittenOptions(dict, accessOptions, context, written.diagnostics);
    const access = accessOf(account, own);
    return { access: completeAccess(access, process.env), regions: regionsOf(account) ?? regions };
  });
}

function hostnamesOf(written: WrittenOptions): HostnameRule[] {
  const list = written.list('hostnames') ?? [];
  return list.flatMap((item, at) => {
    const position =
      (isList(list as Value) ? positionOf(list as Value[], at) : undefined) ??
      written.positionOf('hostnames');
    if (isDict(item)) written.checkKeys('Key of hostnames', item, hostnameKeys);
    const rule = readHostname(item);
    if (!rule) {
      const summary = isDict(item)
        ? 'An entry of hostnames has no name'
        : 'An entry of hostnames is no text or dict';
      written.tell(
        'bad-parameter',
        summary,
        'Write a filter’s name, tag:KEY, or {name, prefix, separator}',
        position,
      );
      return [];
    }
    const doubt = hostnameProblem(rule);
    if (doubt) written.tell('bad-parameter', doubt.summary, doubt.detail, position, 'warning');
    return [rule];
  });
}

function constructedOf(written: WrittenOptions, config: Dict, request: SourceRequest): ConstructedSettings {
  written.dict('compose');
  written.dict('groups');
  for (const keyed of written.dicts('keyed_groups') ?? []) {
    written.checkKeys('Key of keyed_groups', keyed, keyedGroupKeys);
    if (keyed.has('default_value') && keyed.has('trailing_separator'))
      written.tell(
        'conflicting-keywords',
        'default_value and trailing_separator do not go together',
        'Write one of them',
        keyPositionOf(keyed, 'trailing_separator'),
      );
  }
  const old = written.flag('use_contrib_script_compatible_sanitization') === true;
  const flags = new Map([
    ['strict', written.flag('strict') ?? false],
    ['leading_separator', written.flag('leading_separator') ?? true],
    ['use_extra_vars', written.flag('use_extra_vars') ?? isOn(request.defaults.get('use_extra_vars'))],
  ]);
  written.diagnostics.push(...expressionProblems(config, flags.get('strict') === true));
  return constructedSettings(new Map([...config, ...flags]), {
    extraVars: request.extraVars,
    groupName: old ? (name) => name.replaceAll(/[^A-Za-z0-9_-]/g, '_') : safeGroupName,
  });
}

export function isOn(word: string | undefined): boolean {
  return word !== undefined && ['1', 'yes', 'true', 'on', 'y', 't'].includes(word.toLowerCase());
}

/** The options, and what is wrong with them; with an error among it they are not to be used. */
export function readOptions(
  config: Dict,
  request: SourceRequest,
): { readonly options: AwsEc2Options; readonly diagnostics: readonly Diagnostic[] } {
  const context = fileContext(request);
  const written = new WrittenOptions(config, rules, context, []);
  const filters = written.dict('filters');
  const included = [
    ...(filters && filters.size > 0 ? [filters] : []),
    ...(written.dicts('include_filters') ?? []),
  ];
  const include = (included.length > 0 ? included : [new Map()]).map((one: Dict) =>
    ofRunning(readFilters(one)),
  );
  const gateway = written.text('gateway');
  const options: AwsEc2Options = {
    file: request.file,
    accounts: accountsOf(written, context),
    include,
    exclude: (written.dicts('exclude_filters') ?? []).map(readFilters),
    isStrict: written.flag('strict_permissions') ?? true,
    hostnames: hostnamesOf(written),
    allNames: written.flag('allow_duplicated_hosts') ?? false,
    nameClash: written.oneOf('name_clash', nameClashes) ?? 'error',
    prefix: written.text('hostvars_prefix') ?? '',
    suffix: written.text('hostvars_suffix') ?? '',
    address: written.oneOf('address', addressPolicies) ?? (gateway === undefined ? undefined : 'auto'),
    gateway,
    useSsm: written.flag('use_ssm_inventory') ?? false,
    route53:
      written.flag('route53_enabled') === true
        ? {
            suffixes: written.texts('route53_hostnames') ?? [],
            excludedZones: written.texts('route53_excluded_zones') ?? [],
          }
        : undefined,
    oldTagKeys: written.flag('use_contrib_script_compatible_ec2_tag_keys') ?? false,
    constructed: constructedOf(written, config, request),
    cache: cacheSettings(written, request),
  };
  written.flag('include_extra_api_calls');
  checkFileName(written, request.file, config);
  return { options, diagnostics: written.diagnostics };
}

function checkFileName(written: WrittenOptions, file: string, config: Dict): void {
  if (/aws_ec2\.ya?ml$/.test(file)) return;
  written.tell(
    'bad-parameter',
    'The file’s name does not end with aws_ec2.yml',
    'Ansible reads an aws_ec2 file under such a name only: rename it to …aws_ec2.yml or …aws_ec2.yaml',
    keyPositionOf(config, 'plugin'),
    'warning',
  );
}
