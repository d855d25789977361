// Check mode: what tasks on the control machine would do there is seen by all that looks at its files from templates,
// includes and modules; what cannot be told is unknown.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { textOf } from '../../../engine/document/value.ts';
import { play, type Played } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

const start: Readonly<Record<string, string>> = { 'tasks.yml': '[]\n', 'vars.yml': 'word: x\n' };
const local = 'delegate_to: localhost, connection: local';

describe('run/check mode on files of the control machine', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-control-'));
    mkdirSync(path.join(folder, 'd'));
    for (const name of ['there', 'd/x.txt', 'old.j2', 'tasks.yml', 'vars.yml', 'pw'])
      writeFileSync(path.join(folder, name), start[name] ?? 'old\n');
    symlinkSync('d', path.join(folder, 'link'));
  });
  teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** The play by check and, in a copy of the folder that is thrown away, for real. */
  async function told(...tasks: readonly string[]): Promise<Played> {
    const listed = readdirSync(folder, { recursive: true });
    const text = tasks.map((one) => `    - {${one}}\n`).join('');
    const played = await play(
      `- hosts: all\n  gather_facts: false\n  tasks:\n${text}`.replaceAll('HERE', folder),
      {
        options: { checkMode: true },
        files: { 'files/near.txt': 'old', 'files/dir/a': 'old', 'templates/near.j2': 'old' },
      },
    );
    assert.equal(readdirSync(folder, { recursive: true }), listed);
    return played;
  }
  const debug = (text: string): string => `name: told, debug: {msg: "{{ ${text} }}"}`;

  test('tests of files, fileglob, first_found and realpath see what would be there', async () => {
    const { said } = await told(
      `name: make, copy: {content: x, dest: HERE/new.txt}, ${local}`,
      `name: folder, file: {path: HERE/sub/deep, state: directory}, ${local}`,
      `name: link, file: {src: HERE/sub, path: HERE/way, state: link}, ${local}`,
      `name: gone, file: {path: HERE/there, state: absent}, ${local}`,
      `name: inside, copy: {content: x, dest: HERE/d/y.txt}, ${local}`,
      debug(
        "['HERE/new.txt', 'HERE/sub', 'HERE/there', 'HERE/way/deep', 'HERE/d/x.txt', 'HERE/none'] | select('exists') | map('basename') | join(' ')",
      ),
      debug(
        "['HERE/new.txt' is file, 'HERE/sub/deep' is directory, 'HERE/way' is link, 'HERE/there' is file] | join(' ')",
      ),
      debug("lookup('fileglob', 'HERE/link/*.txt', wantlist=true) | map('basename') | join(' ')"),
      debug("'HERE/*' | fileglob | map('basename') | sort | join(' ')"),
      debug("lookup('first_found', ['HERE/there', 'HERE/new.txt']) | basename"),
      debug("'HERE/way/deep' | realpath | regex_replace('HERE/', '')"),
    );
    assert.equal(said, [
      'new.txt sub deep x.txt',
      'True True True False',
      'x.txt y.txt',
      'new.txt old.j2 pw tasks.yml vars.yml',
      'new.txt',
      'sub/deep',
    ]);
  });

  test('what cannot be told of them is unknown: after a command, and what only the file system tells', async () => {
    const { lines } = await told(
      `name: command, command: "true", ${local}`,
      debug("'HERE/there' is exists"),
      debug("'HERE/*' | fileglob"),
      debug("lookup('pipe', 'echo x')"),
      debug("'HERE/link' | realpath"),
      debug("lookup('password', 'HERE/pw')"),
      debug("lookup('env', 'HOME')"),
    );
    assert.equal(
      lines.map((line) => line.split(' ').at(-1)),
      ['changed', 'unknown', 'unknown', 'unknown', 'unknown', 'unknown', 'ok'],
    );
    const touched = await told(
      `name: write, copy: {content: x, dest: HERE/d/x.txt}, ${local}`,
      debug("lookup('filetree', 'HERE/d')"),
      debug("'HERE/d/x.txt' is same_file('HERE/link/x.txt')"),
      debug("lookup('pipe', 'cat HERE/d/x.txt')"),
      debug("lookup('password', 'HERE/pw')"),
      debug("'HERE/old.j2' is vaulted_file"),
    );
    assert.equal(
      touched.lines.map((line) => line.split(' ').at(-1)),
      ['changed', 'unknown', 'unknown', 'unknown', 'ok', 'ok'],
    );
  });

  test('a command on another host leaves the control machine as it is', async () => {
    const { lines } = await told(
      'name: command, command: "true"',
      debug("'HERE/there' is exists"),
      debug("lookup('pipe', 'echo x')"),
    );
    assert.equal(lines, ['one command changed', 'one told ok', 'one told ok']);
  });

  test('what is included from a file that an earlier task would make, change or remove is unknown, and what follows', async () => {
    const includes = [
      'name: it, include_tasks: HERE/tasks.yml',
      'name: it, include_vars: HERE/vars.yml',
      'name: it, include_vars: {dir: HERE/d, files_matching: none}',
    ];
    const changes = ['HERE/tasks.yml', 'HERE/vars.yml', 'HERE/d/more.yml'];
    for (const [at, include] of includes.entries()) {
      const change = `name: change, copy: {content: "", dest: ${changes[at] ?? ''}}, ${local}`;
      const after = 'name: after, debug: {msg: x}';
      assert.equal(
        (await told(change, include, after)).lines,
        ['one change changed', 'one it unknown', 'one after unknown'],
        include,
      );
      const other = `name: change, copy: {content: "", dest: HERE/other}, ${local}`;
      assert.equal(
        (await told(other, include, after)).lines,
        ['one change changed', 'one it ok', 'one after ok'],
        include,
      );
    }
    const absent = await told(
      `name: change, copy: {content: "[]", dest: HERE/one.yml}, ${local}`,
      'name: it, include_tasks: "HERE/{{ inventory_hostname }}.yml"',
    );
    assert.equal(absent.lines, ['one change changed', 'one it unknown']);
    const role = await told(
      `name: change, copy: {content: "[]", dest: "{{ playbook_dir }}/roles/one/tasks/main.yml"}, ignore_errors: true, ${local}`,
      `name: folder, file: {path: "{{ playbook_dir }}/roles/one/tasks", state: directory}, ${local}`,
      'name: it, include_role: {name: "{{ inventory_hostname }}"}',
    );
    assert.equal(role.lines.slice(1), ['one folder changed', 'one it unknown']);
  });

  test('copy and template take files by the search path as they will be; so do folders', async () => {
    const { lines, result } = await told(
      `name: change, copy: {content: new, dest: "{{ playbook_dir }}/files/near.txt"}, ${local}`,
      `name: inside, copy: {content: new, dest: "{{ playbook_dir }}/files/dir/b", mode: "0600"}, ${local}`,
      `name: template, copy: {content: "{% raw %}{{ 1 + 1 }}{% endraw %}", dest: "{{ playbook_dir }}/templates/near.j2"}, ${local}`,
      'name: send, copy: {src: near.txt, dest: HERE/sent.txt}',
      'name: send folder, copy: {src: dir, dest: HERE/sent}',
      'name: render, template: {src: near.j2, dest: HERE/rendered}',
      'name: read, slurp: {src: HERE/sent.txt}',
      'name: read inside, slurp: {src: HERE/sent/dir/b}',
      'name: read rendered, slurp: {src: HERE/rendered}',
    );
    assert.equal(
      lines.filter((line) => !line.endsWith(' changed')),
      ['one read ok', 'one read inside ok', 'one read rendered ok'],
    );
    const content = (task: string): string =>
      Buffer.from(textOf(result('one', task).values.get('content') ?? null) ?? '', 'base64').toString();
    assert.equal(['read', 'read inside', 'read rendered'].map(content), ['new', 'new', '2']);
  });

  test('what fetch would keep is there for lookups, tests and copies', async () => {
    const { lines, said } = await told(
      'name: write, copy: {content: fetched, dest: HERE/on-host}',
      'name: keep, fetch: {src: HERE/on-host, dest: HERE/kept, flat: true}',
      'name: again, fetch: {src: HERE/on-host, dest: HERE/kept, flat: true}',
      debug("lookup('file', 'HERE/kept')"),
      debug("('HERE/kept' is file) | string"),
      'name: send, copy: {src: HERE/kept, dest: HERE/back}',
      `name: over, copy: {content: other, dest: HERE/kept}, ${local}`,
      'name: once more, fetch: {src: HERE/on-host, dest: HERE/kept, flat: true}',
    );
    assert.equal(said, ['fetched', 'True']);
    assert.equal(
      lines.filter((line) => !line.includes('told')),
      ['write changed', 'keep changed', 'again ok', 'send changed', 'over changed', 'once more changed'].map(
        (line) => `one ${line}`,
      ),
    );
  });

  test('a password that a run would make is one for all who ask for its file, until that is removed', async () => {
    const password = "lookup('password', 'HERE/made/pw length=12')";
    const { lines, said } = await told(
      debug(`(${password} == ${password}) | string`),
      `name: keep, set_fact: {first: "{{ ${password} }}"}`,
      debug(`(${password} == first) | string`),
      debug(`(lookup('file', 'HERE/made/pw') == first) | string`),
      debug(`('HERE/made/pw' is file) | string`),
      `name: write, copy: {content: "{{ first }}", dest: HERE/copied}`,
      `name: again, copy: {content: "{{ ${password} }}", dest: HERE/copied}`,
      `name: gone, file: {path: HERE/made/pw, state: absent}, ${local}`,
      debug(`(${password} == first) | string`),
      `name: other, copy: {content: "{{ ${password} }}", dest: HERE/copied}`,
    );
    assert.equal(said, ['True', 'True', 'True', 'True', 'False']);
    assert.equal(
      lines.filter((line) => !line.includes('told')),
      ['keep ok', 'write changed', 'again ok', 'gone changed', 'other changed'].map((line) => `one ${line}`),
    );
  });

  test('vars_files that the play has read hold after a command on the control machine', async () => {
    writeFileSync(path.join(folder, 'own.yml'), 'word: own');
    const { said } = await play(
      `- hosts: all
  gather_facts: false
  vars_files: [${folder}/own.yml]
  tasks:
    - {name: run, command: "true", ${local}}
    - {name: say, debug: {msg: "{{ word | default('none') }}"}}`,
      { options: { checkMode: true } },
    );
    assert.equal(said, ['own']);
  });

  test('vars_files of a later play are those that an earlier one would write', async () => {
    writeFileSync(path.join(folder, 'unread.yml'), '{}');
    const head = '- hosts: all\n  gather_facts: false\n';
    const say = '  tasks: [{name: say, debug: {msg: "{{ word | default(1) }} {{ made | default(2) }}"}}]\n';
    const { said, lines } = await play(
      [
        `${head}  tasks:`,
        `    - {name: write, copy: {content: "made: new", dest: HERE/made.yml}, ${local}}`,
        `    - {name: other, copy: {content: "word: other", dest: HERE/vars.yml}, ${local}}`,
        `    - {name: gone, file: {path: HERE/there.yml, state: absent}, ${local}}`,
        `${head}  vars: {name: made}\n  vars_files: ["HERE/{{ name }}.yml", HERE/vars.yml]\n${say}`,
        `${head}${say}`,
        `${head}  tasks: [{name: run, command: "true", ${local}}]`,
        `${head}  vars_files: [HERE/vars.yml]\n${say}`,
        `${head}  vars_files: [HERE/unread.yml]\n${say}`,
        `${head}${say}`,
      ]
        .join('\n')
        .replaceAll('HERE', folder),
      { options: { checkMode: true } },
    );
    assert.equal(said.slice(0, 2), ['other new', '1 2']);
    assert.equal(
      lines.filter((line) => line.includes(' say ')),
      [...['one say ok', 'one say ok', 'one say ok', 'one say unknown', 'one say ok']],
    );
  });
});
