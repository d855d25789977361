import assert from 'node:assert/strict';
import { describeProblem } from '../../lab/outcome.ts';
import { tryProgram } from '../../lab/try_program.ts';
import { describe } from '../support/suite.ts';

describe('tryProgram', ({ test }) => {
  test('gives standard output and passes on each line that is printed', async () => {
    const lines: string[] = [];
    const result = await tryProgram(['sh', '-c', 'echo out; echo one >&2; echo two >&2'], {
      onLine: (line) => lines.push(line),
    });
    assert.deepEqual(result, { ok: true, value: 'out\n' });
    assert.deepEqual(lines.sort(), ['one', 'out', 'two']);
  });

  test('a status other than 0 is a problem with the last words of the program', async () => {
    const result = await tryProgram(['sh', '-c', 'echo broken >&2; exit 3']);
    assert.ok(!result.ok);
    assert.equal(describeProblem(result.problem), 'sh ended with status 3\n  broken');
  });

  test('a missing program is a problem that says how to get it', async () => {
    const result = await tryProgram(['hardway-no-such-program'], { remedy: 'install it' });
    assert.ok(!result.ok);
    assert.equal(
      describeProblem(result.problem),
      'Program hardway-no-such-program is not installed; install it',
    );
  });

  test('an abort ends the program and its children', async () => {
    const abort = new AbortController();
    const result = await tryProgram(['sh', '-c', 'echo started >&2; sleep 300 & wait'], {
      signal: abort.signal,
      onLine: () => abort.abort(),
    });
    assert.ok(!result.ok);
    assert.equal(result.problem.summary, 'sh was stopped');
  });
});
