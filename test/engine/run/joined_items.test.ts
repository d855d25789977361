// Items of a loop whose steps go along in one round trip: how many trips that is, when it is not done, and that results
// are those of one by one (issue 4: "where they are independent applied in one").
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import type { Script } from '../../../engine/module/contract.ts';
import { toData } from '../../../engine/module/data.ts';
import { play, type Played, type PlayRequest } from '../../support/play_here.ts';
import { treeOf } from '../../support/random_plays/tree_of.ts';
import { describe } from '../../support/suite.ts';

const head = '- hosts: all\n  gather_facts: false\n  tasks:\n    - ';

/** Of each item: label, status, and what its result says of the file. */
function itemLines({ events }: Played): string[] {
  return events.flatMap((event) => {
    if (event.type !== 'item') return [];
    const { status, values, message, differences } = event.result;
    const [rc, mode, sum] = ['rc', 'mode', 'checksum'].map((name) => toData(values.get(name) ?? null));
    const diffs = differences.map(
      ({ header, after }) => `${header} ${typeof after === 'object' ? after?.sha256 : after}`,
    );
    return [JSON.stringify([toData(event.label), status, message, rc, mode, sum, diffs])];
  });
}

/** Of what goes along, what does something: with its text on standard input, or in the script. */
const isStep = ({ stdin, shares }: Script): boolean => stdin !== undefined || shares === 'changes';

