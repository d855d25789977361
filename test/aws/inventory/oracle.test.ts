// The same files read by amazon.aws.aws_ec2 and by us, against one account of moto: hosts, groups and variables. All
// instances run, as stopped ones are left out by us alone.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { amazonMissing, botoFolder, collectionsFolder, oracleCommand } from '../../oracle/venv.ts';
import { type TestAws, useAws, whyNoAws } from '../../support/moto.ts';
import { runHardway } from '../../support/hardway.ts';
import { describe } from '../../support/suite.ts';
import { makeInstances, scaleGroup } from './account.ts';

/** Each is the rest of a file that names region and caller. */
const files: Readonly<Record<string, string>> = {
  'nothing but the region': '',
  'filters of tags, several values, and a state':
    'filters: { "tag:role": [worker, controller], instance-state-name: [running, stopped] }',
  'include_filters are a union': `filters: { "tag:role": controller }
include_filters: [{ "tag:role": [gate*] }, { "instance-type": t3.large, "tag:role": worker }]`,
  'exclude_filters win': `include_filters: [{ "tag:role": [worker, controller] }]
exclude_filters: [{ "tag:Name": worker-1 }, { "tag:stage": prod }]`,
  'names by preference: tags, values of tags, lists and filters': `hostnames: ["tag:Node=one,Name=worker-2", "tag:role=gateway", "tag:Name | upper", private-ip-address]`,
  'names with prefix and separator': `hostnames:
  - { name: private-ip-address, prefix: "tag:role", separator: "-" }
  - { name: instance-id, prefix: i }`,
  'names that hold colons, and names by groups and zones': `hostnames: ["tag:colon", instance.group-name, availability-zone]
filters: { "tag:Name": [odd, gateway] }`,
  'every name of an instance': `hostnames: ["tag:Name", private-ip-address, "tag:role,stage"]
allow_duplicated_hosts: true
filters: { "tag:Name": [worker-1, gateway] }`,
  'variables with prefix and suffix': `hostvars_prefix: aws_
hostvars_suffix: _ec2
compose: { ansible_host: aws_private_ip_address_ec2 }
keyed_groups: [{ key: aws_tags_ec2.role, prefix: role }]`,
  'groups by tag, zone, type, security group and Auto Scaling group': `hostnames: ["tag:Name", instance-id]
keyed_groups:
  - { key: tags, prefix: tag }
  - { key: tags.role, separator: "" }
  - { key: placement.availability_zone, prefix: zone, parent_group: zones }
  - { key: placement.region, prefix: aws_region }
  - { key: instance_type, prefix: type }
  - { key: "security_groups | map(attribute='group_name') | list", prefix: sg }
  - { key: "tags['aws:autoscaling:groupName'] | default('')", prefix: asg }
groups: { front: "'gateway' in tags.values()", back: "private_ip_address is defined and tags.role != 'gateway'" }`,
  'keyed groups with defaults, without separators, and strict off': `leading_separator: false
keyed_groups:
  - { key: tags.blank, prefix: blank, default_value: none }
  - { key: tags, prefix: t, trailing_separator: false }
  - { key: tags.missing.deeper, prefix: never }
  - { key: architecture }
compose: { never: tags.missing.deeper, ansible_user: "'admin'" }`,
  'old tag keys and old names of groups': `use_contrib_script_compatible_ec2_tag_keys: true
use_contrib_script_compatible_sanitization: true
keyed_groups: [{ key: tags.dashed, prefix: d }]`,
  'templates in options, and variables of the command line': `use_extra_vars: true
filters: { "tag:role": "{{ 'work' ~ 'er' }}" }
compose: { stage_told: stage_of_run }
keyed_groups: [{ key: stage_of_run, prefix: run }]`,
};

interface Listed {
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly vars: Readonly<Record<string, unknown>>;
}

type Listing = Record<string, { hosts?: string[]; children?: string[]; hostvars?: Record<string, object> }>;

/** Without order where Ansible itself keeps none, and without what is ours alone. */
function listed(text: string): Listed {
  const { _meta, ...groups } = JSON.parse(text) as Listing;
  const members = Object.entries(groups).map(([name, { hosts = [], children = [] }]) => [
    name,
    [...hosts, ...children.map((child) => `@${child}`)].sort(),
  ]);
  const vars = Object.entries(_meta?.hostvars ?? {}).map(([host, values]) => [
    host,
    Object.fromEntries(
      Object.entries(values)
        .filter(([name]) => !/^(?:aws_)?ec2_tags(?:_ec2)?$/.test(name))
        .sort(),
    ),
  ]);
  return {
    groups: Object.fromEntries(
      members.filter(([, all]) => (all ?? []).length > 0).sort(),
    ) as Listed['groups'],
    vars: Object.fromEntries(vars.sort()) as Listed['vars'],
  };
}

describe(
  'aws_ec2 beside amazon.aws.aws_ec2',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let folder = '';
    setup(async () => {
      aws = await useAws();
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-ec2-'));
      await makeInstances(aws);
      await scaleGroup(aws, 2);
    });
    teardown(async () => {
      rmSync(folder, { recursive: true, force: true });
      await aws.release();
    });

    const theirs = async (file: string): Promise<string> => {
      const [program, ...words] = oracleCommand('inventory');
      const child = spawn(program, [...words, '-i', file, '--list', '-e', 'stage_of_run=dev'], {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          LC_ALL: 'C.UTF-8',
          PYTHONPATH: botoFolder,
          ANSIBLE_COLLECTIONS_PATH: collectionsFolder,
          AWS_EC2_METADATA_DISABLED: 'true',
        },
      });
      let [out, said] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const code = await new Promise((resolve) => child.on('close', resolve));
      assert.is(code, 0, said);
      return out;
    };

    for (const [index, [name, rest]] of Object.entries(files).entries())
      test(`${name}: the same hosts, groups and variables`, async () => {
        const file = path.join(folder, `case${index}.aws_ec2.yml`);
        const caller = `regions: [${aws.region}]\nendpoint_url: ${aws.proxy.url}\naccess_key: a\nsecret_key: b\n`;
        writeFileSync(file, `plugin: amazon.aws.aws_ec2\n${caller}${rest}\n`);
        const [their, ours] = await Promise.all([
          theirs(file),
          runHardway('inventory', '-i', file, '--list', '-e', 'stage_of_run=dev'),
        ]);
        assert.is(ours.code, 0, ours.stderr);
        const [expected, found] = [listed(their), listed(ours.stdout)];
        assert.ok(Object.keys(expected.vars).length > 0, their);
        assert.equal(found.groups, expected.groups);
        assert.equal(found.vars, expected.vars);
      });
  },
  { unless: whyNoAws() ?? amazonMissing() },
);
