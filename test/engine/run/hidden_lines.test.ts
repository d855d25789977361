// What --diff shows of contents that hold a secret: all but the lines with one, and no old line.
import * as assert from 'uvu/assert';
import { bytesContent, textContent } from '../../../engine/module/content.ts';
import type { Difference } from '../../../engine/module/contract.ts';
import { differenceLines } from '../../../engine/report/difference_text.ts';
import { withHiddenLines } from '../../../engine/run/hidden_lines.ts';
import { Secrets } from '../../../engine/run/secrets.ts';
import { describe } from '../../support/suite.ts';

const old = bytesContent(Buffer.from('port = 80\npassword = yesterday\nend\n'));

async function shown(change: Partial<Difference>, ...known: readonly string[]): Promise<string[]> {
  const secrets = new Secrets();
  for (const text of known) secrets.add(text);
  const difference = { header: '/etc/app', before: old, after: null, ...change };
  return (await differenceLines(withHiddenLines(difference, secrets))).slice(2);
}

describe('run/hidden lines', ({ test }) => {
  const byLines = { secret: true, secretByLines: true };

  test('lines that hold a secret are hidden alone, and old lines, which may hold an earlier one', async () => {
    const after = textContent('port = 81\npassword = open sesame\nend\nmore\n', byLines);
    assert.equal(await shown({ after }, 'open sesame'), [
      ...['@@ -1,3 +1,4 @@', '-********', '-********'],
      ...['+port = 81', '+********', ' end', '+more'],
    ]);
    const same = textContent('a\npassword = open sesame\n', byLines);
    const before = bytesContent(Buffer.from('password = open sesame\n'));
    assert.equal(await shown({ before, after: same }, 'open sesame'), ['@@ -1 +1,2 @@', '+a', ' ********']);
  });

  test('it holds for contents that a module does not call secret', async () => {
    const after = textContent('port = 80\npassword = open sesame\nend\n');
    assert.equal(await shown({ after }, 'open sesame'), [
      ...['@@ -1,3 +1,3 @@', ' port = 80', '-********', '+********', ' end'],
    ]);
    assert.equal((await shown({ after }, 'another')).slice(2), [
      '-password = yesterday',
      '+password = open sesame',
      ' end',
    ]);
  });

  test('of a secret over several lines, and of content that is secret as a whole, nothing is shown', async () => {
    const hidden = ['(hidden: the content is secret)'];
    const key = '-----BEGIN KEY-----\nshort\n-----END KEY-----\n';
    assert.equal(await shown({ after: textContent(`a\n${key}`, byLines) }, key), hidden);
    assert.equal(await shown({ after: textContent(`a\n${key}`) }, key), hidden);
    assert.equal(await shown({ after: textContent('a\n', { secret: true }) }, 'open sesame'), hidden);
    assert.equal(await shown({ after: textContent('a\n', byLines) }, 'open sesame'), hidden);
  });
});
