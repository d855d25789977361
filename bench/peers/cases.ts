// The playbooks that are timed. `target` is a folder of its own for each tool and round.

export interface BenchCase {
  readonly name: string;
  readonly what: string;
  readonly playbook: string;
  /** Runs on what its first run left: nothing is to change. */
  readonly isAgain: boolean;
  readonly check: boolean;
}

function play(tasks: string, facts = false): string {
  return `- hosts: all
  gather_facts: ${facts}
  tasks:
    - name: A folder for what is made
      file:
        path: "{{ target }}"
        state: directory
        mode: "0755"
${tasks}`;
}

function repeated(count: number, task: (number: number) => string): string {
  return Array.from({ length: count }, (_, index) => task(index)).join('');
}

const files = repeated(
  100,
  (number) => `    - name: File ${number}
      file:
        path: "{{ target }}/folder-${number}"
        state: directory
        mode: "0750"
`,
);

const copies = `    - name: Fifty files
      copy:
        content: "line {{ item }}\\n"
        dest: "{{ target }}/file-{{ item }}"
        mode: "0644"
      loop: "{{ range(50) | list }}"
`;

const templates = repeated(
  20,
  (number) => `    - name: Template ${number}
      template:
        src: page.j2
        dest: "{{ target }}/page-${number}"
        mode: "0640"
      vars:
        number: ${number}
`,
);

const commands = repeated(
  20,
  (number) => `    - name: Command ${number}
      command: "true"
`,
);

export const template = `# {{ number }} on {{ inventory_hostname }}
{% for entry in range(30) %}
entry-{{ entry }} = {{ entry * number }}
{% endfor %}
`;

export const benchCases: readonly BenchCase[] = [
  {
    name: 'files',
    what: '100 `file` tasks, nothing to change',
    playbook: play(files),
    isAgain: true,
    check: false,
  },
  {
    name: 'copies',
    what: '`copy` in a loop of 50, all change',
    playbook: play(copies),
    isAgain: false,
    check: false,
  },
  {
    name: 'facts',
    what: 'facts only',
    playbook: '- hosts: all\n  gather_facts: true\n  tasks: []\n',
    isAgain: true,
    check: false,
  },
  {
    name: 'templates',
    what: '20 `template` tasks, all change',
    playbook: play(templates),
    isAgain: false,
    check: false,
  },
  {
    name: 'commands',
    what: '20 `command` tasks',
    playbook: play(commands),
    isAgain: false,
    check: false,
  },
  {
    name: 'check',
    what: 'the 20 templates again by `--check`',
    playbook: play(templates),
    isAgain: true,
    check: true,
  },
];
