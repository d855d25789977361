import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isSelected, tagNames, tagSelection } from '../../../engine/playbook/tags.ts';
import { describe } from '../../support/suite.ts';

// [tags of the task, --tags, --skip-tags, whether it runs], by ansible-core 2.18's evaluate_tags.
type Row = readonly [readonly string[], readonly string[], readonly string[], boolean];
const rows = JSON.parse(readFileSync(path.join(import.meta.dirname, 'tags.json'), 'utf8')) as Row[];

describe('tags', ({ test }) => {
  test('select the tasks that ansible-core selects, with always, never, tagged, untagged and all', () => {
    for (const [tags, only, skip, runs] of rows)
      assert.equal(
        isSelected(new Set(tags), tagSelection(only, skip)),
        runs,
        `tags ${tags.join()} only ${only.join()} skip ${skip.join()}`,
      );
  });

  test('of the command line are split at commas and joined over several options', () => {
    assert.deepEqual([...tagSelection(['a, b', 'c'], []).only], ['a', 'b', 'c']);
  });

  test('may be lists that a template yielded, and numbers', () => {
    assert.deepEqual([...tagNames(['a', ['b', 3]])], ['a', 'b', '3']);
  });
});
