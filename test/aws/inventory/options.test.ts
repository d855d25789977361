// What an aws_ec2 file says that is wrong or old is told at its place, before AWS is asked.
import * as assert from 'uvu/assert';
import type { Dict } from '../../../engine/document/value.ts';
import { parseYaml } from '../../../engine/document/yaml.ts';
import { readOptions } from '../../../inventory/aws_ec2/options.ts';
import { describe } from '../../support/suite.ts';

function told(text: string, file = 'x.aws_ec2.yml', extraVars: Dict = new Map()): string[] {
  const config = parseYaml(text, file).documents[0] as Dict;
  const { diagnostics } = readOptions(config, { file, isFresh: false, extraVars, defaults: new Map() });
  return diagnostics.map(
    ({ severity, summary, detail, position }) =>
      `${severity} ${position?.line ?? '-'}:${position?.column ?? '-'} ${summary}. ${detail ?? ''}`,
  );
}

describe('inventory/aws_ec2/options', ({ test }) => {
  test('an unknown option is told with the nearest name, at its place; in accounts, keyed_groups and hostnames as well', () => {
    assert.equal(
      told(`plugin: aws_ec2
region_s: [eu-west-1]
keyed_groups:
  - { key: x, prefx: y }
hostnames:
  - { name: instance-id, seperator: "-" }
accounts:
  - { profil: prod }
`),
      [
        'error 2:1 Option region_s is not known. Did you mean regions?',
        'error 8:7 Option profil is not known. Did you mean profile?',
        'error 6:26 Key of hostnames seperator is not known. Did you mean separator?',
        'error 4:15 Key of keyed_groups prefx is not known. Did you mean prefix?',
      ],
    );
  });

  test('old names and deprecated options are taken with a warning at their place', () => {
    assert.equal(
      told(`plugin: aws_ec2
boto_profile: prod
ec2_region: eu-west-1
use_contrib_script_compatible_ec2_tag_keys: true
include_extra_api_calls: true
`),
      [
        'warning 2:1 Option boto_profile is an old name. Write profile',
        'warning 3:1 Option ec2_region is an old name. Write region',
        'warning 4:1 Option use_contrib_script_compatible_ec2_tag_keys is deprecated. Use ec2_tags.NAME',
        'warning 5:1 Option include_extra_api_calls is deprecated. The collection has removed it; nothing is done for it',
      ],
    );
  });

  test('values of a wrong kind, and options that exclude each other, are told', () => {
    assert.equal(
      told(`plugin: aws_ec2
profile: prod
access_key: AK
filters: [a]
cache_timeout: soon
address: publik
strict_permissions: perhaps
keyed_groups: [{ key: a, default_value: b, trailing_separator: false }]
`),
      [
        'error 4:10 Option filters is no dict. Write a dict',
        'error 3:13 Options profile and access_key name two callers. Write one of them',
        'error 7:21 Option strict_permissions is no boolean. Write a boolean',
        'error 6:10 Option address cannot be publik. It is one of private, public, auto. Did you mean public?',
        'error 8:44 default_value and trailing_separator do not go together. Write one of them',
        'error 5:16 Option cache_timeout is no number. Write a number',
      ],
    );
  });

  test('a text in hostnames that is nearly a filter, and a name that Ansible would not read, are warned of', () => {
    assert.equal(told('plugin: aws_ec2\nhostnames: [private-ip-adress]\n', 'aws.yml'), [
      'warning 2:13 private-ip-adress in hostnames is no filter, so every host is called so. Did you mean private-ip-address?',
      'warning 1:1 The file’s name does not end with aws_ec2.yml. Ansible reads an aws_ec2 file under such a name only: rename it to …aws_ec2.yml or …aws_ec2.yaml',
    ]);
  });

  test('templates in regions, filters and credentials are replaced, with variables of the command line', () => {
    process.env['HARDWAY_TEST_REGION'] = 'eu-north-1';
    const text = `plugin: aws_ec2
regions: ["{{ lookup('env', 'HARDWAY_TEST_REGION') }}", "{{ second }}"]
access_key: "{{ key }}"
secret_key: s
filters: { "tag:a": "{{ key }}" }
`;
    const config = parseYaml(text, 'x').documents[0] as Dict;
    const extraVars: Dict = new Map([
      ['second', 'us-east-2'],
      ['key', 'AK'],
    ]);
    const { options, diagnostics } = readOptions(config, {
      ...{ file: 'aws_ec2.yml', isFresh: false, extraVars, defaults: new Map() },
    });
    delete process.env['HARDWAY_TEST_REGION'];
    assert.equal(diagnostics, []);
    assert.equal(options.accounts[0]?.regions, ['eu-north-1', 'us-east-2']);
    assert.is(options.accounts[0]?.access.accessKey, 'AK');
    assert.equal(
      [...(options.include[0] ?? [])],
      [
        ['tag:a', ['AK']],
        ['instance-state-name', ['running']],
      ],
    );
    assert.equal(told(text), [
      "error 5:25 'key' is undefined. ",
      "error 3:17 'key' is undefined. ",
      "error 2:61 'second' is undefined. ",
    ]);
  });
});
