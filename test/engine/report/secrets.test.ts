// Secrets of odd shapes, put wherever a playbook can put a value, and then sought in all that the reports tell.
import * as assert from 'uvu/assert';
import { encryptVault } from '../../../engine/document/vault.ts';
import { play, type PlayRequest } from '../../support/play_here.ts';
import { ShownForms } from '../../support/shown_forms.ts';
import { describe } from '../../support/suite.ts';

const vault = { id: 'default', password: Buffer.from('open') };
const sealed = (text: string): string => encryptVault(Buffer.from(text), vault);

const key = [
  '-----BEGIN PRIVATE KEY-----',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
  'Kz8pWq2Lm4Rt6Yv1Xn3Bc5Hd7Jf9Gs0A',
  '-----END PRIVATE KEY-----',
].join('\n');

/** By the expression that gives it. */
const secrets: Readonly<Record<string, string>> = {
  'nested.pins.0': 'z~7',
  quoted: `it's "odd" C:\\deep Ωä81`,
  digits: '73519462',
  key,
};

const variables = `
nested: {pins: ['z~7']}
quoted: it's "odd" C:\\deep Ωä81
digits: 73519462
key: |
${key.replaceAll(/^/gm, '  ')}
`;

/** Each a task, SECRET in the place of the expression. */
const places = [
  'debug: {msg: "a {{ SECRET }} b {{ SECRET | string | b64encode }} {{ SECRET | string | lower }}"}',
  'debug: {var: SECRET}',
  'debug: {msg: {a: ["{{ SECRET }}"]}}',
  'debug: {msg: "{{ {SECRET: 1} }}"}',
  'debug: {msg: "{{ [SECRET] | to_json }} {{ [SECRET] | to_nice_yaml }} {{ [SECRET] }}"}',
  'debug: {msg: hello}\n  name: Use {{ SECRET }} {{ SECRET | string | upper }}',
  'debug: {msg: "{{ item }}"}\n  loop: ["{{ SECRET }}", "{{ [SECRET] }}", "{{ {\'k\': SECRET} }}"]',
  'debug: {msg: x}\n  loop: [1]\n  loop_control: {label: "at {{ SECRET }}"}',
  'command: "false"\n  loop: [{name: "{{ SECRET }}"}]\n  loop_control: {label: "{{ item.name }}"}',
  'fail: {msg: "{{ SECRET }}"}',
  'fail: {msg: "no {{ SECRET }}!"}',
  'fail: {msg: "{{ {\'k\': [SECRET]} }}"}',
  'fail: {msg: "{{ {SECRET: 1} }}"}',
  'assert: {that: "SECRET == 1", fail_msg: "not {{ SECRET }}"}',
  'assert: {that: ["SECRET == {}"], quiet: true}',
  'debug: {msg: x}\n  when: nested[SECRET].more',
  'debug: {msg: x}\n  when: SECRET ~ "x" | from_json',
  'debug: {msg: "{{ nested[SECRET].more }}"}',
  'debug: {msg: "{{ SECRET | string | from_json }}"}',
  'debug: {msg: "{{ lookup(\'file\', SECRET) }}"}',
  'debug: {msg: "{{ lookup(\'vars\', SECRET | string) }}"}',
  'debug: {msg: "{{ SECRET | string | to_datetime }}"}',
  'debug: {msg: "{{ {} + SECRET }}"}',
  'debug: {msg: "{{ [1] | map(SECRET | string) | list }}"}',
  'command: {argv: [echo, "{{ SECRET }}"]}\n  register: r\n  until: r.stdout == "no"\n  retries: 1\n  delay: 0',
  'command: {argv: [ls, "{{ SECRET }}"]}',
  'command: {argv: ["{{ SECRET }}", x]}',
  'command: "ls -p{{ SECRET | string | quote }} {{ SECRET | string | b64encode }}"',
  'shell: "printf %s {{ SECRET | string | quote }}; printf %s {{ SECRET | string | quote }} >&2; exit 3"',
  'shell: "printf %s {{ SECRET | string | quote }}"\n  register: said',
  'debug: {var: said.stdout}',
  'debug: {var: said.stdout_lines}',
  'debug: {msg: "{{ said.stdout_lines | default([]) | join(chr) }}"}\n  vars: {chr: "; "}',
  'debug: {msg: "{{ line }}"}\n  loop: "{{ said.stdout_lines | default([]) }}"\n  loop_control: {loop_var: line}',
  'shell: "echo $HIDDEN; false"\n  environment: {HIDDEN: "{{ SECRET }}"}',
  'copy: {content: "a {{ SECRET }}\\n", dest: "{{ playbook_dir }}/copied"}',
  'copy: {content: "{{ {\'a\': SECRET} }}", dest: "{{ playbook_dir }}/copied"}',
  'copy: {src: "{{ SECRET }}", dest: /nowhere}',
  'lineinfile: {path: "{{ playbook_dir }}/lines", line: "a={{ SECRET }}", create: true}',
  'lineinfile: {path: "{{ playbook_dir }}/lines", line: plain, insertbefore: BOF}',
  'blockinfile: {path: "{{ playbook_dir }}/lines", block: "{{ SECRET }}\\nend", create: true}',
  'template: {src: t.j2, dest: "{{ playbook_dir }}/made"}\n  vars: {given: "{{ SECRET }}"}',
  'replace: {path: "{{ playbook_dir }}/lines", regexp: "plain", replace: "{{ SECRET | string | upper }}"}',
  'file: {path: "{{ playbook_dir }}/f", state: "{{ SECRET }}"}',
  'file: {path: "{{ playbook_dir }}/f", state: touch, mode: "{{ SECRET }}"}',
  "file: {path: \"/proc/{{ SECRET | string | replace('/', '') }}\", state: directory}",
  'stat: {path: "/tmp/{{ SECRET }}"}',
  'set_fact: {taken: "{{ SECRET }}"}',
  'debug: {msg: "{{ hostvars[inventory_hostname].taken }}"}',
  'debug: {msg: "{{ taken | string | reverse }}"}',
  'set_stats: {data: {a: "{{ SECRET }}"}}',
  'include_vars: "{{ SECRET }}"',
  'block: [{include_tasks: "{{ SECRET }}"}]\n  rescue: [{meta: noop}]',
  'block: [{include_role: {name: "{{ SECRET }}"}}]\n  rescue: [{meta: noop}]',
  'command: echo hi\n  delegate_to: "{{ SECRET }}"',
  'command: echo hi\n  changed_when: SECRET.nothing.more',
  'command: echo hi\n  failed_when: "SECRET in [SECRET]"',
  'command: echo hi\n  retries: "{{ SECRET }}"\n  until: true',
  'command: echo hi\n  become: "{{ SECRET }}"',
  'pause: {prompt: "{{ SECRET }}", seconds: 0}',
  'uri: {url: "http://127.0.0.1:1/{{ SECRET }}"}',
  'mount: {path: /mnt, src: "{{ SECRET }}", fstype: ext4, state: "{{ SECRET }}"}',
  'add_host: {name: "h{{ SECRET }}", group: "g{{ SECRET }}", v: "{{ SECRET }}"}',
  'group_by: {key: "k{{ SECRET }}"}',
  'block: [{command: echo hi, notify: "{{ SECRET }}"}]\n  rescue: [{meta: noop}]',
  'command: echo hi\n  notify: "on {{ SECRET }}"',
];

