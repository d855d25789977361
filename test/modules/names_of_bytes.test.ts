// A file's name is bytes: one that is no UTF-8 goes from the host into a registered value and back as it was.
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { play } from '../support/play_here.ts';
import { describe } from '../support/suite.ts';
import { useHere } from '../support/use_here.ts';

describe('names that are no UTF-8', ({ test, teardown }) => {
  const { folder, connections } = useHere({ teardown });
  const inside = path.join(folder, 'in');
  const named = Buffer.concat([Buffer.from(`${inside}/`), Buffer.from([0xff, 0x61, 0xfe])]);

  test('are found, looked at, changed, named to commands and removed', async () => {
    mkdirSync(inside);
    writeFileSync(named, 'text', { mode: 0o644 });
    const tasks = (more: string): string => `
- hosts: one
  gather_facts: false
  vars: {name: "{{ found.files[0].path }}"}
  tasks:
    - {find: {paths: ${inside}}, register: found}
${more}`;
    const options = { connections, extraVars: ['ansible_connection=local'] };
    const { said } = await play(
      tasks(`
    - {stat: {path: "{{ name }}"}, register: looked}
    - {file: {path: "{{ name }}", mode: "0600"}}
    - {command: {argv: [cat, "{{ name }}"]}, register: read}
    - {debug: {msg: "{{ looked.stat.exists }} {{ looked.stat.path == name }} {{ read.stdout }}"}}
`),
      options,
    );
    assert.equal(said, ['True True text']);
    assert.is(statSync(named).mode & 0o777, 0o600);
    await play(tasks('    - {file: {path: "{{ name }}", state: absent}}'), options);
    assert.is(existsSync(named), false);
    assert.equal(readdirSync(inside), []);
  });
});
