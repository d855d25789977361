import * as assert from 'uvu/assert';
import { textContent } from '../../../engine/module/content.ts';
import { seenFile } from '../../../engine/module/seen_files.ts';
import { stat, statKind, type ExistingFile, type Stat } from '../../../engine/module/vocabulary/stat.ts';
import { writeFile } from '../../../engine/module/vocabulary/write_file.ts';
import { describe } from '../../support/suite.ts';

const question = { path: '/x', detailed: true, media: true, attributes: true };

function parsed(lines: readonly string[]): ExistingFile {
  const stdout = Buffer.from(`${lines.join('\n')}\n`);
  const answer = statKind.parse?.({ rc: 0, stdout, stderr: Buffer.alloc(0) }, question) as Stat;
  if (!answer.exists) throw new Error('nothing was read');
  return answer;
}

const line =
  '81a4|0|0|5|1700000001|1700000002|1700000003|9|1|1|root|root|8|4096|0|0|2023-11-14 22:13:22.250000000 +0000|2023-11-14 22:13:21.000000001 +0000|2023-11-14 22:13:23 +0000';

describe('details of a file', ({ test }) => {
  test('are times to the nanosecond, blocks, what file says and what lsattr says', () => {
    assert.equal(
      parsed([line, 'media text/plain; charset=us-ascii', 'attributes   77 ----i---------e------- /x'])
        .details,
      {
        ...{ blocks: 8, blockSize: 4096, deviceType: 0 },
        nanoseconds: { atime: 250_000_000, mtime: 1, ctime: 0 },
        media: { type: 'text/plain', charset: 'us-ascii' },
        attributes: { version: '77', flags: 'ie' },
      },
    );
  });

  test('lack what the host has no program for, or what that program could not say', () => {
    assert.equal(parsed([line, 'media cannot open `/x']).details, {
      ...{ blocks: 8, blockSize: 4096, deviceType: 0 },
      nanoseconds: { atime: 250_000_000, mtime: 1, ctime: 0 },
    });
  });

  test('of a file that a step changes are not foretold', () => {
    const before = seenFile({ details: parsed([line]).details as never });
    const { kind, args } = writeFile({ path: '/x', content: textContent('new'), creator: 'root' });
    const after = kind.effects
      .filter(({ probe }) => probe.name === stat(question).kind.name)
      .map((effect) => effect.predict(args as never, question as never, before as never) as ExistingFile);
    assert.equal(
      after.map(({ size, details }) => [size, details]),
      [[3, undefined]],
    );
  });
});