/** No later text is made of it, and no text that holds it may be told in whatever form. */
function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  const parts = [...secret.split('\n').filter((line) => !line.startsWith('---')), base64, secret.trim()];
  return parts.flatMap((part) => {
    const json = JSON.stringify(part).slice(1, -1);
    const ascii = json.replaceAll(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    const html = part.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
    const python = part.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
    return [part, json, ascii, html, python];
  });
}

function leaksIn(texts: ReadonlyMap<string, string>, forms: readonly string[]): string[] {
  const found: string[] = [];
  for (const [form, text] of texts)
    for (const line of text.split('\n'))
      if (forms.some((one) => line.includes(one))) found.push(`${form}: ${line.slice(0, 300)}`);
  return found;
}

function tasksFor(expression: string): string {
  return places
    .map((place) => `- ${place.replaceAll('SECRET', expression)}\n  ignore_errors: true\n`)
    .join('')
    .replaceAll(/^(?=.)/gm, '    ');
}

async function shown(text: string, request: PlayRequest): Promise<ReadonlyMap<string, string>> {
  const forms = new ShownForms();
  await play(text, {
    vault: [vault],
    files: { 'hidden.yml': sealed(variables), 'templates/t.j2': 'first\nb={{ given }}\nlast\n' },
    onEvent: forms.take,
    ...request,
  });
  return forms.texts();
}

