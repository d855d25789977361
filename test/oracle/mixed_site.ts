// Plays that mix vaults, environments, background tasks, become, delegation, loops and register. What they register is
// written to files of {{ out }}; each playbook ends with the code that its last play asks for.

const play = (name: string, more: string, tasks: string): string =>
  `- name: ${name}\n  hosts: ${/hosts: (\S+)/.exec(more)?.[1] ?? 'all'}\n  gather_facts: false\n` +
  more.replace(/^ *hosts: \S+\n/m, '') +
  `  tasks:\n${tasks.trim().replaceAll(/^/gm, '    ')}\n`;

/** Keeps what was registered. */
const keep = (name: string, value: string): string =>
  `\n- copy: {content: "{{ ${value} | to_json }}", dest: "{{ out }}/${name}_{{ inventory_hostname }}"}\n`;

const asNobody = 'become: true, become_user: nobody, become_method: su, become_flags: "-s /bin/sh"';

const environments =
  play(
    'environments of play, block and task',
    '  environment: {ONE: play, TWO: play, THREE: "{{ three }}"}\n  vars: {three: "3 {{ inventory_hostname }}"}\n',
    `
- block:
    - shell: echo "$ONE $TWO $THREE $FOUR"
      environment: {TWO: task, FOUR: "{{ item }}"}
      loop: [x, "y z"]
      register: said
  environment: [{ONE: block}, {TWO: block}]
- command: env
  environment: {A_NUMBER: 7, A_BOOLEAN: true, A_LIST: [1, x], A_NULL: null, A_FLOAT: 1.50, EMPTY: ""}
  register: all
- shell: echo "$ONE" >&2; exit 3
  register: bad
  ignore_errors: true
${keep('env', "{'said': said, 'bad': bad, 'all': all.stdout_lines | select('match', '^(A_|EMPTY|ONE|TWO|THREE)') | sort}")}`,
  ) +
  play(
    'environment of a delegated task',
    '  hosts: a\n  vars: {mine: "{{ inventory_hostname }}"}\n',
    `
- shell: echo "$MINE {{ inventory_hostname }}"
  delegate_to: "{{ item }}"
  environment: {MINE: "{{ mine }} {{ item }}"}
  loop: "{{ groups['all'] | sort }}"
  register: there
${keep('env_delegated', 'there')}`,
  );

const vaults = play(
  'variables from vaults',
  '  vars_files: [secret.yml]\n',
  `
- include_vars: {file: more_secret.yml, name: held}
  register: included
- command: "echo {{ password }} {{ held.token }} {{ inline }}"
  register: said
- shell: echo "$PASSWORD"
  environment: {PASSWORD: "{{ password }}"}
  no_log: true
  register: hidden
- command: "echo {{ item.key }} {{ item.value }}"
  loop: "{{ users | dict2items }}"
  no_log: true
  register: each
- set_fact: {both: "{{ password ~ held.token }}"}
- debug: {msg: "{{ both | length }}"}
  register: length
- command: "echo {{ lookup('file', 'secret.txt') }}"
  register: looked
${keep(
  'vault',
  "{'said': said, 'hidden': hidden.stdout, 'each': each.results | map(attribute='stdout'), 'length': length, 'looked': looked.stdout, 'facts': included.ansible_facts}",
)}`,
);

const background =
  play(
    'a polled and an unpolled task',
    '',
    `
- shell: sleep 0.2; echo polled; echo problem >&2
  async: 20
  poll: 1
  register: polled
- shell: "echo {{ item }}; exit {{ item }}"
  async: 20
  poll: 0
  loop: [0, 4]
  register: jobs
- async_status: {jid: "{{ item.ansible_job_id }}"}
  loop: "{{ jobs.results }}"
  loop_control: {label: "{{ item.item }}"}
  register: ended
  until: ended.finished
  retries: 30
  delay: 1
  ignore_errors: true
- async_status: {jid: "{{ jobs.results[0].ansible_job_id }}", mode: cleanup}
  register: cleaned
- async_status: {jid: "{{ jobs.results[0].ansible_job_id }}"}
  register: gone
  ignore_errors: true
${keep(
  'async',
  "{'polled': polled, 'jobs': jobs.results | map(attribute='finished'), 'started': jobs.results | map(attribute='started'), 'ended': ended, 'cleaned': cleaned.keys() | sort, 'gone': [gone.failed, gone.finished, gone.msg]}",
)}`,
  ) +
  play(
    'a background task that fails or changes nothing',
    '  hosts: a\n',
    `
- command: "false"
  async: 10
  poll: 1
  register: failed
  ignore_errors: true
- command: "true"
  async: 10
  poll: 1
  changed_when: false
  register: same
- command: "true"
  async: 10
  poll: 1
  failed_when: true
  register: called
  ignore_errors: true
- command: {cmd: "true", creates: /}
  async: 10
  poll: 1
  register: made
- shell: echo $IN_BACK
  async: 10
  poll: 1
  environment: {IN_BACK: "{{ inventory_hostname }} back"}
  when: not made.changed
  register: told
- command: "true"
  async: 10
  poll: 0
  when: made.changed
  register: left_out
${keep('async_results', "{'failed': failed, 'same': same, 'called': called, 'made': made, 'told': told, 'left_out': left_out}")}`,
  );