describe('run/ahead: the items of a loop in one round trip', ({ test, setup, teardown }) => {
  let root = '';
  setup(() => {
    root = mkdtempSync(path.join(tmpdir(), 'hardway-joined-'));
  });
  teardown(() => rmSync(root, { recursive: true, force: true }));

  const fresh = (start: (folder: string) => void): string => {
    const folder = path.join(root, 'd');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    start(folder);
    return folder;
  };
  const run = (task: string, request: PlayRequest = {}): Promise<Played> => play(`${head}${task}\n`, request);

  /** The same task from the same start with and without asking ahead; results and files must be equal. */
  const both = async (
    task: (folder: string) => string,
    request: PlayRequest & { readonly start?: (folder: string) => void } = {},
  ): Promise<{ readonly trips: number; readonly alone: number; readonly lines: readonly string[] }> => {
    const ran = async (askAhead: boolean): Promise<{ trips: number; lines: string[]; tree: string[] }> => {
      const folder = fresh(request.start ?? (() => undefined));
      const played = await run(task(folder), { ...request, options: { ...request.options, askAhead } });
      return { trips: played.fake.trips.length, lines: itemLines(played), tree: treeOf(folder) };
    };
    const ahead = await ran(true);
    const alone = await ran(false);
    assert.equal(ahead.lines, alone.lines);
    assert.equal(ahead.tree, alone.tree);
    return { trips: ahead.trips, alone: alone.trips, lines: ahead.lines };
  };
  const statuses = (lines: readonly string[]): string[] =>
    lines.map((line) => String((JSON.parse(line) as unknown[])[1]));

  test('a loop of 100 files that are all written costs two round trips', async () => {
    const folder = fresh(() => undefined);
    const loop = `copy: {content: "{{ item }}", dest: "${folder}/f{{ item }}", mode: "0640"}\n      loop: "{{ range(100) | list }}"`;
    const first = await run(loop);
    assert.is(first.fake.trips.length, 2);
    assert.equal(statuses(itemLines(first)), Array<string>(100).fill('changed'));
    assert.is(readFileSync(path.join(folder, 'f99'), 'utf8'), '99');
    const again = await run(loop);
    assert.is(again.recap.get('one')?.changed, 0);
    assert.is(again.fake.trips.length, 1);
  });

  for (const [what, task] of [
    [
      'templates',
      (folder: string) =>
        `template: {src: t.j2, dest: "${folder}/t{{ item }}"}\n      loop: [1, 2, 3, 4, 5, 6]`,
    ],
    [
      'folders',
      (folder: string) =>
        `file: {path: "${folder}/d{{ item }}", state: directory, mode: "0750"}\n      loop: [1, 2, 3, 4, 5, 6]`,
    ],
    [
      'lines of files that exist',
      (folder: string) =>
        `lineinfile: {path: "${folder}/{{ item }}", line: more}\n      loop: [a, b, c, e, g, h]`,
    ],
    [
      'files, some of them changed',
      (folder: string) =>
        `copy: {content: "old\\n", dest: "${folder}/{{ item }}"}\n      loop: [a, n1, b, n2, c, n3]`,
    ],
    [
      'files, some of them held back',
      (folder: string) =>
        `copy: {content: "{{ item }}", dest: "${folder}/{{ item }}"}\n      loop: [a, b, c, x, y, z]\n      when: item not in ["b", "y"]`,
    ],
  ] as const)
    test(`six ${what} cost at most three`, async () => {
      const { trips, alone } = await both(task, {
        files: { 'templates/t.j2': 'number {{ item }}\n' },
        start: (folder) => {
          for (const name of ['a', 'b', 'c', 'e', 'g', 'h'])
            writeFileSync(path.join(folder, name), 'old\n', { mode: 0o644 });
        },
      });
      assert.ok(trips <= 3, `${trips} round trips`);
      assert.ok(alone >= 4, `${alone} round trips one by one`);
    });

  test('an item that fails is told as such, and those after it are done all the same', async () => {
    const { lines, trips } = await both(
      (folder) =>
        `copy: {content: x, dest: "${folder}/{{ item }}"}\n      loop: [a, none/b, c, none/d, e]\n      diff: true`,
    );
    assert.equal(statuses(lines), ['changed', 'failed', 'changed', 'failed', 'changed']);
    assert.ok(trips <= 3, `${trips} round trips`);
  });

  test('the second step of an item is not done when its first one failed', async () => {
    const { lines } = await both(
      (folder) =>
        `copy: {src: a.txt, dest: "${folder}/{{ item }}/", directory_mode: "0700"}\n      loop: [n1, f/n2, n3]`,
      {
        files: { 'files/a.txt': 'text\n' },
        start: (folder) => writeFileSync(path.join(folder, 'f'), ''),
      },
    );
    assert.equal(statuses(lines), ['changed', 'failed', 'changed']);
  });

  const dependent: readonly (readonly [string, string, string[]])[] = [
    [
      'the same file twice',
      'lineinfile: {path: "ROOT/{{ item }}", line: x, create: true}\n      loop: [n, n]',
      ['changed', 'ok'],
    ],
    [
      'a folder and what is in it',
      'file: {path: "ROOT/{{ item }}", state: directory, mode: "0700"}\n      loop: [n, n/m, n]',
      ['changed', 'changed', 'ok'],
    ],
    [
      'a folder and one that it makes on the way',
      'file: {path: "ROOT/{{ item }}", state: directory}\n      loop: [n/m, n]',
      ['changed', 'ok'],
    ],
    [
      'a file and a link to it',
      'file: {path: "ROOT/{{ item }}", mode: "0600"}\n      loop: [a, l]',
      ['changed', 'ok'],
    ],
    [
      'the two names of a hard link',
      'file: {path: "ROOT/{{ item }}", mode: "0600"}\n      loop: [a, h]',
      ['changed', 'ok'],
    ],
    [
      'a folder by a link above it',
      'file: {path: "ROOT/{{ item }}", state: directory}\n      loop: [d/n/m, k/n]',
      ['changed', 'ok'],
    ],
    [
      'a file that is read and the one before it',
      'copy: {src: "ROOT/{{ item[0] }}", dest: "ROOT/{{ item[1] }}", remote_src: true}\n      loop: [[b, c], [c, e]]',
      ['changed', 'changed'],
    ],
    [
      'what is removed and what is in it',
      'file: {path: "ROOT/{{ item }}", state: absent}\n      loop: [d, d/x]',
      ['changed', 'ok'],
    ],
  ];
  for (const [what, task, wanted] of dependent)
    test(`${what} are done one after the other`, async () => {
      const { lines } = await both((folder) => task.replaceAll('ROOT', folder), {
        start: (folder) => {
          writeFileSync(path.join(folder, 'a'), 'one\n', { mode: 0o644 });
          writeFileSync(path.join(folder, 'b'), 'two\n');
          linkSync(path.join(folder, 'a'), path.join(folder, 'h'));
          symlinkSync('a', path.join(folder, 'l'));
          mkdirSync(path.join(folder, 'd'));
          writeFileSync(path.join(folder, 'd/x'), '');
          symlinkSync('d', path.join(folder, 'k'));
          chmodSync(folder, 0o755);
        },
      });
      assert.equal(statuses(lines), wanted);
    });

  for (const [what, more] of [
    ['until looks at each result', 'until: r is succeeded\n      register: r\n      delay: 0'],
    ['changed_when does', 'changed_when: r.mode is defined\n      register: r'],
    ['failed_when does', 'failed_when: r.mode is not defined\n      register: r'],
    ['the loop pauses', 'loop_control: {pause: 0.01}'],
    ['the loop may end early', 'loop_control: {break_when: item == "c"}'],
    ['another host does it', 'delegate_to: one'],
  ] as const)
    test(`each item has a trip of its own when ${what}`, async () => {
      const { trips } = await both(
        (folder) =>
          `copy: {content: x, dest: "${folder}/{{ item }}"}\n      loop: [a, b, c, d]\n      ${more}`,
      );
      // What they ask is asked together, as before.
      assert.ok(trips >= (what === 'the loop may end early' ? 4 : 5), `${trips} round trips`);
    });

  test('a command that validates, a step on another target and a plan under guard are not joined', async () => {
    const folder = fresh(() => undefined);
    const task = (more: string): string =>
      `copy: {content: x, dest: "${folder}/{{ item }}"${more}}\n      loop: [a, b, c, d]`;
    const joinedScripts = ({ fake }: Played): number =>
      fake.trips.flatMap(({ ahead }) => ahead).filter(isStep).length;
    assert.is(joinedScripts(await run(task(', validate: "true %s"'))), 0);
    fresh(() => undefined);
    assert.is(joinedScripts(await run(task(''), { options: { guard: () => undefined } })), 0);
    fresh(() => undefined);
    assert.is(joinedScripts(await run(task(''), { options: { checkMode: true } })), 0);
    assert.is(joinedScripts(await run(task(''))), 3);
  });

  test('contents that are large, or many, go in their turn', async () => {
    const folder = fresh(() => undefined);
    const sizes = async (bytes: number, count: number): Promise<number> => {
      fresh(() => undefined);
      const { fake, recap } = await run(
        `copy: {src: big.bin, dest: "${folder}/n{{ item }}"}\n      loop: "{{ range(${count}) | list }}"`,
        { files: { 'files/big.bin': 'x'.repeat(bytes) } },
      );
      assert.is(recap.get('one')?.changed, 1);
      return Math.max(...fake.trips.map(({ ahead }) => ahead.filter(isStep).length));
    };
    assert.is(await sizes(300 * 1024, 3), 0);
    assert.is(await sizes(250 * 1024, 20), 16);
  });

  test('a step whose end is not known is asked for again, and one that was not begun is done in its turn', async () => {
    for (const told of [0, 1, 2]) {
      const folder = fresh((empty) => {
        for (const name of ['a', 'b', 'c', 'd']) writeFileSync(path.join(empty, name), '');
      });
      let cuts = 1;
      const played = await run(
        `lineinfile: {path: "${folder}/{{ item }}", line: x}\n      loop: [a, b, c, d]`,
        {
          fake: {
            cutsAhead: ({ ahead }) =>
              ahead.some(isStep) && cuts-- > 0 ? { done: told + 1, told } : undefined,
          },
        },
      );
      const wanted = ['changed', 'changed', 'changed', 'changed'];
      // It was done although nobody told: asked again, it is found done.
      wanted[told + 1] = 'ok';
      assert.equal(statuses(itemLines(played)), wanted);
      for (const name of ['a', 'b', 'c', 'd'])
        assert.is(readFileSync(path.join(folder, name), 'utf8'), 'x\n');
    }
  });

  test('an interrupt tells of all that was done, and does no more', async () => {
    const folder = fresh(() => undefined);
    const stop = new AbortController();
    const played = await run(`copy: {content: x, dest: "${folder}/{{ item }}"}\n      loop: [a, b, c, d]`, {
      signal: stop.signal,
      fake: {
        cutsAhead: ({ ahead }) => {
          if (!ahead.some(isStep)) return undefined;
          stop.abort();
          return { done: 2, told: 2 };
        },
      },
    });
    assert.equal(statuses(itemLines(played)), ['changed', 'changed', 'changed']);
    assert.equal(
      treeOf(folder).map((line) => line[0]),
      ['a', 'b', 'c'],
    );
  });

  test('what is secret stays hidden in the diffs of items that went along', async () => {
    const { lines } = await both(
      (folder) =>
        `copy: {content: "{{ item }}", dest: "${folder}/{{ item }}"}\n      loop: [a, b, c]\n      no_log: true\n      diff: true`,
    );
    assert.is(lines.length, 3);
  });

  test('a random name, or a label that asks a program, is made once in its turn', async () => {
    const folder = fresh(() => undefined);
    const calls = path.join(root, 'calls');
    writeFileSync(calls, '');
    const told = `lookup('pipe', 'ls ${folder} | wc -l | tee -a ${calls}')`;
    const played = await run(
      `copy: {content: x, dest: "${folder}/{{ item }}"}\n      loop: [a, b, c]\n      loop_control: {label: "{{ ${told} }}"}`,
    );
    assert.equal(statuses(itemLines(played)), ['changed', 'changed', 'changed']);
    assert.is(readFileSync(calls, 'utf8'), '1\n2\n3\n');
  });

  test('on the control machine a file that an item reads may be the one before it', async () => {
    const { lines } = await both(
      (folder) =>
        `copy: {content: "{{ lookup('file', '${folder}/' + item[0]) }}+", dest: "${folder}/{{ item[1] }}"}\n      loop: [[a, b], [b, c], [c, d]]`,
      {
        extraVars: ['ansible_connection=local'],
        start: (folder) => writeFileSync(path.join(folder, 'a'), '1'),
      },
    );
    assert.is(readFileSync(path.join(root, 'd/d'), 'utf8'), '1+++');
    assert.equal(statuses(lines), ['changed', 'changed', 'changed']);
  });
});
