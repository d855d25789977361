// Broken inventories: INI, YAML, programs, and configurations of dynamic sources.
import type { Case, Files } from './place.ts';

const inv = (
  what: string,
  told: string,
  text: string | Uint8Array,
  more: Files = {},
  name = 'hosts',
): Case => ({ what, told, run: `inventory -i ${name} --list`, files: { [name]: text, ...more } });
const script = (what: string, told: string, text: string): Case => ({
  what: `a program ${what}`,
  told,
  run: 'inventory -i script --list',
  files: { 'script+x': text },
});
const y = (what: string, told: string, text: string): Case =>
  inv(`YAML: ${what}`, told, text, {}, 'hosts.yml');
const built = (what: string, told: string, text: string): Case => ({
  what: `constructed: ${what}`,
  told,
  run: 'inventory -i hosts -i built.yml --list',
  files: { 'built.yml': `plugin: constructed\n${text}` },
});
// None of them gets so far as to ask AWS.
const ec2 = (what: string, told: string, text: string): Case => ({
  what: `aws_ec2: ${what}`,
  told,
  run: 'inventory -i my.aws_ec2.yml --list',
  files: { 'my.aws_ec2.yml': `plugin: aws_ec2\n${text}` },
});

export const inventoryCases: readonly Case[] = [
  inv(
    'a range that ends nowhere',
    '1 hosts:1:1 Host web[1:] cannot be read: A range must say where it ends',
    'web[1:]\n',
  ),
  inv(
    'a range with a dash',
    '1 hosts:1:1 Host web[1-3] cannot be read: A range is [begin:end] or [begin:end:step]',
    'web[1-3]\n',
  ),
  inv(
    'a range with a step of none',
    '1 hosts:1:1 Host web[1:9:0] cannot be read: The step of a range is a whole number from 1',
    'web[1:9:0]\n',
  ),
  inv(
    'a range of a letter to a number',
    '1 hosts:1:1 Host web[a:9] cannot be read: A range goes from number to number or from letter to letter',
    'web[a:9]\n',
  ),
  inv(
    'a range of many millions',
    '1 hosts:1:1 Host web[1:99999999] cannot be read: A range makes at most 1,000,000 hosts',
    'web[1:99999999]\n',
  ),
  inv(
    'a bracket of a range that is not closed',
    '1 hosts:1:1 Host web[1:3 cannot be read: Brackets of a range do not match',
    'web[1:3\n',
  ),
  inv(
    'a kind of section that is misspelt',
    '1 hosts:1:1 Section kind var is not known / vars',
    '[web:var]\na=1\n',
  ),
  inv('a header that is not closed', '1 hosts:1:1 Section header is not closed', '[web\none\n'),
  inv('a header without a name', '1 hosts:1:1 Section header cannot be read', '[]\none\n'),
  inv('a header with a space', '1 hosts:1:1 Section header cannot be read', '[my web]\none\n'),
  inv(
    'groups that are children of each other',
    '1 hosts:4:1 Group a would be below itself',
    '[a:children]\nb\n[b:children]\na\n',
  ),
  inv('a group that is its own child', '1 hosts:2:1 Group a would be below itself', '[a:children]\na\n'),
  inv(
    'a child that is misspelt',
    '1 hosts:4:1 Child group wbe does not exist / web',
    '[web]\none\n[all_web:children]\nwbe\n',
  ),
  inv(
    'variables of a group that is not there',
    '1 hosts:3:1 Variables are given to group wbe, which does not exist / web',
    '[web]\none\n[wbe:vars]\na=1\n',
  ),
  inv(
    'a variable among children',
    '1 hosts:4:1 Line is no group name: web a=1',
    '[web]\none\n[all_web:children]\nweb a=1\n',
  ),
  inv('a host among variables', '1 hosts:4:1 Line is no variable: two', '[web]\none\n[web:vars]\ntwo\n'),
  inv('a quote of a host variable that is not closed', '1 hosts:1:7 A quote is not closed', 'one a="b c\n'),
  inv('a host variable without a value', '1 hosts:1:5 Host variable a has no =', 'one a\n'),
  inv(
    'a priority that is no number',
    '1 hosts:4:24 A group priority is a whole number',
    '[web]\none\n[web:vars]\nansible_group_priority=high\n',
  ),
  inv(
    'YAML without its extension',
    '1 hosts:1:1 Host --- cannot be read: This is the start of a YAML file',
    '---\nall:\n  hosts:\n    one: {\n',
  ),
  inv(
    'bytes that are no text',
    '1 hosts:1:8 The text is not UTF-8: byte 0xff cannot stand here',
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0x00, 0x01, 0x02, 0xff, 0xfe, 0x0a]),
  ),
  inv('a NUL in a host', '1 hosts:1:3 Character U+0000 cannot stand in an inventory', 'on\u0000e\n'),
  inv(
    'bytes of Latin-1 in an INI',
    '1 hosts:2:3 The text is not UTF-8: byte 0xfc cannot stand here',
    Buffer.from('[web]\ngr\xfcn\n', 'latin1'),
  ),
  inv('an INI in a file of YAML', '1 hosts.yml:2:1 List and dict are mixed', '[web]\none\n', {}, 'hosts.yml'),
  inv(
    'TOML',
    '1 hosts.toml:1:1 Inventories in TOML are not read',
    '[web.hosts]\none = {}\n',
    {},
    'hosts.toml',
  ),
  inv(
    'JSON that is cut',
    '1 hosts.json:1:19 Bracket is not closed',
    '{"all": {"hosts": {"one": ',
    {},
    'hosts.json',
  ),
  y('hosts as a list', '1 hosts.yml:3:5 hosts of group all is no dict', 'all:\n  hosts:\n    - one\n'),
  y('a group as a list', '1 hosts.yml:3:10 Group web is no dict', 'all:\n  children:\n    web: [one]\n'),
  y('a number as a host', '1 hosts.yml:3:5 Host name 1 is no text', 'all:\n  hosts:\n    1: {}\n'),
  y('a number as a group', '1 hosts.yml:1:1 Group name 1 is no text', '1:\n  hosts: {one: }\n'),
  y(
    'the variables of a host as a text',
    '1 hosts.yml:3:10 Variables of host one are no dict',
    'all:\n  hosts:\n    one: yes please\n',
  ),
  y('vars as a list', '1 hosts.yml:2:9 vars of group all is no dict', 'all:\n  vars: [a]\n'),
  y(
    'children that go in a circle',
    '1 hosts.yml:2:16 Group a would be below itself',
    'a: {children: {b: }}\nb: {children: {a: }}\n',
  ),
  y(
    'a range that is broken',
    '1 hosts.yml:3:5 Host web[1: cannot be read: A host name ends with a colon but no port follows',
    'all:\n  hosts:\n    web[1:: {}\n',
  ),
  y(
    'a range in quotes that is broken',
    '1 hosts.yml:3:5 Host web[1: cannot be read: A host name ends with a colon but no port follows',
    'all:\n  hosts:\n    "web[1:": {}\n',
  ),
  y('a list at the top', '1 hosts.yml:1:1 Inventory is no dict of groups', '- one\n'),
  y('a text at the top', '1 hosts.yml:1:1 Inventory is no dict of groups', 'one\n'),
  y('nothing', '1 hosts.yml:1:1 Inventory is no dict of groups', ''),
  y('a tab', '1 hosts.yml:2:1 Tab in the indentation', 'all:\n\thosts: {one: }\n'),
  y('a quote that is not closed', '1 hosts.yml:3:5 Quote is not closed', 'all:\n  hosts:\n    "one: {}\n'),
  y(
    'a source that is misspelt',
    '1 hosts.yml:1:9 Inventory source constructd is not known / constructed',
    'plugin: constructd\n',
  ),
  y(
    'a source that is not built',
    '1 hosts.yml:1:9 Inventory source azure_rm is not known',
    'plugin: azure_rm\n',
  ),
  y('a source that is a list', '1 hosts.yml:1:9 plugin names no source', 'plugin: [constructed]\n'),
  script(
    'that fails',
    '1 script:1:1 Inventory script failed with --list',
    '#!/bin/sh\necho no such account >&2\nexit 3\n',
  ),
  script('that is killed', '1 script:1:1 Inventory script failed with --list', '#!/bin/sh\nkill -9 $$\n'),
  script(
    'that prints no JSON',
    '1 script:1:1 Inventory script printed no JSON for --list',
    '#!/bin/sh\necho hello\n',
  ),
  script(
    'that prints JSON cut short',
    '1 script:1:1 Inventory script printed no JSON for --list',
    '#!/bin/sh\nprintf \'{"web": {"hosts": ["one"\'\n',
  ),
  script('that prints a list', '1 script:1:1 Inventory script printed no dict', '#!/bin/sh\necho "[1]"\n'),
  script(
    'that gives a number for a group',
    '1 script:1:1 Group web of the inventory script is no dict or list',
    '#!/bin/sh\necho \'{"web": 1}\'\n',
  ),
  script(
    'that gives hosts as a dict',
    '1 script:1:1 Group web of the inventory script is malformed',
    '#!/bin/sh\necho \'{"web": {"hosts": {"one": {}}}}\'\n',
  ),
  script(
    'that gives hosts as numbers',
    '1 script:1:1 Group web of the inventory script names what is no text',
    '#!/bin/sh\necho \'{"web": {"hosts": [1]}, "_meta": {"hostvars": {}}}\'\n',
  ),
  script(
    'that gives hostvars as a list',
    '1 script:1:1 hostvars of the inventory script is no dict',
    '#!/bin/sh\necho \'{"web": {"hosts": ["one"]}, "_meta": {"hostvars": []}}\'\n',
  ),
  script(
    'that gives variables of a host as a text',
    '1 script:1:1 Variables of host one of the inventory script are no dict',
    '#!/bin/sh\necho \'{"web": {"hosts": ["one"]}, "_meta": {"hostvars": {"one": "x"}}}\'\n',
  ),
  script(
    'that fails for one host',
    '1 script:1:1 Inventory script failed with --host one',
    '#!/bin/sh\n[ "$1" = --host ] && exit 4\necho \'{"web": {"hosts": ["one"]}}\'\n',
  ),
  script(
    'whose groups go in a circle',
    '1 script:1:1 Group a would be below itself',
    '#!/bin/sh\necho \'{"a": {"children": ["b"]}, "b": {"children": ["a"]}, "_meta": {"hostvars": {}}}\'\n',
  ),
  script(
    'whose interpreter is missing',
    '1 script:1:1 Inventory script failed with --list',
    '#!/nowhere/python9\n',
  ),
  script('that is no program', '1 script:1:1 Inventory script failed with --list', '\u0000\u0001'),
  {
    what: 'script that may not be executed',
    told: '1 script:1:1 Inventory script failed with --list',
    run: 'inventory -i script --list',
    files: { script: '#!/bin/sh\necho {}\n' },
  },
  {
    what: 'an inventory that is missing',
    told: '1 - Inventory nope does not exist',
    run: 'inventory -i nope --list',
  },
  {
    what: 'a folder of inventories with a broken one',
    told: '1 inv/b:1:1 Section kind kids is not known',
    run: 'inventory -i inv --list',
    files: { 'inv/a': 'one\n', 'inv/b': '[web:kids]\n' },
  },
  {
    what: 'a host that is not there',
    told: '5 - there is no host oen in the inventory; did you mean one?',
    run: 'inventory -i hosts --host oen',
  },
  {
    what: 'a group that is not there',
    told: '5 - there is no group wbe in the inventory; did you mean web?',
    run: 'inventory -i hosts --graph wbe',
  },
  built(
    'an option that is misspelt',
    '0 built.yml:2:1 Option compse is not known / compose',
    'compse: {a: b}\n',
  ),
  built('compose as a list', '1 built.yml:2:10 Option compose is no dict', 'compose: [a]\n'),
  built('groups as a text', '1 built.yml:2:9 Option groups is no dict', 'groups: web\n'),
  built(
    'keyed_groups as a dict',
    '1 built.yml:2:15 Option keyed_groups is no list',
    'keyed_groups: {key: a}\n',
  ),
  built(
    'keyed_groups of texts',
    '1 built.yml:2:15 An entry of keyed_groups is no dict',
    'keyed_groups: [a]\n',
  ),
  built(
    'a group without a key',
    '0 built.yml:2:17 An entry of keyed_groups has no key',
    'keyed_groups: [{prefix: a}]\n',
  ),
  built(
    'an option of keyed_groups that is misspelt',
    '0 built.yml:3:14 Option of keyed_groups prefx is not known / prefix',
    'keyed_groups:\n  - {key: a, prefx: b}\n',
  ),
  built(
    'strict that is no boolean',
    '1 built.yml:2:9 Option strict is no boolean',
    'strict: perhaps\ncompose: {a: "1"}\n',
  ),
  built(
    'an expression that is cut',
    '0 built.yml:3:9 template syntax error: unexpected end of template',
    'compose:\n  a: "(1"\n',
  ),
  built(
    'an expression that is cut, strictly',
    '1 built.yml:4:9 template syntax error: unexpected end of template',
    'strict: true\ncompose:\n  a: "(1"\n',
  ),
  built(
    'a filter that is misspelt',
    "0 built.yml:3:27 there is no filter named 'uper' / 'upper'",
    'compose:\n  a: inventory_hostname | uper\n',
  ),
  built(
    'a filter that is misspelt, strictly',
    "1 built.yml:4:28 there is no test named 'startwith'",
    'strict: true\ngroups:\n  a: inventory_hostname is startwith("x")\n',
  ),
  built(
    'a name without a value, strictly',
    "1 built.yml:4:6 'nobody' is undefined",
    'strict: true\ncompose:\n  a: nobody\n',
  ),
  built(
    'a key that gives a number, strictly',
    '1 built.yml:4:10 A key of keyed_groups gives no text, list or dict',
    'strict: true\nkeyed_groups:\n  - key: 3.5\n',
  ),
  ec2('an option that is misspelt', '1 my.aws_ec2.yml:2:9 Option region is no text', 'region: [eu-west-1]\n'),
  ec2('regions as a dict', '1 my.aws_ec2.yml:2:10 Option regions is no list', 'regions: {a: b}\n'),
  ec2('filters as a list', '1 my.aws_ec2.yml:2:10 Option filters is no dict', 'filters: [a]\n'),
  ec2(
    'hostnames as a number',
    '1 my.aws_ec2.yml:3:12 Option hostnames is no list',
    'regions: [eu-west-1]\nhostnames: 3\n',
  ),
  ec2(
    'a boolean that is none',
    '1 my.aws_ec2.yml:3:9 Option strict is no boolean',
    'regions: [eu-west-1]\nstrict: perhaps\n',
  ),
  ec2(
    'an expression that is cut',
    '1 my.aws_ec2.yml:4:17 template syntax error: unexpected end of template',
    'regions: [eu-west-1]\nstrict: true\ncompose: {a: "(1"}\n',
  ),
  ec2('YAML that is broken', '1 my.aws_ec2.yml:2:10 Bracket is not closed', 'regions: [eu-west-1\n'),
];
