// Inventories and patterns that the oracle is asked about: file names with their contents, sources, patterns.

export interface InventoryCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly sources: readonly string[];
  /** A pattern, or a pattern and a limit. */
  readonly patterns: readonly (string | readonly [string, string])[];
}

const patterns: InventoryCase['patterns'] = [
  'all',
  '*',
  'web',
  'web:db',
  'web,db',
  'web:&prod',
  'web:!prod',
  '!prod',
  '&prod',
  'all:!web:!db',
  'web*',
  '*1',
  'w?b',
  'web[0]',
  'web[-1]',
  'web[0:1]',
  'web[1:]',
  'web[5]',
  'web[9:12]',
  'web*[0]',
  '~web\\d',
  '~(web|db)1',
  '~^d',
  'ungrouped',
  'nothing',
  'localhost',
  '127.0.0.1',
  'web1',
  'web1:web2',
  'db1.example.org',
  '*.example.org',
  'web[12]',
  'web[!1]',
  '10.0.0.1',
  '::1',
  'prod:web1:&db',
  ['all', 'web'],
  ['all', 'web1,db1'],
  ['all', '!web'],
  ['web', 'prod:!web1'],
  ['web', 'nothing'],
  ['localhost', 'web'],
];

const plain = `
# comment
; comment
lonely ansible_host=10.9.9.9
other:2222
[web]
web1 a=1 b=1.5 c=text d="two words" e='single' f=True g=None h=0644 i=yes j=true
web2 list=[1,2] dict={'a':1} mixed="['x', 'y']" tuple=(1,2) url=http://x/y=z comment=a#b empty= quote="a\\"b"
web3:8022 x="it's" y='say "x"' z=a\\ b minus=-1 big=123456789012345678901234567890
[db]
db1.example.org
db[2:4].example.org ansible_port=5432
[web:vars]
v1=1
v2 = spaced out
v3="quoted" # comment
v4=quoted # comment
v5=[1, 2] # comment
v6={"a": {"b": [1, null]}}
v7={"a": {"b": [1, None]}}
v8=
v9='a' 'b'
v10=a=b
v11=0x1f
v12=1_000
v13=  "  padded "
v14=10.0.0.1
v15=1e3
v16={{ template }}
v17=[unfinished
v18=yes
[prod:children]
web
db
[prod:vars]
tier=prod
v1=from-prod
[deep:children]
prod
[all:vars]
from_all=1
v1=from-all
`;

const yaml = `
all:
  hosts:
    lonely:
    other:2222:
      port_given: yes
  vars:
    from_all: 1
    nested: {a: [1, 2.0, yes, ~]}
  children:
    web:
      hosts:
        web1: {a: 1, ansible_host: 10.0.0.1}
        web[2:3]:
          range: [x]
        web1:
          a: 2
      vars:
        level: web
    db:
      hosts: db1.example.org
    prod:
      children:
        web:
        db:
          hosts:
            db2.example.org: {b: 0644}
      vars:
        level: prod
standalone:
  hosts:
    web1:
    alone:
`;

const ranges = `
[nums]
a[1:3]
b[01:10:3]
c[08:11]
d[a:e:2]
e[1:2]-[x:z]
f[0:0]
10.0.0.[1:3]
g[:2]
[fe80::1]:2222
2001:db8::1
10.0.0.9:22
[web]
web[1:3]
`;

const grouped = `
[a]
h1
[b]
h1
[c]
h1
[b:vars]
who=b
ansible_group_priority=10
[a:vars]
who=a
[c:vars]
who=c
[parent:children]
c
[parent:vars]
who=parent
only_parent=1
[web]
h1
h2
[prod]
h2
`;

