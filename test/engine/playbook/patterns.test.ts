// Python patterns that are written in a playbook are compiled when it is read; the caret stands where Python stops.
import * as assert from 'node:assert/strict';
import { catalogOf } from '../../../engine/module/catalog.ts';
import { modules } from '../../../modules/registry.ts';
import { describe } from '../../support/suite.ts';
import { loadTasks, toldWithCaret } from './support/told.ts';

const catalog = catalogOf(modules);

/** What is told, without the pattern, which stands in the source line. */
function check(tasks: string): string[] {
  return toldWithCaret(loadTasks(tasks, { catalog })).map((line) =>
    line.replace(/ the regular expression '.*' is not valid:/, ''),
  );
}

const lines = (...all: string[]): string => all.join('\n');

describe('a pattern that does not compile', ({ test }) => {
  test('is told at its place in a parameter, in every style of scalar', () => {
    assert.deepEqual(check('- lineinfile: {path: /x, regexp: "^a(b", line: x}'), [
      'error - lineinfile: {path: /x, regexp: "^a▸(b", line: x} | missing ), unterminated subpattern at position 2',
    ]);
    assert.deepEqual(check("- lineinfile: {path: /x, line: x, insertafter: 'it''s [a-z'}"), [
      "error - lineinfile: {path: /x, line: x, insertafter: 'it''s ▸[a-z'} | unterminated character set at position 5",
    ]);
    const block = lines(
      '- replace:',
      '    path: /x',
      '    regexp: |-',
      '      first',
      '      se*+?',
      '      *',
    );
    assert.deepEqual(check(block), ['error se*+▸? | nothing to repeat at position 10']);
    assert.deepEqual(check('- replace: path=/x regexp=a)b'), [
      'error - replace: path=/x regexp=a▸)b | unbalanced parenthesis at position 1',
    ]);
    assert.equal(check('- wait_for: {path: /x, search_regex: "(?z)"}').length, 1);
  });

  test('counts in find only with use_regex', () => {
    assert.deepEqual(check('- find: {paths: /x, patterns: ["*.c"]}'), []);
    assert.deepEqual(check('- find: {paths: /x, patterns: ["a*", "*.h"], use_regex: true}'), [
      'error - find: {paths: /x, patterns: ["a*", "▸*.h"], use_regex: true} | nothing to repeat at position 0',
    ]);
  });

  test('is told in filters and tests, also those that map and select name', () => {
    const marked = (text: string): string[] => check(text).map((line) => line.replace(/ \|[^|]*$/, ''));
    for (const [head, ...all] of [
      ['- debug: msg=', `"{{ x | regex_replace('a▸(', 'b') }}"`],
      ['- debug: msg=', `"{{ x | regex_findall(multiline=true, regex='▸+') }}"`],
      ['when: ', "x is match('^a▸(b') or y"],
      ['when: ', "y or x is search(pattern='▸[')"],
      ['when: ', "l | map('regex_search', '▸+') | select('match', 'x*', 1) | list"],
      ['when: ', String.raw`l | rejectattr('a', 'regex', '▸\\d(') | list`],
    ] as const)
      for (const text of all) {
        const written = `${head}${text}`.replace('▸', '');
        const task = head === 'when: ' ? `- debug:\n  ${written}` : written;
        assert.deepEqual(marked(task), [`error ${head}${text}`]);
      }
  });

  test('that only the run knows, or that Python takes and we do not, refuses nothing', () => {
    assert.deepEqual(check('- replace: {path: /x, regexp: "a({{ x }}"}'), []);
    assert.deepEqual(check('- replace: {path: /x, regexp: "(a)?(?(1)b|c)"}'), [
      'warning - replace: {path: /x, regexp: "▸(a)?(?(1)b|c)"} | a group that depends on another one is not supported',
    ]);
  });
});
