// A file that a task perhaps writes: nothing certain is told of it by any of its names.
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';
import { useHere } from '../../support/use_here.ts';

describe('a file that is perhaps written', ({ test, teardown }) => {
  const here = useHere({ teardown });
  for (const name of ['file', 'link'])
    test(`is not known in check mode by its name ${name}`, async () => {
      const folder = mkdtempSync(path.join(here.folder, 'of-'));
      writeFileSync(`${folder}/file`, 'old\n');
      symlinkSync('file', `${folder}/link`);
      const { lines } = await play(
        `- hosts: one
  gather_facts: false
  tasks:
    - {name: write, copy: {content: new, dest: ${folder}/file, validate: "false %s"}, ignore_errors: true}
    - {name: read, slurp: {src: ${folder}/${name}}, register: read}
    - {name: tell, debug: {msg: it is old}, when: "'old' in read.content | b64decode"}`,
        {
          connections: here.connections,
          extraVars: ['ansible_connection=local'],
          options: { checkMode: true },
        },
      );
      assert.equal(lines, ['one write changed', 'one read ok', 'one tell unknown']);
      assert.is(readFileSync(`${folder}/file`, 'utf8'), 'old\n');
    });
});
