import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../../engine/document/diagnostic.ts';
import { nearestName } from '../../../engine/document/nearest.ts';
import {
  countDiagnostics,
  renderDiagnostic,
  renderDiagnostics,
  sortDiagnostics,
} from '../../../engine/document/render.ts';
import { Sources } from '../../../engine/document/source.ts';
import { describe } from '../../support/suite.ts';

const sources = new Sources();
sources.add('site.yml', '- hosts: web\n  tassk:\n\t- ping:\n');

const wrongKey: Diagnostic = {
  code: 'unknown-keyword',
  severity: 'error',
  summary: 'A play has no keyword tassk',
  detail: 'Did you mean tasks?',
  position: { file: 'site.yml', line: 2, column: 3, endLine: 2, endColumn: 8 },
  related: [{ message: 'the play begins here', position: { file: 'site.yml', line: 1, column: 1 } }],
};

describe('document/render', ({ test }) => {
  test('a diagnostic shows its line with carets, what to do and related places', () => {
    assert.is(
      renderDiagnostic(wrongKey, sources),
      [
        'error[unknown-keyword]: A play has no keyword tassk',
        '  --> site.yml:2:3',
        '  2 |   tassk:',
        '    |   ^^^^^',
        '  Did you mean tasks?',
        '  the play begins here:',
        '  --> site.yml:1:1',
        '  1 | - hosts: web',
        '    | ^',
      ].join('\n'),
    );
  });

  test('carets stand under the place after tabs, and end with the line', () => {
    const position = { file: 'site.yml', line: 3, column: 2, endLine: 4, endColumn: 1 };
    const text = renderDiagnostic(
      { code: 'wrong-type', severity: 'warning', summary: 'x', position },
      sources,
    );
    assert.is(text, 'warning[wrong-type]: x\n  --> site.yml:3:2\n  3 | \t- ping:\n    | \t^^^^^^^');
  });

  test('of a long line the part around the place is shown, with dots where it goes on', () => {
    const long = new Sources();
    long.add('long.yml', `${'a'.repeat(100_000)}HERE${'b'.repeat(100_000)}\nHERE${'c'.repeat(500)}\n`);
    const shown = (line: number, column: number): string[] => {
      const position = { file: 'long.yml', line, column, endLine: line, endColumn: column + 4 };
      const problem = { code: 'wrong-type', severity: 'error', summary: 'x', position } as const;
      return renderDiagnostic(problem, long).split('\n').slice(1);
    };
    assert.equal(shown(1, 100_001), [
      '  --> long.yml:1:100001',
      `  1 | ... ${'a'.repeat(200)}HERE${'b'.repeat(196)} ...`,
      `    | ${' '.repeat(204)}^^^^`,
    ]);
    assert.equal(shown(2, 1), ['  --> long.yml:2:1', `  2 | HERE${'c'.repeat(196)} ...`, '    | ^^^^']);
  });

  test('a place in a file that was not read shows no line', () => {
    const position = { file: 'other.yml', line: 1, column: 1 };
    const text = renderDiagnostic({ code: 'wrong-type', severity: 'error', summary: 'x', position }, sources);
    assert.is(text, 'error[wrong-type]: x\n  --> other.yml:1:1');
  });

  test('files below the folder one works in are shown relative to it', () => {
    const problem: Diagnostic = {
      code: 'wrong-type',
      severity: 'error',
      summary: 'x',
      position: { file: '/book/roles/a.yml', line: 1, column: 1 },
    };
    const first = (folder: string): string =>
      renderDiagnostic(problem, sources, { folder }).split('\n')[1] ?? '';
    assert.is(first('/book'), '  --> roles/a.yml:1:1');
    assert.is(first('/boo'), '  --> /book/roles/a.yml:1:1');
  });

  test('colour only adds escapes', () => {
    const text = renderDiagnostic(wrongKey, sources, { colour: true });
    assert.ok(text.includes('\u001b['));
    // eslint-disable-next-line no-control-regex
    assert.is(text.replace(/\u001b\[[0-9;]*m/g, ''), renderDiagnostic(wrongKey, sources));
  });

  test('diagnostics are sorted by place, shown once and counted', () => {
    const at = (file: string, line: number): Diagnostic => ({
      code: 'wrong-type',
      severity: 'warning',
      summary: 's',
      position: { file, line, column: 1 },
    });
    const nowhere: Diagnostic = { code: 'bad-option', severity: 'error', summary: 'o' };
    const sorted = sortDiagnostics([at('b', 1), at('a', 10), at('a', 9), nowhere]);
    assert.equal(
      sorted.map(({ position }) => position && `${position.file}:${position.line}`),
      [undefined, 'a:9', 'a:10', 'b:1'],
    );
    assert.is(countDiagnostics([wrongKey, at('a', 1), at('a', 2)]), '1 error, 2 warnings');
    const text = renderDiagnostics([at('a', 1), at('a', 1)], sources);
    assert.is(text, 'warning[wrong-type]: s\n  --> a:1:1\n\n1 warning');
  });

  test('the nearest name is one with few slips, swapped neighbours counting as one', () => {
    assert.is(nearestName('tassk', ['tasks', 'hosts', 'name']), 'tasks');
    assert.is(nearestName('gahter_facts', ['gather_facts', 'name']), 'gather_facts');
    assert.is(nearestName('taks', ['tags', 'tasks']), 'tasks');
    assert.is(nearestName('Hosts', ['hosts']), 'hosts');
    assert.is(nearestName('xyz', ['tasks', 'hosts']), undefined);
    assert.is(nearestName('ab', ['ac', 'aa']), 'aa');
  });
});
