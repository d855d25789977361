// What check mode tells where it hangs on something unknown which tasks, hosts, variables or files there are.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

describe('run/check mode where it is not known what there is', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-doubts-'));
    writeFileSync(path.join(folder, 'there.yml'), 'word: here\n');
  });
  teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function lines(text: string, hosts = 'one,'): Promise<readonly string[]> {
    const told = await play(text.replaceAll('HERE', folder), { hosts, options: { checkMode: true } });
    return told.lines;
  }
  const head = '- hosts: all\n  gather_facts: false\n';
  const tasks = (...list: readonly string[]): string =>
    `${head}  tasks:\n${list.map((one) => `    - {${one}}\n`).join('')}`;
  const command = 'name: command, command: "true", register: r';

  test('variables of a file that an earlier task would write are unknown, and all that follows on that host', async () => {
    const told = await lines(
      tasks(
        'name: before, debug: {msg: "{{ word | default(1) }}"}',
        'name: write, copy: {content: "word: other", dest: HERE/there.yml}, delegate_to: localhost, connection: local',
        'name: read, include_vars: HERE/there.yml',
        'name: use, copy: {content: "{{ word }}", dest: HERE/x}',
        'name: after, file: {path: HERE/y, state: directory}, when: word is defined',
      ),
    );
    assert.equal(told, [
      'one before ok',
      'one write changed',
      'one read unknown',
      'one use unknown',
      'one after unknown',
    ]);
  });

  test('facts that a module names are unknown when it cannot be told what it finds', async () => {
    const told = await lines(
      tasks(
        'name: add, user: {name: hardway-nobody}, delegate_to: localhost, connection: local',
        'name: find, getent: {database: passwd, key: hardway-nobody}, delegate_to: localhost, connection: local',
        'name: use, debug: {msg: "{{ getent_passwd[\'hardway-nobody\'] }}"}',
        command,
        'name: look, getent: {database: group, key: "{{ r.stdout }}"}',
        'name: again, debug: {msg: "{{ getent_group.root }}"}',
        'name: other, debug: {msg: "{{ getent_hosts }}"}, ignore_errors: true',
      ),
    );
    assert.equal(told, [
      'one add changed',
      'one find unknown',
      'one use unknown',
      'one command changed',
      'one look unknown',
      'one again unknown',
      'one other failed',
    ]);
  });

  test('a template that is not there is unknown when an earlier task may make it, else a failure', async () => {
    const before =
      'name: before, copy: {content: x, dest: HERE/x}, delegate_to: localhost, connection: local';
    const use = 'name: use, template: {src: HERE/gone.j2, dest: HERE/y}';
    assert.equal(await lines(tasks(use)), ['one use failed']);
    assert.equal(await lines(tasks(before, use)), ['one before changed', 'one use unknown']);
  });

  test('under a name of their own only that variable is unknown', async () => {
    const told = await lines(
      tasks(
        'name: write, copy: {content: "word: other", dest: HERE/new.yml}, delegate_to: localhost, connection: local',
        'name: read, include_vars: {file: HERE/new.yml, name: from}',
        'name: use, copy: {content: "{{ from.word }}", dest: HERE/x}',
        'name: other, copy: {content: "x", dest: HERE/z}',
      ),
    );
    assert.equal(told, ['one write changed', 'one read unknown', 'one use unknown', 'one other changed']);
  });

  test('a file of the control machine that an earlier task would remove is not there for lookups and copies', async () => {
    const told = await lines(
      tasks(
        'name: remove, file: {path: HERE/there.yml, state: absent}, delegate_to: localhost, connection: local',
        'name: copied, copy: {src: HERE/there.yml, dest: HERE/x}, ignore_errors: true',
        `name: looked, debug: {msg: "{{ lookup('file', 'HERE/there.yml', errors='ignore') | default('', true) }}"}`,
        `name: found, debug: {msg: "{{ lookup('first_found', ['HERE/there.yml'], skip=true) }}"}`,
      ),
    );
    assert.is(told[0], 'one remove changed');
    assert.ok(['one copied failed', 'one copied unknown'].includes(told[1] ?? ''), told[1]);
    assert.equal(told.slice(2), ['one looked ok', 'one found ok']);
  });

  test('a host that joins a group, or comes, under an unknown condition takes part in later plays in doubt', async () => {
    const told = await lines(
      `${tasks(
        command,
        'name: join, group_by: {key: new}, when: r.rc == 0',
        'name: come, add_host: {name: three, groups: [new]}, when: r.rc == 0',
      )}- hosts: new
  gather_facts: false
  tasks:
    - {name: made, copy: {content: x, dest: HERE/x}}
- hosts: one
  gather_facts: false
  tasks:
    - {name: looked, debug: {msg: x}}
`,
    );
    assert.equal(told, [
      'one command changed',
      'one join unknown',
      'one come unknown',
      'one made unknown',
      'three made unknown',
      'one looked ok',
    ]);
  });

  test('a play without the hosts of a group in doubt is told for those that may be in it, and in doubt', async () => {
    const later = (hosts: string): string =>
      `- hosts: "${hosts}"\n  gather_facts: false\n  tasks:\n    - {name: made, file: {path: HERE/made, state: directory}}\n`;
    const joining = tasks(
      `${command}, changed_when: false`,
      'name: join, group_by: {key: new}, when: inventory_hostname == "one" and r.rc == 0',
    );
    const made = async (hosts: string): Promise<readonly string[]> =>
      (await lines(`${joining}${later(hosts)}`, 'one,two'))
        .filter((line) => line.includes('made'))
        .toSorted();
    assert.equal(await made('all:!new'), ['one made unknown', 'two made changed']);
    assert.equal(await made('new'), ['one made unknown']);
    assert.equal(await made('all:&new'), ['one made unknown']);
    assert.equal(await made('all:!n*'), ['one made unknown', 'two made changed']);
    assert.equal(await made('two:new'), ['one made unknown', 'two made changed']);
    assert.equal(await made('all'), ['one made changed', 'two made changed']);
    assert.equal(await made('ungrouped'), ['one made unknown', 'two made changed']);
  });

  test('variables of a group in doubt, and its members, are unknown', async () => {
    const inventory =
      'all:\n  hosts: {one: , two: }\n  children: {new: {hosts: {three: }, vars: {word: new}}, other: {hosts: {two: }}}\n';
    const said = tasks(
      `${command}, changed_when: false`,
      'name: join, group_by: {key: new}, when: inventory_hostname == "one" and r.rc == 0',
      'name: word, debug: {msg: "{{ word | default(1) }}"}',
      'name: member, debug: {msg: x}, when: "inventory_hostname in groups.new"',
      'name: other, debug: {msg: x}, when: "inventory_hostname in groups.other"',
      'name: names, debug: {msg: x}, when: group_names is contains("new")',
    );
    const told = await play(said, { inventory, options: { checkMode: true } });
    const about = (name: string): string[] =>
      told.lines
        .filter((line) => line.includes(` ${name} `))
        .map((line) => line.replace(` ${name}`, ''))
        .toSorted();
    assert.equal(about('word'), ['one unknown', 'three ok', 'two ok']);
    assert.equal(about('member'), ['one unknown', 'three unknown', 'two unknown']);
    assert.equal(about('other'), ['one skipped', 'three skipped', 'two ok']);
    assert.equal(about('names'), ['one unknown', 'three ok', 'two skipped']);
  });

  test('a group or host of unknown name: plays that it may be in are told, in doubt', async () => {
    const told = await lines(
      `${tasks(
        `${command}, changed_when: false`,
        'name: come, add_host: {name: "{{ r.stdout }}", groups: [more], word: x}, run_once: true',
        'name: join, group_by: {key: "os_{{ r.stdout }}"}, when: inventory_hostname == "one"',
      )}- hosts: os_linux
  gather_facts: false
  tasks: [{name: first, file: {path: HERE/d, state: directory}}]
- hosts: more
  gather_facts: false
  tasks: [{name: second, debug: {msg: "{{ word }}"}}]
- hosts: two
  gather_facts: false
  tasks: [{name: third, debug: {msg: x}}]
`,
      'one,two',
    );
    assert.equal(told.slice(-5).toSorted(), [
      'a host of come first unknown',
      'a host of come second unknown',
      'one first unknown',
      'one second unknown',
      'two third ok',
    ]);
  });

  test('a play of unknown hosts is told for all, in doubt', async () => {
    const told = await lines(
      `${tasks(`${command}, changed_when: false`)}- hosts: "{{ hostvars['one'].r.stdout }}"
  gather_facts: false
  tasks: [{name: made, file: {path: HERE/d, state: directory}}]
`,
      'one,two',
    );
    assert.equal(told.slice(-2), ['one made unknown', 'two made unknown']);
  });

  test('an unknown task whose failure is ignored may have failed, for all that later tasks look at', async () => {
    const told = await lines(
      tasks(
        command,
        'name: read, slurp: {src: HERE/none}, ignore_errors: true, register: s',
        'name: then, fail: {msg: wanted}, ignore_errors: true, when: s is failed',
      ),
    );
    assert.equal(told.slice(1), ['one read unknown', 'one then unknown']);
  });

  test('a handler in doubt whose condition is false for sure is told as skipped', async () => {
    const told = await lines(
      `${tasks(command, 'name: changes, copy: {content: x, dest: HERE/x}, notify: handler')}  handlers:\n    - {name: handler, debug: {msg: x}, when: inventory_hostname == "two"}\n`,
    );
    assert.equal(told.slice(1), ['one changes unknown', 'one handler skipped']);
  });

  test('a handler in doubt with a condition that fails is unknown, not failed', async () => {
    const told = await lines(
      `${tasks(command, 'name: changes, copy: {content: x, dest: HERE/x}, notify: handler')}  handlers:\n    - {name: handler, debug: {msg: x}, when: nothing is skipped}\n`,
    );
    assert.equal(told.slice(1), ['one changes unknown', 'one handler unknown']);
  });

  test('until and failed_when that are unknown may fail within a block that rescues, and nowhere else', async () => {
    for (const judged of ['until: r.stdout == "x"', 'failed_when: r.stdout == "x"']) {
      const task = `name: tried, debug: {msg: x}, ${judged}, delay: 0, retries: 1`;
      const block = `block: [{${task}}, {name: then, file: {path: HERE/d, state: directory}}], rescue: [{name: rescued, file: {path: HERE/r, state: directory}}]`;
      const about = async (one: string): Promise<readonly string[]> =>
        (await lines(tasks(`${command}, changed_when: false`, one, 'name: behind, debug: {msg: x}'))).slice(
          1,
        );
      assert.equal(await about(block), [
        'one tried ok',
        'one then unknown',
        'one rescued unknown',
        'one behind ok',
      ]);
      assert.equal(await about(task), ['one tried ok', 'one behind ok']);
      const ignored = await lines(
        tasks(
          `${command}, changed_when: false`,
          `${task}, ignore_errors: true, register: t`,
          'name: behind, debug: {msg: x}, when: t is failed',
        ),
      );
      assert.equal(ignored.slice(1), ['one tried ok', 'one behind unknown']);
    }
  });

  test('handlers that may be flushed under an unknown condition are told, and nothing after it is told as sure', async () => {
    const told = await lines(
      `${tasks(
        'name: first, copy: {content: x, dest: HERE/first}, notify: handler',
        `${command}, changed_when: false`,
        'name: flush, meta: flush_handlers, when: r.rc == 0',
        'name: later, file: {path: HERE/made, state: absent}',
      )}  handlers:\n    - {name: handler, copy: {content: x, dest: HERE/made}}\n`,
    );
    assert.equal(told.slice(0, 2), ['one first changed', 'one command ok']);
    assert.equal(new Set(told.slice(2)), new Set(['one later unknown', 'one handler unknown']));
  });

  test('where a command may fail within a block, the rest of it and its rescue are in doubt, and nothing behind it', async () => {
    const told = await lines(
      tasks(
        'block: [{name: tried, command: "false", changed_when: false}, {name: then, file: {path: HERE/d, state: directory}}], rescue: [{name: rescued, copy: {content: x, dest: HERE/x}}, {name: why, debug: {msg: "{{ ansible_failed_task.name }}"}}]',
        'name: behind, file: {path: HERE/other, state: directory}',
      ),
    );
    assert.equal(told, [
      'one tried ok',
      'one then unknown',
      'one rescued unknown',
      'one why unknown',
      'one behind changed',
    ]);
  });

  test('a task that may fail for what only a run tells puts the rest of its block and its rescue in doubt', async () => {
    const inBlock = async (task: string): Promise<readonly string[]> =>
      lines(
        tasks(
          `block: [{name: tried, ${task}}, {name: then, file: {path: HERE/d, state: directory}}], rescue: [{name: rescued, copy: {content: x, dest: HERE/x}}]`,
          'name: behind, file: {path: HERE/other, state: directory}',
        ),
      );
    const doubtful = ['one tried changed', 'one then unknown', 'one rescued unknown', 'one behind changed'];
    for (const task of [
      'copy: {content: x, dest: HERE/v, validate: "test -f %s"}',
      'template: {src: HERE/there.yml, dest: HERE/v, validate: "test -f %s"}',
      'get_url: {url: "http://127.0.0.1:9/x", dest: HERE/v, checksum: "sha256:00"}',
      'mount: {path: HERE/m, src: /dev/null, fstype: ext4, state: mounted, fstab: HERE/fstab}',
    ])
      assert.equal(await inBlock(task), doubtful, task);
    assert.equal(await inBlock('copy: {content: x, dest: HERE/v}'), [
      'one tried changed',
      'one then changed',
      'one behind changed',
    ]);
    const missing = 'mount: {path: HERE/m, src: /dev/none, fstype: ext4, state: mounted, fstab: HERE/fstab}';
    assert.equal(await inBlock(missing), ['one tried failed', 'one rescued changed', 'one behind changed']);
  });

  test('where such a task is borne by ignore_errors, whether it failed and what it did is unknown', async () => {
    const validated = 'copy: {content: x, dest: HERE/v, validate: "test -f %s"}, register: r';
    const after = [
      'name: failed, debug: {msg: x}, when: r is failed',
      'name: again, copy: {content: x, dest: HERE/v}',
    ];
    assert.equal(await lines(tasks(`name: tried, ${validated}, ignore_errors: true`, ...after)), [
      'one tried changed',
      'one failed unknown',
      'one again unknown',
    ]);
    assert.equal(await lines(tasks(`name: tried, ${validated}`, ...after)), [
      'one tried changed',
      'one failed skipped',
      'one again ok',
    ]);
  });

  test('where no task of a block may fail, its rescue is not told', async () => {
    const told = await lines(
      tasks(
        'block: [{name: made, file: {path: HERE/d, state: directory}}], rescue: [{name: rescued, debug: {msg: x}}]',
      ),
    );
    assert.equal(told, ['one made changed']);
  });

  test('a task that would fail for sure is told as failed, and the host’s later tasks are not told', async () => {
    const told = await lines(
      tasks(
        'name: gone, file: {path: HERE/sub, state: absent}',
        'name: fails, copy: {content: x, dest: HERE/sub/x}',
        'name: never, copy: {content: x, dest: HERE/y}',
      ),
    );
    assert.equal(told, ['one gone ok', 'one fails failed']);
  });

  test('owners and groups that are not there, and would not be made, are told as a failure', async () => {
    const told = await lines(
      tasks(
        'name: nobody, copy: {content: x, dest: HERE/x, owner: hardway-none}, ignore_errors: true',
        'name: nogroup, file: {path: HERE/d, state: directory, group: hardway-none}, ignore_errors: true',
        'name: group, group: {name: hardway-none}',
        'name: then, file: {path: HERE/d, state: directory, group: hardway-none}',
      ),
    );
    assert.equal(told, ['one nobody failed', 'one nogroup failed', 'one group changed', 'one then changed']);
  });

  test('a mount where a file stands, or in it, is told as failed; a file may be mounted on a file', async () => {
    const fstab = 'fstab: HERE/fstab, state: mounted';
    const told = await lines(
      tasks(
        'name: file, copy: {content: x, dest: HERE/f}',
        `name: on it, mount: {path: HERE/f, src: tmpfs, fstype: tmpfs, ${fstab}}, ignore_errors: true`,
        `name: in it, mount: {path: HERE/f/a/b, src: /srv, fstype: none, opts: bind, ${fstab}}, ignore_errors: true`,
        `name: file on file, mount: {path: HERE/f, src: /etc/hosts, fstype: none, opts: bind, ${fstab}}`,
        `name: anew, mount: {path: HERE/a/b, src: tmpfs, fstype: tmpfs, ${fstab}}`,
      ),
    );
    const wanted = ['file changed', 'on it failed', 'in it failed', 'file on file changed', 'anew changed'];
    assert.equal(
      told,
      wanted.map((one) => `one ${one}`),
    );
  });
});
