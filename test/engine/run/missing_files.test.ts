// Files of vars_files whose names are templates: left out where they are not there, as in Ansible, and told.
import * as assert from 'uvu/assert';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

describe('run/missing_files', ({ test }) => {
  test('a templated vars_files that is not there is warned of once for each name, at its place', async () => {
    const { said, events } = await play(
      `- hosts: all
  gather_facts: false
  vars_files: ["{{ kind }}.yml", ["{{ kind }}_own.yml", "all.yml"], "{{ nobody_knows }}.yml"]
  tasks:
    - {debug: {msg: "{{ v | default('none') }} {{ w }}"}}
- {hosts: all, gather_facts: false, vars_files: ["there.yml"], tasks: [{debug: {msg: "{{ v }}"}}]}
`,
      {
        inventory: 'all: {hosts: {a: {kind: there}, b: {kind: gone}, c: {kind: gone}, d: {kind: lost}}}',
        files: { 'there.yml': 'v: 1\n', 'all.yml': 'w: 2\n' },
      },
    );
    assert.equal(said.slice(0, 4).toSorted(), ['1 2', 'none 2', 'none 2', 'none 2']);
    const told = events.flatMap((event) =>
      event.type === 'warning'
        ? [
            `${event.problem.position?.line ?? 0}:${event.problem.position?.column ?? 0} ${event.problem.summary}; ${event.problem.detail ?? ''}`,
          ]
        : [],
    );
    assert.equal(told, [
      '3:16 Variables file gone.yml is not found and left out; It is named for b',
      '3:16 Variables file lost.yml is not found and left out; It is named for d',
    ]);
  });
});
