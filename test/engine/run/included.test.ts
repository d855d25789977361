// What is loaded while the play runs is checked as a playbook is, and problems inside texts are told at their place.
import * as assert from 'uvu/assert';
import { play, type Played, type PlayRequest } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

function tasks(text: string, request: PlayRequest = {}): Promise<Played> {
  const indented = text.trim().replaceAll(/^/gm, '    ');
  return play(`- hosts: all\n  gather_facts: false\n  tasks:\n${indented}\n`, request);
}

function place({ result }: Played, host: string, task: string): string {
  const { position } = result(host, task).problem ?? {};
  return `${position?.file.split('/').at(-1) ?? ''}:${position?.line ?? 0}:${position?.column ?? 0}`;
}

const byName = '- {name: more, include_tasks: "{{ inventory_hostname }}.yml", ignore_errors: true}';

describe('run/included', ({ test }) => {
  test('a file that is included late is checked whole before its first task runs, for the host that includes it', async () => {
    const played = await tasks(byName, {
      hosts: 'one,two,',
      files: {
        'one.yml':
          '- {name: first, command: "true"}\n- name: second\n  command: "true"\n  wen: x\n- copy: {dst: /x}\n',
        'two.yml': '- {name: fine, command: "true"}\n',
      },
    });
    assert.is(played.result('one', 'more').status, 'failed');
    assert.match(played.result('one', 'more').message ?? '', /'wen'|wen/);
    assert.is(place(played, 'one', 'more'), 'one.yml:4:3');
    const others = played.result('one', 'more').problem?.related ?? [];
    assert.ok(others.some(({ position }) => position.line === 5));
    assert.not(played.lines.some((line) => line.startsWith('one first')));
    assert.ok(played.lines.includes('two fine changed'));
  });

  test('a loop over files that are missing fails for each, names all, and is rescued as one failure', async () => {
    const include = '{name: more, include_tasks: "{{ item }}", loop: [a.yml, f.yml, b.yml, a.yml]}';
    const files = { 'f.yml': '- {name: it, debug: {msg: it}}\n' };
    const played = await tasks(`- ${include}`, { files });
    const { failed, ok, rescued } = played.recap.get('one') ?? {};
    assert.equal([failed, ok, rescued], [3, 1, 0]);
    assert.match(
      played.result('one', 'more').message ?? '',
      /^File a\.yml is not found\..*\. File b\.yml is not found/s,
    );
    const saved = await tasks(`- {block: [${include}], rescue: [{name: saved, debug: {msg: saved}}]}`, {
      files,
    });
    const counts = saved.recap.get('one');
    assert.equal([counts?.failed, counts?.rescued, saved.said], [0, 1, ['saved']]);
  });

  test('hosts include together what they wish for alike, whichever item of theirs it is', async () => {
    const item = `item == 'y' or inventory_hostname == 'one'`;
    const played = await tasks(`- {include_tasks: f.yml, loop: [x, y, y], when: ${item}}`, {
      hosts: 'one,two,',
      files: { 'f.yml': `- {name: "it", debug: {msg: "{{ item }}"}}\n` },
    });
    const begun = played.events.filter((event) => event.type === 'task-start' && event.task.name === 'it');
    assert.is(begun.length, 3);
    assert.equal(played.said, ['x', 'y', 'y', 'y', 'y']);
  });

  test('a role that is included late is checked whole, its handlers and defaults too', async () => {
    const played = await tasks(
      '- {name: more, include_role: {name: "{{ r }}"}, vars: {r: web}, ignore_errors: true}',
      {
        files: {
          'roles/web/tasks/main.yml': '- {name: first, command: "true"}\n',
          'roles/web/handlers/main.yml': '- {name: h, service: {nam: x}}\n',
        },
      },
    );
    assert.is(played.result('one', 'more').status, 'failed');
    assert.match(place(played, 'one', 'more'), /^main\.yml:1:/);
    assert.not(played.lines.some((line) => line.includes('first')));
  });

  test('warnings of what is included late are told', async () => {
    const { events } = await tasks(byName, {
      files: { 'one.yml': '- {name: odd, command: "true", when: "{{ true }}"}\n' },
    });
    assert.ok(events.some((event) => event.type === 'warning' && event.problem.position?.line === 1));
  });

  test('a failing template is told at its line and column inside a long text', async () => {
    const played = await tasks(`
- name: literal
  debug:
    msg: |
      first
        second {{ 1 + missing }}
  ignore_errors: true
- name: folded
  debug:
    msg: >-
      a
      b {{ (1).nothing.deep }}
  ignore_errors: true
- name: quoted
  debug: {msg: "\\u00e9\\t{{ missing }}"}
  ignore_errors: true
- name: words
  debug: msg={{missing}}
  ignore_errors: true
- name: condition
  debug: {msg: x}
  when:
    - true
    - 1 + missing > 2
  ignore_errors: true
`);
    assert.is(place(played, 'one', 'literal'), 'play.yml:8:25');
    assert.is(place(played, 'one', 'folded'), 'play.yml:14:27');
    assert.is(place(played, 'one', 'quoted'), 'play.yml:17:32');
    assert.is(place(played, 'one', 'words'), 'play.yml:20:20');
    assert.is(place(played, 'one', 'condition'), 'play.yml:26:13');
  });

  test('a failing template file is told at its own line', async () => {
    const played = await tasks('- {name: t, template: {src: t.j2, dest: /nowhere/x}, ignore_errors: true}', {
      files: { 't.j2': '#jinja2: trim_blocks: True\nfirst\n  {{ missing }}\n' },
    });
    assert.match(played.result('one', 't').message ?? '', /t\.j2:3/);
  });

  test('each file that a loop brings counts, as do those that came in before one that is not there', async () => {
    const head = '- hosts: all\n  gather_facts: false\n  tasks:\n';
    const files = { 'inc.yml': '- debug: {msg: "{{ item }}"}\n' };
    const counted = async (tasks: string): Promise<readonly (number | undefined)[]> => {
      const { recap } = await play(`${head}${tasks}`, { files, hosts: 'a,' });
      const of = recap.get('a');
      return [of?.ok, of?.failed, of?.skipped, of?.ignored];
    };
    assert.equal(await counted('  - {include_tasks: inc.yml, loop: [1, 2, 3]}\n'), [6, 0, 0, 0]);
    assert.equal(
      await counted('  - {include_tasks: inc.yml, loop: [1, 2, 3], when: item != 2}\n'),
      [4, 0, 0, 0],
    );
    assert.equal(await counted('  - {include_tasks: inc.yml, loop: [1, 2], when: item > 2}\n'), [0, 0, 1, 0]);
    assert.equal(
      await counted(
        '  - {include_tasks: "{{ item }}", loop: [inc.yml, no.yml, inc.yml], ignore_errors: true}\n',
      ),
      [2, 1, 0, 0],
    );
    assert.equal(
      await counted('  - {include_tasks: inc.yml, loop: [1], when: item == missing, ignore_errors: true}\n'),
      [1, 0, 0, 1],
    );
  });

  test('what a loop of includes registers tells each item', async () => {
    const { said } = await play(
      `- hosts: all
  gather_facts: false
  tasks:
  - {include_tasks: inc.yml, loop: [1, 2], when: item != 1, register: got}
  - {debug: {msg: "{{ got.results | map(attribute='item') }} {{ got.results[1].include }} {{ got.results[0].skipped }}"}}
`,
      { files: { 'inc.yml': '- {command: "true"}\n' }, hosts: 'a,' },
    );
    assert.equal(said, ['[1, 2] inc.yml True']);
  });

  test('an include that runs once brings its tasks to one host alone', async () => {
    const { said, recap } = await play(
      `- hosts: all
  gather_facts: false
  tasks:
  - {include_tasks: inc.yml, loop: [1, 2], run_once: true}
`,
      { files: { 'inc.yml': '- debug: {msg: "{{ inventory_hostname }} {{ item }}"}\n' }, hosts: 'a,b,' },
    );
    assert.equal(said, ['a 1', 'a 2']);
    assert.equal([recap.get('a')?.ok, recap.get('b')?.ok], [4, undefined]);
  });
});
