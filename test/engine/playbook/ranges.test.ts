// Numbers out of range, as ansible-core judges them.
import * as assert from 'node:assert/strict';
import { describe } from '../../support/suite.ts';
import { loadFiles, loadTasks, toldWithCaret } from './support/told.ts';

describe('a number that cannot be meant', ({ test }) => {
  const warned = (tasks: string): string[] => toldWithCaret(loadTasks(tasks));

  test('is a warning where ansible-core takes it, an error where it fails', () => {
    for (const keyword of ['retries', 'delay', 'async', 'poll', 'throttle', 'timeout'])
      assert.deepEqual(warned(`- debug:\n  ${keyword}: -1`), [
        `warning ${keyword}: ▸-1 | ${keyword} must not be below 0, and is -1`,
      ]);
    assert.deepEqual(warned('- debug:\n  port: 70000'), [
      'warning port: ▸70000 | port must lie between 0 and 65535, and is 70000',
    ]);
    for (const keyword of ['retries', 'async', 'poll', 'throttle', 'timeout'])
      for (const value of ['many', '1.5', '[1]'])
        assert.equal(warned(`- debug:\n  ${keyword}: ${value}`)[0]?.slice(0, 5), 'error', keyword + value);
  });

  test('in a play is a warning as well', () => {
    const play = (line: string): string[] =>
      toldWithCaret(loadFiles({ 'site.yml': `- hosts: all\n  ${line}\n` })).map((text) =>
        text.replace(/ \|.*/, ''),
      );
    assert.deepEqual(play('serial: -1'), ['warning serial: ▸-1']);
    assert.deepEqual(play('serial: [1, "-10%"]'), ['warning serial: [1, ▸"-10%"]']);
    assert.deepEqual(play('max_fail_percentage: 150'), ['warning max_fail_percentage: ▸150']);
    assert.deepEqual(play('max_fail_percentage: many'), ['error max_fail_percentage: ▸many']);
    for (const fine of [
      'serial: 0',
      'serial: "30 %"',
      'serial: []',
      'serial: 1.5',
      'max_fail_percentage: 30%',
    ])
      assert.deepEqual(play(fine), [], fine);
  });
});
