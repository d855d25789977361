import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { encodeBody, encodeHeader, FrameReader, type Frame } from '../../../engine/connection/frames.ts';
import { describe } from '../../support/suite.ts';

const marker = randomBytes(16).toString('hex');

function readIn(pieces: readonly Buffer[]): Frame[] {
  const reader = new FrameReader(marker);
  return pieces.flatMap((piece) => reader.read(piece));
}

function cut(bytes: Buffer, largest: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = randomInt(1, largest + 1);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('frames', ({ test }) => {
  test('are found whatever the noise between them and however the stream is cut', () => {
    for (let round = 0; round < 200; round += 1) {
      const wanted: Frame[] = [];
      const parts: Buffer[] = [];
      for (let id = 1; id <= 6; id += 1) {
        parts.push(randomInt(2) === 0 ? Buffer.alloc(0) : randomBytes(randomInt(1, 60)));
        const stdout = randomBytes(randomInt(0, 200));
        const stderr = randomBytes(randomInt(0, 50));
        parts.push(Buffer.from(`${marker} ${id} + 4${id}\n`));
        parts.push(Buffer.from(`${marker} ${id} ${id} ${stdout.length} ${stderr.length}\n`), stdout, stderr);
        wanted.push({ kind: 'started', id, group: 40 + id }, { kind: 'done', id, rc: id, stdout, stderr });
      }
      assert.deepEqual(readIn(cut(Buffer.concat(parts), randomInt(1, 100))), wanted);
    }
  });

  test('tell a skipped script, a host that gave up, and a reply that is none', () => {
    const text = `${marker} 7 -\nnoise ${marker} ! no space\n${marker} what is this\n`;
    assert.deepEqual(
      readIn([Buffer.from(text)]).map((frame) => frame.kind),
      ['skipped', 'broken', 'broken'],
    );
  });

  test('carry a greeting with a home that has spaces, over a terminal as well', () => {
    const text = `\r\n${marker} hello dd 0 root Linux x86_64 /tmp/.hardway-x stat,dd, /home/a b\r\n`;
    assert.deepEqual(readIn([Buffer.from(text)]), [
      {
        ...{ kind: 'hello', reader: 'dd', uid: 0, user: 'root', system: 'Linux', machine: 'x86_64' },
        ...{ directory: '/tmp/.hardway-x', names: ['stat', 'dd'], home: '/home/a b' },
      },
    ]);
  });

  test('wrap a body in lines that give it back', async () => {
    for (const size of [0, 1, 56, 57, 58, 1000]) {
      const bytes = randomBytes(size);
      const lines: Buffer[] = [];
      for await (const chunk of encodeBody('base64', cut(bytes, 80))) lines.push(Buffer.from(chunk));
      const text = Buffer.concat(lines).toString();
      assert.ok(text.endsWith('.\n'));
      assert.ok(Buffer.from(text.slice(0, -2), 'base64').equals(bytes));
    }
  });

  test('ask with id, flags, lengths and limit on one line', () => {
    const header = {
      ...{ id: 3, firstOfBatch: true, lastOfBatch: false, skipAfterFailure: true },
      ...{ scriptBytes: 10, stdinBytes: 0, maxOutputBytes: 99 },
    };
    const plain = { stdinIsPacked: false, answerMayBePacked: false };
    assert.equal(encodeHeader({ ...header, ...plain }), '3 -bs 10 0 99\n');
    const packed = { stdinIsPacked: true, answerMayBePacked: true };
    assert.equal(encodeHeader({ ...header, ...packed }), '3 -bsza 10 0 99\n');
  });
});
