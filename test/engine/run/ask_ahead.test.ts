// Counts of asking ahead: round trips by host, what is never asked early, what is dropped.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import type { RunOptions } from '../../../engine/run/options.ts';
import { play, type Played } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

const head = '- hosts: all\n  gather_facts: false\n  tasks:\n';

describe('asking ahead: counts', ({ test, setup, teardown }) => {
  let folder = '';
  let hundred: readonly string[] = [];
  setup(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-ahead-'));
    hundred = Array.from({ length: 10 }, (_, round) => tasks(round)).flat();
    await run(hundred);
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  /** Ten tasks of ten modules that find nothing to change on the second run. */
  const tasks = (round: number): string[] => [
    `{file: {path: ${folder}/d${round}, state: directory, mode: "0755"}}`,
    `{copy: {content: "text ${round}\\n", dest: ${folder}/d${round}/copied, mode: "0644"}}`,
    `{template: {src: t.j2, dest: ${folder}/d${round}/rendered}, vars: {number: ${round}}}`,
    `{lineinfile: {path: ${folder}/d${round}/copied, line: "text ${round}"}}`,
    `{stat: {path: ${folder}/d${round}/copied}, register: found${round}}`,
    `{assert: {that: "found${round}.stat.exists"}}`,
    `{group: {name: root}}`,
    `{user: {name: root}}`,
    `{replace: {path: ${folder}/d${round}/copied, regexp: nowhere, replace: there}}`,
    `{blockinfile: {path: ${folder}/d${round}/block, block: "a ${round}", create: true}}`,
  ];
  const text = (list: readonly string[]): string => `${head}${list.map((one) => `    - ${one}\n`).join('')}`;
  const run = (list: readonly string[], options: Partial<RunOptions> = {}): Promise<Played> =>
    play(text(list), { files: { 'templates/t.j2': 'number {{ number }}\n' }, options });
  const changed = ({ recap }: Played): number | undefined => recap.get('one')?.changed;

  test('a hundred unchanged tasks of ten modules cost at most 12 round trips', async () => {
    const { fake, recap } = await run(hundred);
    assert.is(recap.get('one')?.changed, 0);
    assert.is(recap.get('one')?.ok, 100);
    assert.ok(fake.trips.length <= 12, `${fake.trips.length} round trips`);
  });

  test('with 20 commands among them at most 12 more than the commands', async () => {
    const mixed = hundred.flatMap((task, index) => (index % 5 === 4 ? [task, '{command: "true"}'] : [task]));
    const played = await run(mixed);
    assert.is(changed(played), 20);
    assert.ok(played.fake.trips.length <= 32, `${played.fake.trips.length} round trips`);
  });

  test('without asking ahead each task that asks costs a round trip of its own', async () => {
    const { fake } = await run(hundred, { askAhead: false });
    assert.ok(fake.trips.length >= 80, `${fake.trips.length} round trips`);
  });

  test('an unchanged loop of 100 files costs one round trip', async () => {
    const loop = [
      `{copy: {content: "{{ item }}", dest: "${folder}/f{{ item }}", mode: "0644"}, loop: "{{ range(100) | list }}"}`,
    ];
    const first = await run(loop);
    assert.is(changed(first), 1);
    const { fake, recap } = await run(loop);
    assert.is(recap.get('one')?.changed, 0);
    assert.is(fake.trips.length, 1);
  });

  test('facts are gathered in at most two round trips', async () => {
    const { fake } = await play('- hosts: all\n  tasks:\n    - {debug: {msg: x}}\n');
    assert.ok(fake.trips.length <= 2, `${fake.trips.length} round trips`);
  });

  test('tasks that change something cost about one round trip each', async () => {
    const files = Array.from({ length: 20 }, (_, n) => `{copy: {content: "${n}", dest: ${folder}/n${n}}}`);
    const { fake, recap } = await run(files);
    assert.is(recap.get('one')?.changed, 20);
    assert.ok(fake.trips.length <= 24, `${fake.trips.length} round trips`);
  });

  test('the trip of a result is counted where it was made, what came along with it as well', async () => {
    const { result } = await run([
      `{name: first, stat: {path: ${folder}}}`,
      `{name: second, stat: {path: ${folder}/none}}`,
    ]);
    assert.is(result('one', 'first').roundTrips, 1);
    assert.is(result('one', 'second').roundTrips, 0);
  });

  test('a lookup that does something is called once, in its turn', async () => {
    const calls = path.join(folder, 'calls');
    writeFileSync(calls, '');
    await run([
      `{stat: {path: ${folder}}}`,
      `{file: {path: ${calls}, mode: "0640"}}`,
      `{stat: {path: "${folder}/{{ lookup('pipe', 'stat -c %a ${calls} >> ${calls}') }}"}}`,
      `{stat: {path: ${folder}/z}}`,
    ]);
    assert.is(readFileSync(calls, 'utf8'), '640\n');
  });
});
