// What a saved plan refuses, by the commands in this process: each play is small, local, and in a folder of its own.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { applyCommand } from '../../../engine/cli/apply_command.ts';
import type { SavedPlan } from '../../../engine/cli/plan/plan_file.ts';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { called, type Called } from '../../support/called.ts';
import { describe } from '../../support/suite.ts';

const inventory = (more = ''): string => `all:
  vars: {ansible_connection: local, word: first}
  hosts:
    one: {}
${more}`;

const two = '    two: {}\n';

const playbook = `- hosts: all
  gather_facts: false
  tasks:
    - name: text
      copy: {src: text.txt, dest: "{{ out }}/{{ inventory_hostname }}.txt", mode: "0600"}
    - name: word
      copy: {content: "{{ word }} secretOfThePlan", dest: "{{ out }}/{{ inventory_hostname }}.word"}
      tags: [words]
    - name: lines
      lineinfile: {path: "{{ out }}/kept-{{ inventory_hostname }}", line: two, create: true}
      loop: [1]
    - name: look
      command: date
      changed_when: false
`;

describe('cli/plan refuses what moved', ({ test }) => {
  interface Place {
    readonly folder: string;
    readonly write: (name: string, text: string) => void;
    readonly read: (name: string) => string;
    readonly hardway: (...argv: readonly string[]) => Promise<Called>;
    readonly plan: (...more: readonly string[]) => Promise<Called>;
    readonly apply: (...more: readonly string[]) => Promise<Called>;
  }

  async function inFolder(body: (place: Place) => Promise<void>): Promise<void> {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-plan-')));
    const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
    const hardway = (...[command = '', ...argv]: readonly string[]): Promise<Called> =>
      called(() => (command === 'apply' ? applyCommand(argv) : playbookCommand(argv)), folder);
    try {
      mkdirSync(path.join(folder, 'out'));
      write('hosts.yml', inventory(two));
      write('play.yml', playbook.replaceAll('{{ out }}', path.join(folder, 'out')));
      write('text.txt', 'text\n');
      write('out/kept-one', 'one\n');
      const play = ['playbook', 'play.yml', '-i', 'hosts.yml', '--plan', 'site.plan'];
      await body({
        ...{ folder, write, hardway },
        read: (name) => readFileSync(path.join(folder, name), 'utf8'),
        plan: (...more) => hardway(...play, ...more),
        apply: (...more) => hardway('apply', ...more, 'site.plan'),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Plans, lets something move, and applies: nothing may be done, and each line must be told. */
  const refuses = (
    name: string,
    move: (place: Place) => void,
    told: readonly (string | RegExp)[],
    code = 1,
  ): void =>
    test(name, () =>
      inFolder(async (place) => {
        assert.is((await place.plan()).code, 0);
        const before = readdirSync(path.join(place.folder, 'out')).join(' ');
        move(place);
        const ran = await place.apply();
        assert.is(ran.code, code, ran.stdout + ran.stderr);
        for (const each of told) assert.match(ran.stderr, each);
        assert.is(readdirSync(path.join(place.folder, 'out')).join(' '), before);
      }),
    );

  refuses('a file that an other has changed', ({ write }) => write('out/kept-one', 'other\n'), [
    'moved: one: lines (play.yml:9, item 0): what write file changes is no longer as it was',
  ]);
  refuses('a host that left', ({ write }) => write('hosts.yml', inventory()), [
    'moved: two: text (play.yml:4): its host is not there any more',
  ]);
  refuses('a host that joined', ({ write }) => write('hosts.yml', inventory(`${two}    three: {}\n`)), [
    'moved: three: text (play.yml:4): its host was not there when the plan was made',
  ]);
  refuses(
    'a host of another user',
    ({ write }) => write('hosts.yml', inventory(two.replace('{}', '{ansible_user: x}'))),
    ['moved: two: text (play.yml:4): another user, address or environment would do it'],
  );
  refuses(
    'another value of a variable',
    ({ write, read }) => write('hosts.yml', read('hosts.yml').replace('first', 'other')),
    ['moved: one: word (play.yml:6): write file would do something else'],
  );
  refuses('another content of a file that is copied', ({ write }) => write('text.txt', 'other\n'), [
    'moved: one: text (play.yml:4): write file would do something else',
    'moved: two: text',
  ]);
  // On one host: of two names of one machine the script of the first may change that of the second, and which is the first
  // is not certain.
  test('another script', () =>
    inFolder(async ({ folder, write, plan, apply }) => {
      const ran = path.join(folder, 'ran');
      write('play.yml', '- hosts: one\n  gather_facts: false\n  tasks:\n    - script: make.sh\n');
      write('make.sh', `echo planned >> ${ran}\n`);
      assert.is((await plan()).code, 0);
      write('make.sh', `echo other >> ${ran}\n`);
      const refused = await apply();
      assert.is(refused.code, 1);
      assert.match(refused.stderr, 'moved: one: script (play.yml:4): script would do something else');
      assert.not(existsSync(ran));
      write('make.sh', `echo planned >> ${ran}\n`);
      assert.is((await apply()).code, 0);
      assert.is(readFileSync(ran, 'utf8'), 'planned\n');
    }));
  refuses(
    'a changed playbook',
    ({ write, read }) =>
      write('play.yml', `${read('play.yml')}    - file: {path: /nowhere/x, state: touch}\n`),
    ['hardway apply: evaluated again it does not go well'],
    2,
  );
  refuses(
    'a task that was put in between',
    ({ write, read }) =>
      write(
        'play.yml',
        read('play.yml').replace('loop: [1]', 'loop: [1, 2]').replace('line: two', 'line: "{{ item }}"'),
      ),
    [
      'moved: one: lines (play.yml:9, item 0): write file would do something else',
      'item 1): it does something that was not planned',
    ],
  );
  refuses(
    'a playbook that is not there any more',
    ({ folder }) => rmSync(path.join(folder, 'play.yml')),
    ['play.yml'],
    4,
  );
  refuses(
    'the playbook of another plan',
    ({ write }) =>
      write('play.yml', '- hosts: one\n  gather_facts: false\n  tasks:\n    - debug: {msg: nothing}\n'),
    ['moved: one: text (play.yml:4): it has nothing to do any more'],
  );

  test('plans that were cut, edited, made by another program, or are none', () =>
    inFolder(async ({ plan, apply, read, write }) => {
      await plan();
      const whole = read('site.plan');
      const saved = JSON.parse(whole) as SavedPlan;
      const said = async (text: string): Promise<string> => {
        write('site.plan', text);
        const ran = await apply();
        assert.is(ran.code, 1);
        return ran.stderr;
      };
      assert.match(await said(whole.slice(0, whole.length / 2)), 'is not whole, or no JSON at all');
      assert.match(await said('- hosts: all\n'), 'is not whole, or no JSON at all');
      assert.match(await said('{}'), 'is no plan of hardway');
      assert.match(
        await said(JSON.stringify({ ...saved, version: 7 })),
        'is a plan of format 7; this program reads 2',
      );
      assert.match(
        await said(JSON.stringify({ ...saved, hardway: '9.0.0' })),
        'was made by hardway 9.0.0, and this is',
      );
      assert.match(
        await said(JSON.stringify({ ...saved, arguments: ['play.yml'] })),
        'was changed after it was saved',
      );
      assert.match(
        await said(whole.replace(/"inputs": "./, '"inputs": "g')),
        'was changed after it was saved',
      );
    }));

  test("a plan is its owner's alone and holds no content; where it cannot be kept is told before the run", () =>
    inFolder(async ({ plan, hardway, folder, read }) => {
      assert.is((await plan('--detailed-exitcode')).code, 3);
      assert.is(statSync(path.join(folder, 'site.plan')).mode & 0o777, 0o600);
      assert.not.match(read('site.plan'), /secretOfThePlan|first/);
      for (const [file, why] of [
        ['nowhere/site.plan', 'no such file'],
        ['out', 'out is a folder'],
        ['text.txt/site.plan', /ENOTDIR|is no folder/],
      ] as const) {
        const ran = await hardway('playbook', 'play.yml', '-i', 'hosts.yml', '--plan', file);
        assert.is(ran.code, 1);
        assert.match(ran.stderr, 'no plan can be saved');
        assert.match(ran.stderr, why);
        assert.is(ran.stdout, '');
      }
    }));

  test('limits and tags are part of the plan', () =>
    inFolder(async ({ plan, apply, folder, read }) => {
      await plan('--limit', 'two', '--tags', 'words');
      const { tasks, arguments: kept } = JSON.parse(read('site.plan')) as SavedPlan;
      assert.equal(
        tasks.map(({ host, task }) => `${host} ${task}`),
        ['two word'],
      );
      assert.equal(kept, ['--inventory', 'hosts.yml', '--limit', 'two', '--tags', 'words', 'play.yml']);
      assert.is((await apply()).code, 0);
      assert.equal(readdirSync(path.join(folder, 'out')).sort(), ['kept-one', 'two.word']);
    }));

  test('applied again, a plan has nothing left to do; where some of it is left, it names the rest', () =>
    inFolder(async ({ plan, apply, folder, hardway }) => {
      await plan();
      const ran = await apply('--detailed-exitcode');
      assert.is(ran.code, 3, ran.stdout + ran.stderr);
      assert.not.match(ran.stderr, 'not done');
      const again = await apply('--detailed-exitcode');
      assert.is(again.code, 0, again.stderr);
      assert.match(again.stderr, 'nothing is left to do');
      rmSync(path.join(folder, 'out/one.txt'));
      const partly = await apply();
      assert.is(partly.code, 1);
      assert.match(partly.stderr, 'moved: two: text (play.yml:4): it has nothing to do any more');
      assert.not(existsSync(path.join(folder, 'out/one.txt')));
      const settled = await hardway('playbook', 'play.yml', '-i', 'hosts.yml');
      assert.is(settled.code, 0);
      const none = await plan('--detailed-exitcode');
      assert.is(none.code, 0, none.stdout);
    }));

  test('a folder that is to be removed, when something in it is another than it was', () =>
    inFolder(async ({ plan, apply, folder, write, read }) => {
      const place = path.join(folder, 'out/old');
      mkdirSync(path.join(place, 'deep'), { recursive: true });
      write('out/old/deep/file', 'one');
      const gone = `- hosts: one\n  gather_facts: false\n  tasks:\n    - {name: gone, file: {path: ${place}, state: absent}}\n`;
      write('play.yml', gone);
      assert.is((await plan()).code, 0);
      write('out/old/deep/file', 'two');
      const ran = await apply();
      assert.is(ran.code, 1, ran.stdout + ran.stderr);
      assert.match(
        ran.stderr,
        'moved: one: gone (play.yml:4): what remove file changes is no longer as it was',
      );
      assert.is(read('out/old/deep/file'), 'two');
      write('out/old/deep/file', 'one');
      assert.is((await apply()).code, 0);
      assert.not(existsSync(place));
    }));
});
