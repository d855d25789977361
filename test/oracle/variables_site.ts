// A site in which one name is set at nearly every level, in plays that add levels one by one. Each task named `show ...`
// says what it sees.

const show = '    - {name: NAME, debug: {msg: "{{ show }}"}}\n';
const said = (name: string, indent = 4): string =>
  show.replace('NAME', name).replace(/^ {4}/, ' '.repeat(indent));
const names = [
  'a',
  'b',
  'c',
  'd',
  'e',
  'f',
  'g',
  'h',
  'where',
  'role_name',
  'ansible_role_name',
  'ansible_play_name',
];
const lists = [
  'group_names',
  'ansible_play_role_names',
  'ansible_parent_role_names',
  'ansible_play_hosts',
  'ansible_play_batch',
  'play_hosts',
];

export const variablesSite: Readonly<Record<string, string>> = {
  hosts: `[web]
h1 where=inventory-host
h2
[db]
h3 b=host3
[site:children]
web
db
[web:vars]
where=inventory-web
c=web
[site:vars]
where=inventory-site
d=site
[all:vars]
where=inventory-all
e=all
ansible_connection=local
`,
  'group_vars/all.yml': `where: group_vars-all
show:
${names.map((name) => `  ${name}: "{{ ${name} | default('-') }}"`).join('\n')}
${lists.map((name) => `  ${name}: "{{ ${name} | default(['-']) | join(',') }}"`).join('\n')}
  others: "{{ hostvars.h3.b | default('-') }} {{ hostvars['h1'].where }} {{ groups.site | join(',') }}"
  deep: "{{ chain }}"
chain: "{{ a | default('no a') }}/{{ where }}"
`,
  'group_vars/web.yml': 'where: group_vars-web\n',
  'host_vars/h1.yml': 'where: host_vars-h1\nf: "{{ inventory_hostname }}"\n',
  'vars/files.yml': 'where: vars_files\ng: from-files\n',
  'vars/h2.yml': 'where: vars_files-h2\n',
  'tasks/more.yml': `- {name: show included tasks, debug: {msg: "{{ show }}"}}
- {name: show included tasks with vars, debug: {msg: "{{ show }}"}, vars: {a: own, where: task}}
`,
  'roles/one/defaults/main.yml': 'a: one-default\nwhere: one-default\nh: one-default\n',
  'roles/one/tasks/main.yml': `- {name: show in role one, debug: {msg: "{{ show }}"}}
`,
  'roles/two/defaults/main.yml': 'a: two-default\nb: two-default\n',
  'roles/two/vars/main.yml': 'where: two-vars\nc: two-vars\n',
  'roles/two/meta/main.yml': 'dependencies:\n  - {role: below, d: below-param}\n',
  'roles/two/tasks/main.yml': `- {name: show in role two, debug: {msg: "{{ show }}"}}
- name: a block
  vars: {where: block, e: block}
  block:
    - {name: show in a block, debug: {msg: "{{ show }}"}}
    - {name: show in a block with vars, debug: {msg: "{{ show }}"}, vars: {where: task}}
`,
  'roles/below/defaults/main.yml': 'a: below-default\nh: below-default\n',
  'roles/below/vars/main.yml': 'where: below-vars\ng: below-vars\n',
  'roles/below/tasks/main.yml': `- {name: show in the dependency, debug: {msg: "{{ show }}"}}
`,
  'roles/three/defaults/main.yml': 'a: three-default\nwhere: three-default\nb: three-default\n',
  'roles/three/vars/main.yml': 'c: three-vars\n',
  'roles/three/tasks/main.yml': `- {name: show in role three, debug: {msg: "{{ show }}"}}
- {name: include role one, include_role: {name: one}, vars: {b: include-vars}}
- {name: import role one, import_role: {name: one}, vars: {b: import-vars}}
`,
  'imported.yml': `- name: an imported play
  hosts: db
  gather_facts: no
  vars: {where: play-vars, a: play-vars}
  tasks:
${said('show in an imported play')}`,
  'site.yml': `- name: plain
  hosts: site
  gather_facts: no
  tasks:
${said('show nothing special')}${said('show localhost')}
- name: play vars
  hosts: site
  gather_facts: no
  vars: {where: play-vars, a: play-vars, b: "{{ c | default('no c') }}"}
  tasks:
${said('show play vars')}    - {name: show task vars, debug: {msg: "{{ show }}"}, vars: {where: task, c: task}}

- name: vars files
  hosts: site
  gather_facts: no
  vars: {where: play-vars}
  vars_files:
    - files.yml
    - ["{{ inventory_hostname }}.yml", files.yml]
  tasks:
${said('show vars files')}
- name: roles
  hosts: web
  gather_facts: no
  vars: {b: play-vars}
  pre_tasks:
${said('show before roles')}  roles:
    - one
    - {role: two, e: param, vars: {f: beside}}
  tasks:
${said('show after roles')}
- name: includes
  hosts: web
  gather_facts: no
  tasks:
    - {name: static, import_tasks: tasks/more.yml, vars: {a: import-vars, where: import-vars}}
    - {name: dynamic, include_tasks: tasks/more.yml, vars: {a: include-vars, where: include-vars}}
    - {name: set, set_fact: {where: set-fact, a: set-fact, h: "{{ inventory_hostname }}"}}
${said('show set_fact')}    - {name: show task vars under set_fact, debug: {msg: "{{ show }}"}, vars: {where: task, b: task}}
    - {name: dynamic again, include_tasks: tasks/more.yml, vars: {a: include-vars, where: include-vars}}
    - {name: read, include_vars: vars/files.yml}
${said('show include_vars under set_fact')}
- name: roles of roles
  hosts: db
  gather_facts: no
  serial: 1
  tasks:
    - {name: first, include_role: {name: three}, vars: {d: first}}
${said('show after a private role')}    - {name: second, include_role: {name: three, public: yes}}
${said('show after a public role')}
- name: imported
  import_playbook: imported.yml
  vars: {a: given}
`,
};
