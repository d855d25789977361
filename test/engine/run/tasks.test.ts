// What single tasks do: loops, conditions, results, includes, roles.
import * as assert from 'uvu/assert';
import { textOf } from '../../../engine/document/value.ts';
import { toData } from '../../../engine/module/data.ts';
import { describe } from '../../support/suite.ts';
import { play, type Played, type PlayRequest } from '../../support/play_here.ts';

function tasks(text: string, request: PlayRequest = {}): Promise<Played> {
  const indented = text.trim().replaceAll(/^/gm, '    ');
  return play(`- hosts: all\n  gather_facts: false\n  tasks:\n${indented}\n`, request);
}

describe('run/tasks', ({ test }) => {
  test('connection variables that nobody set are those of the connection', async () => {
    const { said } = await play(
      `
- hosts: all
  gather_facts: false
  remote_user: anna
  tasks:
    - debug: {msg: "{{ ansible_host }} {{ ansible_ssh_host }} {{ ansible_user }} {{ ansible_connection }}"}
    - debug: {msg: "{{ ansible_user }} {{ hostvars['a'].ansible_user | default('none') }}"}
      remote_user: bert
`,
      { inventory: 'all: {hosts: {a: {ansible_host: 10.0.0.1}}}' },
    );
    assert.equal(said, ['10.0.0.1 10.0.0.1 anna ssh', 'bert none']);
  });

  test('a play that earlier failures left without hosts begins with none; one that no host matches says so', async () => {
    const one = (name: string, hosts: string, more: string): string =>
      `- {name: ${name}, hosts: "${hosts}", gather_facts: false, tasks: [{debug: {msg: ${name}}}${more}]}\n`;
    const { events, said } = await play(
      one('first', 'all', ', {fail: , when: "inventory_hostname != \'b\'"}') +
        one('left', 'a,c', '') +
        one('nobody', 'all:!all', '') +
        one('last', 'all', ''),
      { hosts: 'a,b,c,' },
    );
    const begun = events.flatMap((event) => {
      if (event.type === 'play-start') return [`${event.name}: ${event.hosts.join(' ')}`];
      return event.type === 'play-no-hosts' ? [`${event.name} is skipped`] : [];
    });
    assert.equal(begun, ['first: a b c', 'left: ', 'nobody is skipped', 'last: b']);
    assert.equal(said, ['first', 'first', 'first', 'last']);
  });

  test('a variable that is null is defined', async () => {
    const { said } = await play(
      `
- hosts: all
  gather_facts: false
  vars: {nothing: null}
  tasks:
    - debug: {msg: "{{ nothing is defined }} {{ nothing is none }} {{ nothing | to_json }}"}
`,
      { inventory: 'all: {hosts: {a: {}}}' },
    );
    assert.equal(said, ['True True null']);
  });

  test('the name of a fact may be a template, and a looked-up template knows who manages it', async () => {
    const { said } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - set_fact: {"from_{{ inventory_hostname }}": "{{ 1 + 1 }}"}
    - debug: {msg: "{{ from_one }}"}
    - debug: {msg: "{{ lookup('template', 'a.j2') }}"}
`,
      { files: { 'templates/a.j2': '{{ ansible_managed }}' } },
    );
    assert.equal(said, ['2', 'Ansible managed']);
  });

  test('raw passes over the environment and warns of it, shell heeds it', async () => {
    const { said, result } = await tasks(`
- {name: bare, raw: 'echo "[$WORD]"', environment: {WORD: here}, register: bare}
- {name: none, raw: 'true'}
- {shell: 'echo "[$WORD]"', environment: {WORD: here}, register: whole}
- debug: {msg: "{{ bare.stdout_lines[0] }}{{ whole.stdout }}"}
`);
    assert.equal(said, ['[][here]']);
    assert.equal(result('one', 'bare').warnings, ['Module raw passes over the keyword environment']);
    assert.equal(result('one', 'none').warnings, []);
  });

  test('a loop registers one result an item, and stops at nothing but unreachable', async () => {
    const { result } = await tasks(`
- name: loop
  command: "{{ item }}"
  loop: ["true", "false", "true"]
  register: r
  ignore_errors: true
- name: told
  debug: {msg: "{{ r.results | map(attribute='rc') | join(',') }} {{ r is failed }}"}
`);
    assert.is(result('one', 'told').message, '0,1,0 True');
    assert.is(result('one', 'loop').ignored, true);
  });

  test('a loop goes through two lists side by side (zip)', async () => {
    const { said } = await tasks(`
- debug: {msg: "{{ item.0 }} is {{ item.1 }}"}
  loop: "{{ ['one', 'two'] | zip(['10.0.0.1', '10.0.0.2']) }}"
`);
    assert.equal(said, ['one is 10.0.0.1', 'two is 10.0.0.2']);
  });

  test('loop_control names the variable, the index and the label', async () => {
    const { events, said } = await tasks(`
- debug: {msg: "{{ n }} {{ thing }} {{ ansible_loop.last }}"}
  loop: [a, b]
  loop_control: {loop_var: thing, index_var: n, label: "L-{{ thing }}", extended: true}
`);
    assert.equal(said, ['0 a False', '1 b True']);
    const labels = events.filter((event) => event.type === 'item').map(({ label }) => label);
    assert.equal(labels, ['L-a', 'L-b']);
  });

  test('until repeats, counts its attempts and fails when it never holds', async () => {
    const { result, events } = await tasks(`
- name: never
  command: "true"
  register: r
  until: r.rc == 5
  retries: 2
  delay: 0
  ignore_errors: true
`);
    assert.is(result('one', 'never').status, 'failed');
    assert.is(toData(result('one', 'never').values.get('attempts') ?? null), 2);
    assert.is(events.filter(({ type }) => type === 'retry').length, 2);
  });

  test('attempts are known to the conditions of an attempt; a broken one keeps what the module gave', async () => {
    const { lines, result } = await play(
      `- hosts: all
  gather_facts: false
  tasks:
    - {name: counted, command: echo 1, register: r, until: r.stdout == '1', changed_when: r.attempts > 1}
    - {name: broken change, command: echo 2, register: r, changed_when: nosuch.x, ignore_errors: true}
    - {name: broken failure, command: echo 3, register: r, failed_when: nosuch, ignore_errors: true}
`,
    );
    assert.equal(lines, ['one counted ok', 'one broken change failed', 'one broken failure failed']);
    for (const [name, keyword, stdout] of [
      ['broken change', 'changed_when', '2'],
      ['broken failure', 'failed_when', '3'],
    ] as const) {
      const { values } = result('one', name);
      assert.is(textOf(values.get('stdout') ?? null), stdout);
      assert.is(values.get('changed'), true);
      assert.match(textOf(values.get(`${keyword}_result`) ?? null) ?? '', `'${keyword}' failed`);
    }
  });

  test('changed_when and failed_when go before the module', async () => {
    const { lines } = await tasks(`
- {name: a, command: "true", changed_when: false}
- {name: b, command: "false", register: r, failed_when: r.rc > 1}
- {name: c, command: "true", register: r, failed_when: r.rc == 0, ignore_errors: true}
`);
    assert.equal(lines, ['one a ok', 'one b changed', 'one c failed']);
  });

  test('a condition that cannot be evaluated fails the task at its place', async () => {
    const { result } = await tasks('- {name: t, debug: {msg: x}, when: nothing.here, ignore_errors: true}');
    assert.match(result('one', 't').message ?? '', "'nothing' is undefined");
    assert.is(result('one', 't').problem?.position?.line, 4);
  });

  test('run_once registers for every host', async () => {
    const { said, lines } = await tasks(
      `
- {name: once, command: echo hi, register: r, run_once: true}
- {name: told, debug: {msg: "{{ inventory_hostname }} {{ r.stdout }}"}}
`,
      { hosts: 'a,b,' },
    );
    assert.is(lines.filter((line) => line.includes('once')).length, 1);
    assert.equal([...said].sort(), ['a hi', 'b hi']);
  });

  test('text of a host is never templated', async () => {
    const { said } = await tasks(`
- {command: "echo '{{ '{{' }} 1 + 1 }}'", register: r}
- {set_fact: {kept: "{{ r.stdout }}"}}
- {debug: {msg: "{{ kept }}"}}
`);
    assert.equal(said, ['{{ 1 + 1 }}']);
  });

  test('include_tasks sees the loop variable, and each host includes its own file', async () => {
    const { said } = await tasks(
      `
- include_tasks: "{{ inventory_hostname }}.yml"
  loop: [1, 2]
  loop_control: {loop_var: n}
  when: n < 3
`,
      {
        hosts: 'a,b,',
        files: { 'a.yml': '- debug: {msg: "a{{ n }}"}\n', 'b.yml': '- debug: {msg: "b{{ n }}"}\n' },
      },
    );
    assert.equal([...said].sort(), ['a1', 'a2', 'b1', 'b2']);
  });

  test('include_role brings tasks, defaults and handlers; a dependency runs once a play', async () => {
    const { said } = await tasks(
      `
- include_role: {name: r}
  vars: {given: yes please}
- include_role: {name: s}
`,
      {
        files: {
          'roles/r/tasks/main.yml':
            '- {debug: {msg: "r {{ given }} {{ d }}"}, changed_when: true, notify: h}\n',
          'roles/r/defaults/main.yml': 'd: default\n',
          'roles/r/handlers/main.yml': '- {name: h, debug: {msg: handled}}\n',
          'roles/r/meta/main.yml': 'dependencies: [base]\n',
          'roles/s/meta/main.yml': 'dependencies: [base]\n',
          'roles/s/tasks/main.yml': '- debug: {msg: s}\n',
          'roles/base/tasks/main.yml': '- debug: {msg: base}\n',
        },
      },
    );
    assert.equal(said, ['base', 'r yes please default', 's', 'handled']);
  });

  test('a role whose arguments break its specification fails before its first task', async () => {
    const role = {
      'roles/r/meta/argument_specs.yml':
        'argument_specs: {main: {options: {size: {type: int, required: true}}}}\n',
      'roles/r/tasks/main.yml': '- {name: first, debug: {msg: x}}\n',
    };
    const text = '- hosts: all\n  gather_facts: false\n  roles: [r]\n';
    const missing = await play(text, { files: role });
    assert.equal(
      missing.lines.map((line) => line.split(' ').at(-1)),
      ['failed'],
    );
    const right = await play(text, { files: role, extraVars: ['size=3'] });
    assert.is(right.lines.at(-1), 'one first ok');
  });

  test('async without waiting is looked up by async_status (S0-48)', async () => {
    const { said } = await tasks(`
- {command: echo late, async: 10, poll: 0, register: job}
- {async_status: {jid: "{{ job.ansible_job_id }}"}, register: end}
- {debug: {msg: "{{ end.finished }} {{ end.stdout }}"}}
`);
    assert.equal(said, ['1 late']);
  });

  test('meta ends a host or the play', async () => {
    const { said } = await tasks(
      `
- {meta: end_host, when: inventory_hostname == 'a'}
- {debug: {msg: "{{ inventory_hostname }}"}}
- meta: end_play
- {debug: {msg: never}}
`,
      { hosts: 'a,b,' },
    );
    assert.equal(said, ['b']);
  });

  test('vars_prompt asks, an extra variable answers beforehand', async () => {
    const text = `
- hosts: all
  gather_facts: false
  vars_prompt: [{name: colour, prompt: Which, private: false}]
  tasks: [{debug: {msg: "{{ colour }}"}}]
`;
    assert.equal((await play(text, { answers: ['red'] })).said, ['red']);
    assert.equal((await play(text, { extraVars: ['colour=blue'] })).said, ['blue']);
  });

  test('vars_prompt without a terminal takes the default and says so', async () => {
    const text = `
- hosts: all
  gather_facts: false
  vars_prompt: [{name: colour, prompt: Which, default: red}, {name: size, prompt: How big}]
  tasks: [{debug: {msg: "{{ colour }} {{ size is defined }}"}}]
`;
    const { said, events } = await play(text);
    assert.equal(said, ['red False']);
    assert.equal(
      events.flatMap((event) =>
        event.type === 'warning' ? [event.problem.summary, event.problem.detail] : [],
      ),
      [
        'vars_prompt could not ask for colour, as there is no terminal',
        'Its default is used; -e colour=… answers beforehand',
        'vars_prompt could not ask for size, as there is no terminal',
        'It stays undefined; -e size=… answers beforehand',
      ],
    );
  });

  test('start-at-task skips what stands before, step asks', async () => {
    const text = `
- {name: a, debug: {msg: a}}
- {name: b, debug: {msg: b}}
- {name: c, debug: {msg: c}}
`;
    assert.equal((await tasks(text, { options: { startAtTask: 'b' } })).said, ['b', 'c']);
    assert.equal((await tasks(text, { options: { startAtTask: '[xb]' } })).said, ['b', 'c']);
    assert.equal((await tasks(text, { options: { step: true }, answers: ['n', 'y', 'n'] })).said, ['b']);
  });

  test('a run that begins amid a play passes over plays before it, has facts, and begins so on every host', async () => {
    const free = `
- hosts: all
  tasks: [{name: Before, debug: {msg: before}}]
- hosts: all
  strategy: free
  gather_facts: true
  gather_subset: ['!all']
  tasks:
    - {name: Early, debug: {msg: early}}
    - block: [{name: Middle, debug: {msg: "facts {{ ansible_facts | length > 1 }}"}}]
      rescue: [{name: Late, debug: {msg: rescue}}]
    - {name: Late, debug: {msg: "late"}}
- hosts: all
  gather_facts: false
  tasks: [{name: After, debug: {msg: after}}]
`;
    const begin = async (startAtTask: string, options: PlayRequest['options'] = {}): Promise<string[]> =>
      (await play(free, { hosts: 'a,b,', options: { startAtTask, ...options } })).said.toSorted();
    assert.equal(await begin('Middle'), ['after', 'after', 'facts True', 'facts True', 'late', 'late']);
    assert.equal(await begin('Late'), ['after', 'after', 'late', 'late']);
    assert.equal(await begin('[!A-DF-Z]arly', { tags: ['tagged'] }), []);
  });

  test('an interrupt lets the running task end, starts no other and is told', async () => {
    const controller = new AbortController();
    const { lines, interrupted, events } = await tasks(
      `
- {name: a, debug: {msg: a}}
- {name: b, debug: {msg: b}}
`,
      {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.type === 'host-start') controller.abort();
        },
      },
    );
    assert.equal(lines, ['one a ok']);
    assert.is(interrupted, true);
    assert.ok(events.some(({ type }) => type === 'interrupted'));
    assert.is(events.at(-1)?.type, 'run-end');
  });
});
