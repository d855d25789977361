import assert from 'node:assert/strict';
import { formatElapsed, progressPrinter } from '../../../lab/mirror/progress_printer.ts';
import { describe } from '../../support/suite.ts';

const steps = [
  { part: 'etcd 1', state: 'working', note: 'downloading', elapsedMs: 0 },
  { part: 'etcd 1', state: 'working', note: 'packing', elapsedMs: 2000 },
  { part: 'etcd 1', state: 'done', note: 'Debian', elapsedMs: 3000 },
] as const;

function print(isTTY: boolean): string {
  let text = '';
  const printer = progressPrinter({ isTTY, columns: 20, write: (part) => (text += part) });
  for (const step of steps) printer.report(step);
  printer.close();
  return text;
}

describe('progress of builds', ({ test }) => {
  test('is a line at the begin and one at the end of a part when piped', () => {
    assert.equal(print(false), 'etcd 1: downloading, 0 s\netcd 1: made in 3 s\n');
  });

  test('is one line that renews itself on a terminal, never wider than it', () => {
    const clear = '\r\u001b[K';
    assert.equal(
      print(true),
      `${clear}etcd 1: downloading${clear}etcd 1: packing, 2 ${clear}etcd 1: made in 3 s\n`,
    );
  });

  test('elapsed time is in seconds and minutes', () => {
    assert.equal(formatElapsed(8400), '8 s');
    assert.equal(formatElapsed(80_000), '1 min 20 s');
  });
});
