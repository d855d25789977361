// What a check registers against what the run after it registers: each value is the same or unknown, and no name is
// missing. The tasks are about owners, modes, links, backups and numbers of files, where a picture is easily wrong.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { isDict, isList, Unknown, type Value } from '../../../engine/document/value.ts';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

/** Every value by its path through dicts and lists. */
function leaves(value: Value, at = ''): [string, Value][] {
  if (isDict(value)) return [...value].flatMap(([key, one]) => leaves(one, `${at}.${String(key)}`));
  return isList(value) ? value.flatMap((one, index) => leaves(one, `${at}.${index}`)) : [[at, value]];
}

/** Lines of what the check told otherwise than the run. */
async function toldOtherwise(tasks: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-results-'));
  try {
    for (const name of ['a', 'b']) writeFileSync(path.join(folder, name), 'old\n');
    mkdirSync(path.join(folder, 'd'));
    const text = tasks.map((task, at) => `    - {name: task ${at}, ${task}}\n`).join('');
    const whole = `- hosts: all\n  gather_facts: false\n  tasks:\n${text}`.replaceAll('HERE', folder);
    const files = { 'files/one.txt': 'one\n', 'templates/t.j2': '{{ 1 + 1 }}\n' };
    const check = await play(whole, { files, options: { checkMode: true } });
    const real = await play(whole, { files });
    return tasks.flatMap((task, at) => {
      const [one, other] = [check, real].map((played) => played.result('one', `task ${at}`));
      if (!one || !other) return [];
      const [told, done] = [new Map(leaves(one.values)), new Map(leaves(other.values))];
      const names = [...new Set([...told.keys(), ...done.keys()])].filter((name) => name !== '.src');
      const wrong = names.filter((name) => {
        const value = told.get(name) ?? told.get(name.replace(/\.[^.]*$/, ''));
        return !(value instanceof Unknown) && JSON.stringify(value) !== JSON.stringify(done.get(name));
      });
      const status = one.status === other.status ? [] : [`${task}: ${one.status} and ${other.status}`];
      const values = wrong.map(
        (name) => `${task}: ${name} ${JSON.stringify(told.get(name))} and ${JSON.stringify(done.get(name))}`,
      );
      return [...status, ...values];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('run/check mode: results', ({ test }) => {
  test('what modules on files register is what the run registers, or unknown', async () => {
    assert.equal(
      await toldOtherwise([
        'copy: {content: new, dest: HERE/a, backup: true}',
        'copy: {content: new, dest: HERE/a, backup: true}',
        'copy: {content: new, dest: HERE/c, backup: true}',
        'copy: {src: one.txt, dest: HERE/d/, mode: "0600"}',
        'template: {src: t.j2, dest: HERE/b, backup: true}',
        'lineinfile: {path: HERE/a, line: x, backup: true}',
        'replace: {path: HERE/a, regexp: n, replace: m, backup: true}',
        'file: {path: HERE/new, state: directory}',
        'file: {path: HERE/new, state: directory, mode: "0700"}',
        'file: {path: HERE/new/deep, state: directory}',
        'stat: {path: HERE/new}',
        'stat: {path: HERE/d}',
        'file: {path: HERE/hard, src: HERE/a, state: hard}',
        'stat: {path: HERE/a}',
        'file: {path: HERE/a, mode: "0600"}',
        'stat: {path: HERE/hard, get_checksum: false}',
        'file: {path: HERE/link, src: HERE/a, state: link}',
        'stat: {path: HERE/link}',
        'stat: {path: HERE/c}',
      ]),
      [],
    );
  });
});

describe(
  'run/check mode: results of root',
  ({ test }) => {
    test('what is new in a setgid folder has its group, and folders there are setgid', async () => {
      assert.equal(
        await toldOtherwise([
          'file: {path: HERE/g, state: directory, group: games, mode: "2775"}',
          'copy: {content: x, dest: HERE/g/file}',
          'file: {path: HERE/g/sub, state: directory}',
          'file: {path: HERE/g/plain, state: directory, mode: "0755"}',
          'stat: {path: HERE/g/file}',
          'stat: {path: HERE/g/sub}',
          'stat: {path: HERE/g/plain}',
          'file: {path: HERE/g/file, group: games}',
          'copy: {content: y, dest: HERE/g/sub/inner}',
          'file: {path: HERE/g/sub/inner, group: games}',
        ]),
        [],
      );
    });

    test('a change of owner takes setuid and setgid away, unless the mode is wished for', async () => {
      assert.equal(
        await toldOtherwise([
          'file: {path: HERE/a, mode: "6755"}',
          'file: {path: HERE/a, owner: daemon}',
          'stat: {path: HERE/a}',
          'file: {path: HERE/b, mode: "4755"}',
          'file: {path: HERE/b, owner: daemon, mode: "4755"}',
          'file: {path: HERE/b, owner: daemon, mode: "4755"}',
          'stat: {path: HERE/b}',
          'copy: {content: new, dest: HERE/b, owner: daemon}',
          'stat: {path: HERE/b}',
          'file: {path: HERE/d, owner: daemon, mode: "2755"}',
          'file: {path: HERE/d, owner: games}',
          'stat: {path: HERE/d}',
        ]),
        [],
      );
    });
  },
  { unless: process.getuid?.() === 0 ? undefined : 'owners are given by root' },
);