const becoming = play(
  'another user',
  '',
  `
- command: id -un
  register: own
- {name: user, command: id -un, register: user, ${asNobody}}
- {name: each user, command: "echo {{ item }}", loop: [1, 2], register: each, ${asNobody}}
- {name: environment, shell: 'echo "$(id -un) $HELLO"', environment: {HELLO: "to {{ inventory_hostname }}"}, register: told, ${asNobody}}
- {name: there, command: id -un, delegate_to: b, register: there, ${asNobody}}
- {name: no such, shell: "cat /etc/shadow 2>/dev/null", register: refused, ignore_errors: true, ${asNobody}}
- block:
    - command: id -un
      register: of_block
    - command: id -un
      become: false
      register: of_task
  become: true
  become_user: nobody
  become_method: su
  become_flags: -s /bin/sh
${keep('become', "{'own': own, 'user': user, 'each': each, 'told': told, 'there': there, 'refused': refused, 'blocks': [of_block, of_task]}")}`,
);

const delegation =
  play(
    'delegation',
    '',
    `
- command: "echo {{ inventory_hostname }} {{ own }}"
  delegate_to: b
  register: there
- command: "echo {{ item }}"
  delegate_to: "{{ item }}"
  loop: [a, b]
  run_once: true
  register: once
- set_fact: {given: "from {{ inventory_hostname }}"}
  delegate_to: b
  delegate_facts: true
  when: inventory_hostname == 'a'
- command: "echo {{ hostvars['b'].given | default('none') }} {{ given | default('none') }}"
  register: given_to
- command: "exit 1"
  delegate_to: c
  when: inventory_hostname == 'a'
  ignore_errors: true
  register: failed
- shell: "echo {{ hostvars[item].there.stdout }}"
  loop: "{{ ansible_play_hosts }}"
  when: item != inventory_hostname
  register: others
${keep('delegated', "{'there': there, 'once': once, 'given_to': given_to, 'failed': failed, 'others': others}")}`,
  ) +
  play(
    'loops with a control, retries and conditions',
    '  hosts: a,b\n',
    `
- shell: "echo {{ each }} {{ at }}; test {{ each }} != 2"
  loop: [1, 2, 3]
  loop_control: {loop_var: each, index_var: at, label: "no {{ at }}", extended: true, extended_allitems: false}
  when: each != 3
  ignore_errors: true
  register: looped
- shell: 'echo x >> {{ out }}.count_{{ inventory_hostname }}; wc -l < {{ out }}.count_{{ inventory_hostname }}'
  until: tries.stdout | int >= 2
  retries: 3
  delay: 0
  register: tries
- shell: exit 1
  until: never is succeeded
  retries: 1
  delay: 0
  ignore_errors: true
  register: never
- command: "echo {{ item.0 }} {{ item.1 }}"
  with_nested: [[1, 2], [x]]
  changed_when: item.0 == 2
  failed_when: false
  register: nested
${keep('loops', "{'looped': looped, 'tries': tries, 'never': never, 'nested': nested}")}`,
  );

const failing =
  play(
    'a rescue in the background of another',
    '  vars_files: [secret.yml]\n',
    `
- block:
    - shell: echo {{ password }}; exit {{ 1 if inventory_hostname == 'a' else 0 }}
      async: 10
      poll: 1
      delegate_to: b
      register: first
  rescue:
    - command: "echo {{ ansible_failed_result.rc }} {{ ansible_failed_task.name }}"
      register: rescued
  always:
    - command: echo always
      ignore_errors: true
${keep('rescue', "{'first': first, 'rescued': rescued | default('none')}")}`,
  ) +
  play(
    'one host lost',
    '  serial: 2\n',
    `
- command: "test {{ inventory_hostname }} != a"
- command: echo here
`,
  ) +
  play('left without hosts', '  hosts: a\n', '- command: echo never') +
  play('the end', '', "- {command: 'exit 5', environment: {A: b}, when: inventory_hostname == 'c'}");

const files = play(
  'where files are told to be',
  '  hosts: a\n  vars: {d: "{{ out }}.files"}\n',
  `
- {name: folder, file: {path: "{{ d }}", state: directory}, register: folder}
- {name: touched, file: {path: "{{ d }}/a", state: touch}, register: touched}
- {name: kept, file: {path: "{{ d }}/a", mode: "0600"}, register: kept}
- {name: there, file: {path: "{{ d }}/a", state: file}, register: there}
- {name: linked, file: {dest: "{{ d }}/l", src: a, state: link}, register: linked}
- {name: link, file: {path: "{{ d }}/l"}, register: link}
- {name: hard, file: {dest: "{{ d }}/h", src: "{{ d }}/a", state: hard}, register: hard}
- {name: one of two, file: {path: "{{ d }}/a"}, register: one_of_two}
- {name: below, file: {path: "{{ d }}", recurse: true, mode: "u+rwX"}, register: below}
- {name: foreseen, file: {dest: "{{ d }}/n", src: a, state: link}, check_mode: true, register: foreseen}
- {name: gone, file: {path: "{{ d }}", state: absent}, register: gone}
- {name: gone already, file: {path: "{{ d }}", state: absent}, register: gone_already}
${keep(
  'places',
  "[folder, touched, kept, there, linked, link, hard, one_of_two, below, foreseen, gone, gone_already] | map('dict2items') | map('selectattr', 'key', 'in', ['path', 'dest', 'src', 'changed']) | map('items2dict')",
)}`,
);

export const mixedPlaybooks: Readonly<Record<string, string>> = {
  'environments.yml': environments,
  'vaults.yml': vaults,
  'background.yml': background,
  'becoming.yml': becoming,
  'delegation.yml': delegation,
  'failing.yml': failing,
  'files.yml': files,
};
