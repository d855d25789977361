// Items of a loop that are told apart by where their files are: files of one name in different folders, removals, links.
// How many round trips they cost, and that results are those of one by one (issue 4: "where they are independent
// applied in one").
import { existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { toData } from '../../../engine/module/data.ts';
import { play, type PlayRequest } from '../../support/play_here.ts';
import { treeOf } from '../../support/random_plays/tree_of.ts';
import { describe } from '../../support/suite.ts';

const head = '- hosts: all\n  gather_facts: false\n  tasks:\n    - ';

describe('run/ahead: items are told apart by where their files are', ({ test, setup, teardown }) => {
  let root = '';
  setup(() => {
    root = mkdtempSync(path.join(tmpdir(), 'hardway-places-'));
  });
  teardown(() => rmSync(root, { recursive: true, force: true }));

  const start = (folder: string, folders: number): void => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const at of Array(folders).keys()) {
      mkdirSync(path.join(folder, `f${at}`));
      writeFileSync(path.join(folder, `f${at}/old`), `${at}\n`);
      writeFileSync(path.join(folder, `s${at}`), `${at}\n`);
    }
    writeFileSync(path.join(folder, 'a'), 'one\n', { mode: 0o644 });
    linkSync(path.join(folder, 'a'), path.join(folder, 'h'));
    symlinkSync('f0', path.join(folder, 'k'));
    symlinkSync('f0', path.join(folder, 'm'));
    symlinkSync('none', path.join(folder, 'nowhere'));
  };

  interface Ran {
    readonly trips: number;
    readonly statuses: readonly string[];
  }

  /** The same task from the same start with and without asking ahead; results and files must be equal. */
  async function both(
    task: string,
    folders = 3,
    request: PlayRequest = {},
  ): Promise<{ ahead: Ran; alone: Ran }> {
    const folder = path.join(root, 'd');
    const ran = async (askAhead: boolean): Promise<Ran & { tree: string[]; results: string[] }> => {
      start(folder, folders);
      const options = { ...request.options, askAhead };
      const played = await play(`${head}${task.replaceAll('ROOT', folder)}\n`, { ...request, options });
      const items = played.events.flatMap((event) => (event.type === 'item' ? [event] : []));
      return {
        trips: played.fake.trips.length,
        statuses: items.map(({ result }) => result.status),
        tree: treeOf(folder),
        results: items.map(({ label, result: { message, values } }) => {
          const told = ['state', 'mode', 'size', 'src'].map((name) => toData(values.get(name) ?? null));
          // `ln` names the file that it makes first.
          return JSON.stringify([toData(label), message?.replace(/\.hardway\.link\.\w+/, ''), told]);
        }),
      };
    };
    const [ahead, alone] = [await ran(true), await ran(false)];
    assert.equal(ahead.results, alone.results);
    assert.equal(ahead.statuses, alone.statuses);
    assert.equal(ahead.tree, alone.tree);
    return { ahead, alone };
  }

  for (const [what, task, trips] of [
    ['files of one name', 'copy: {content: x, dest: "ROOT/f{{ item }}/new"}', 2],
    ['lines of files of one name', 'lineinfile: {path: "ROOT/f{{ item }}/old", line: more}', 2],
    ['modes of files of one name', 'file: {path: "ROOT/f{{ item }}/old", mode: "0600"}', 2],
    ['folders of one name', 'file: {path: "ROOT/f{{ item }}/n", state: directory}', 2],
    ['removed files of one name', 'file: {path: "ROOT/f{{ item }}/old", state: absent}', 2],
    ['removed files', 'file: {path: "ROOT/s{{ item }}", state: absent}', 2],
    ['removed folders', 'file: {path: "ROOT/f{{ item }}", state: absent}', 2],
    ['links to files', 'file: {path: "ROOT/l{{ item }}", src: "ROOT/s{{ item }}", state: link}', 3],
    ['links of one name', 'file: {path: "ROOT/f{{ item }}/l", src: "ROOT/s0", state: link}', 3],
    [
      'links to what is not there',
      'file: {path: "ROOT/l{{ item }}", src: none, state: link, force: true}',
      3,
    ],
    ['hard links', 'file: {path: "ROOT/l{{ item }}", src: "ROOT/s{{ item }}", state: hard}', 3],
  ] as const)
    test(`thirty ${what} cost ${trips} round trips`, async () => {
      const { ahead, alone } = await both(`${task}\n      loop: "{{ range(30) | list }}"`, 30);
      assert.equal(ahead.statuses, Array<string>(30).fill('changed'));
      assert.is(ahead.trips, trips);
      assert.ok(alone.trips >= 60, `${alone.trips} one by one`);
    });

  test('a second run of links, removals and folders of one name costs one round trip, or two with what they lead to', async () => {
    const folder = path.join(root, 'd');
    start(folder, 20);
    const loop = 'loop: "{{ range(20) | list }}"';
    for (const [task, trips] of [
      ['file: {path: "ROOT/f{{ item }}/old", state: absent}', 1],
      ['file: {path: "ROOT/f{{ item }}/n", state: directory}', 1],
      ['file: {path: "ROOT/f{{ item }}/l", src: "ROOT/a", state: link}', 2],
    ] as const) {
      const text = `${head}${task.replaceAll('ROOT', folder)}\n      ${loop}\n`;
      await play(text);
      const again = await play(text);
      assert.is(again.recap.get('one')?.changed, 0);
      assert.is(again.fake.trips.length, trips);
    }
  });

  test('answers that were asked in the trip of an earlier task are enough', async () => {
    const folder = path.join(root, 'd');
    start(folder, 20);
    const { fake, recap } = await play(
      `${head}stat: {path: "${folder}"}\n    - file: {path: "${folder}/f{{ item }}/old", state: absent}\n      loop: "{{ range(12) | list }}"\n`,
    );
    assert.is(recap.get('one')?.changed, 1);
    assert.is(fake.trips.length, 2);
    assert.not.ok(existsSync(path.join(folder, 'f11/old')));
  });

  for (const [what, task, wanted] of [
    [
      'a file by a link of its folder',
      'copy: {content: x, dest: "ROOT/{{ item }}/new"}\n      loop: [f0, k, m]',
      ['changed', 'ok', 'ok'],
    ],
    [
      'a folder and a file in it by a link',
      'file: {path: "ROOT/{{ item }}", state: absent}\n      loop: [f0, k/old, f1/old]',
      ['changed', 'ok', 'changed'],
    ],
    [
      'a link and what is behind it',
      'file: {path: "ROOT/{{ item }}", state: absent}\n      loop: [k, k/old, m/old, f0/old]',
      ['changed', 'ok', 'changed', 'ok'],
    ],
    [
      'a link that turns and a file by it',
      'file: {path: "ROOT/{{ item[0] }}", src: "{{ item[1] }}", state: link, force: true}\n      loop: [[k, f1], [k/l, old], [f1/l, old]]',
      ['changed', 'changed', 'ok'],
    ],
    [
      'a link and a link to it',
      'file: {path: "ROOT/{{ item[0] }}", src: "ROOT/{{ item[1] }}", state: link}\n      loop: [[l, s1], [n, l], [l, s1]]',
      ['changed', 'changed', 'ok'],
    ],
    [
      'two hard links of one file',
      'file: {path: "ROOT/{{ item[0] }}", src: "ROOT/{{ item[1] }}", state: hard}\n      loop: [[l, s1], [n, s1], [l, n]]',
      ['changed', 'changed', 'ok'],
    ],
    [
      'a hard link and the file that it is made of',
      'file: {path: "ROOT/{{ item.at }}", src: "{{ item.of | default(omit) }}", state: "{{ item.is }}", mode: "0600"}\n      loop: [{at: l, of: ROOT/s1, is: hard}, {at: s1, is: file}]',
      ['changed', 'changed'],
    ],
    [
      'the two names of a hard link in turn',
      'file: {path: "ROOT/{{ item }}", mode: "0600"}\n      loop: [a, f0/old, h]',
      ['changed', 'changed', 'ok'],
    ],
    [
      'a link that leads nowhere and what it would lead to',
      'file: {path: "ROOT/{{ item }}", state: touch, mode: "0600", modification_time: preserve, access_time: preserve}\n      loop: [none, nowhere]',
      ['changed', 'ok'],
    ],
    [
      'a name by two dots',
      'file: {path: "ROOT/{{ item }}", state: absent}\n      loop: [f1/old, f0/../f1/old, k/../f2/old, f2/old]',
      ['changed', 'ok', 'changed', 'ok'],
    ],
    [
      'a removed folder and one made in it',
      'file: {path: "ROOT/{{ item[0] }}", state: "{{ item[1] }}"}\n      loop: [[f0, absent], [f0/n, directory], [k/n, directory], [f0/n, absent]]',
      ['changed', 'changed', 'ok', 'changed'],
    ],
  ] as const)
    test(`${what} are done one after the other`, async () => {
      const { ahead } = await both(task);
      assert.equal(ahead.statuses, wanted);
    });

  test('an item that fails leaves those that went along as they are', async () => {
    const { ahead } = await both(
      'file: {path: "ROOT/{{ item[0] }}", src: "ROOT/{{ item[1] }}", state: link}\n      loop: [[f0/l, s1], [none/l, s1], [f1/l, s2]]',
    );
    assert.equal(ahead.statuses, ['changed', 'failed', 'changed']);
  });
});