const folder: Readonly<Record<string, string>> = {
  'inv/01-hosts': '[web]\nweb1 x=one\nweb2\n[db]\ndb1\n',
  'inv/02-more.yml': 'prod:\n  hosts:\n    web1: {x: two}\n  children: {db: }\n',
  'inv/ignored.ini': '[web]\nnever1\n',
  'inv/ignored.orig': '[web]\nnever2\n',
  'inv/backup~': '[web]\nnever3\n',
  'inv/.hidden': '[web]\nnever4\n',
  'inv/sub/03-deep': '[deep]\ndeep1\n',
  'inv/group_vars/all.yml': 'from: all-inventory\nall_only: 1\n',
  'inv/group_vars/web/a.yml': 'from: web-a\na: 1\n',
  'inv/group_vars/web/b.yaml': 'from: web-b\nb: 1\n',
  'inv/group_vars/web/c.json': '{"c": 1}',
  'inv/group_vars/web/d': 'd: 1\n',
  'inv/group_vars/web/skip.txt': 'skip: 1\n',
  'inv/group_vars/web/.skip.yml': 'skip: 2\n',
  'inv/group_vars/web/old.yml~': 'skip: 3\n',
  'inv/group_vars/web/deeper/e.yml': 'e: 1\n',
  'inv/group_vars/web.yml': 'shadowed: 1\n',
  'inv/group_vars/db': 'from: db-bare\n',
  'inv/group_vars/db.yml': 'from: db-yml\n',
  'inv/group_vars/prod.json': '{"from_prod": true}',
  'inv/host_vars/web1.yml': 'from: host-inventory\nx: three\n',
  'inv/host_vars/web2/main.yml': 'from: web2-folder\n',
  'group_vars/all.yml': 'from: all-playbook\nplay_only: 1\n',
  'group_vars/web.yml': 'from: web-playbook\n',
  'host_vars/web1.yml': 'x: four\n',
  'group_vars/empty.yml': '',
};

export const inventoryCases: readonly InventoryCase[] = [
  { name: 'INI', files: { hosts: plain }, sources: ['hosts'], patterns },
  { name: 'YAML', files: { 'hosts.yml': yaml }, sources: ['hosts.yml'], patterns },
  { name: 'YAML without an extension', files: { hosts: yaml }, sources: ['hosts'], patterns: ['all'] },
  {
    name: 'ranges',
    files: { hosts: ranges },
    sources: ['hosts'],
    patterns: ['all', 'a[0]', 'b*', 'nums[3:5]', '2001:db8::1', 'web[1:2]'],
  },
  { name: 'priorities and depth', files: { hosts: grouped }, sources: ['hosts'], patterns },
  { name: 'a folder with variables beside it', files: folder, sources: ['inv'], patterns },
  { name: 'several sources', files: { ...folder, hosts: plain }, sources: ['hosts', 'inv'], patterns },
  {
    name: 'several sources the other way',
    files: { ...folder, hosts: plain },
    sources: ['inv', 'hosts'],
    patterns: ['all'],
  },
  {
    name: 'constructed groups and variables',
    files: {
      hosts:
        'web1 rack=a1 tags=["x","y z"] size=3 empty=""\nweb2 rack=b-2 size=4\ndb1 os={"family":"Debian","name":""}\n[all:vars]\nplace=here\n',
      'made.yml': `plugin: constructed
strict: false
compose:
  full: rack ~ '.' ~ place
  number: size | int + 1
  broken: nothing.at.all
  same: full
groups:
  big: size | default(0) | int > 3
  named: inventory_hostname is match('web')
  wrong: nothing.at.all
keyed_groups:
  - key: rack
    prefix: rack
    parent_group: racks
  - key: tags | default([])
    separator: ''
  - key: os | default({})
    prefix: os
    trailing_separator: no
  - {key: empty | default('-'), prefix: e, default_value: none}
  - {key: place, parent_group: "{{ place }}_parent"}
`,
    },
    sources: ['hosts', 'made.yml'],
    patterns: ['all', 'big', 'named', 'racks', '*_x', 'os*'],
  },
  { name: 'a list of hosts', files: {}, sources: ['web1,db1:22,10.0.0.1,'], patterns: ['all', 'web1', '*1'] },
  {
    name: 'localhost in the inventory',
    files: { hosts: 'localhost ansible_connection=ssh\n' },
    sources: ['hosts'],
    patterns: ['all', 'localhost', '127.0.0.1'],
  },
  {
    name: 'group_vars of the implicit localhost',
    files: {
      hosts: 'web1\n',
      'group_vars/all.yml': 'everywhere: 1\n',
      'host_vars/localhost.yml': 'here: 1\n',
    },
    sources: ['hosts'],
    patterns: ['all', 'localhost'],
  },
  {
    name: 'a script',
    files: {
      'script.sh': `#!/bin/sh\necho '{"web": {"hosts": ["web1", "web2"], "vars": {"a": 1.0}}, "db": ["db1"], "alone": {"x": 1},
"prod": {"children": ["web", "db"]}, "_meta": {"hostvars": {"web1": {"b": [1, null], "c": "0644"}}}}'\n`,
    },
    sources: ['script.sh'],
    patterns,
  },
  {
    name: 'a script without _meta',
    files: {
      'script.sh': `#!/bin/sh\nif [ "$1" = --host ]; then echo "{\\"me\\": \\"$2\\"}"; else echo '{"web": ["web1", "web2"]}'; fi\n`,
    },
    sources: ['script.sh'],
    patterns: ['all'],
  },
];