function playOf(expression: string, tasks: string): string {
  return `- name: Play with {{ ${expression} }}
  hosts: all
  gather_facts: false
  vars_files: [hidden.yml]
  tasks:
${tasks}  handlers:
    - {name: "on {{ ${expression} }}", debug: {msg: "{{ ${expression} }}"}}
`;
}

const inCheckMode = new Set(['nested.pins.0', 'key']);

describe('report/secrets', ({ test }) => {
  for (const checkMode of [false, true])
    for (const [expression, secret] of Object.entries(secrets).filter(
      ([name]) => !checkMode || inCheckMode.has(name),
    ))
      test(`${expression} is shown nowhere${checkMode ? ' in check mode' : ''}`, async () => {
        const texts = await shown(playOf(expression, tasksFor(expression)), {
          options: { diff: true, checkMode },
        });
        assert.equal(leaksIn(texts, formsOf(secret)), []);
        const done = (texts.get('json') ?? '').split('\n').filter((line) => line.includes('"type":"result"'));
        assert.ok(done.length >= places.length, `${done.length} results`);
      });

  const untold = `
- hosts: away
  gather_facts: false
  no_log: true
  tasks:
    - {command: "echo Plain-Tk-5512", environment: {A: Plain-Tk-5512}, ignore_unreachable: true}
- hosts: one
  gather_facts: false
  no_log: true
  tasks:
    - {debug: {msg: Plain-Tk-5512}}
    - {include_tasks: "Plain-Tk-5512.yml", when: false}
- hosts: one
  gather_facts: false
  roles: [{role: quiet, no_log: true}]
  tasks:
    - no_log: true
      block:
        - {command: "echo Plain-Tk-5512", register: r, loop: [Plain-Tk-5512, {a: Plain-Tk-5512}]}
        - {command: "ls Plain-Tk-5512", register: q, ignore_errors: true}
        - {lineinfile: {path: "{{ playbook_dir }}/lines", line: Plain-Tk-5512, create: true}}
        - {template: {src: t.j2, dest: "{{ playbook_dir }}/made"}, vars: {given: Plain-Tk-5512}}
      rescue: [{fail: {msg: unexpected}}]
    - {command: "echo Plain-Tk-5512", no_log: true, until: r.stdout == 'no', retries: 1, delay: 0, register: r, ignore_errors: true}
    - {command: "sh -c 'echo Plain-Tk-5512; false'", no_log: true, loop: [1, 2], ignore_errors: true}
    - {command: "echo Plain-Tk-5512", no_log: true, async: 5, poll: 1}
    - {fail: {msg: Plain-Tk-5512}, no_log: true, ignore_errors: true}
    - {debug: {msg: x}, when: "'Plain-Tk-5512' | from_json", no_log: true, ignore_errors: true}
    - {file: {path: Plain-Tk-5512, state: "{{ ansible_check_mode ~ 'Plain-Tk-5512' }}"}, no_log: "{{ true }}", ignore_errors: true}
    - {command: mysqladmin password Plain-Tk-5512, no_log: true, register: r, ignore_errors: true, when: ansible_check_mode}
    - {file: {path: "{{ playbook_dir }}/f", state: touch}}
    - {debug: {var: r.stdout}, when: ansible_check_mode}
    - {debug: {msg: "{{ item.stdout | default('') }}"}, loop: "{{ [r] if ansible_check_mode else [] }}"}
`;

  for (const checkMode of [false, true])
    test(`what no_log covers is shown nowhere${checkMode ? ', nor what waits for it in check mode' : ''}`, async () => {
      const texts = await shown(untold, {
        hosts: 'one,away',
        options: { diff: true, checkMode },
        fake: { unreachable: ['away'] },
        files: {
          'templates/t.j2': 'b={{ given }}\n',
          'roles/quiet/tasks/main.yml': '- {command: echo Plain-Tk-5512}\n',
        },
      });
      assert.equal(leaksIn(texts, ['Plain-Tk-5512']), []);
      if (checkMode) assert.match(texts.get('text') ?? '', 'waits for command with no_log');
    });
});
