// The caret stands under an unknown name, however the scalar that holds it is written.
import * as assert from 'node:assert/strict';
import path from 'node:path';
import { Sources } from '../../../engine/document/source.ts';
import { describe } from '../../support/suite.ts';
import { loadAndCheck } from './support/load.ts';
import { project } from './support/project.ts';

const playbook = String.raw`- hosts: all
  vars:
    one: "{{ x is defned }}"
    two: '{{ lookup(''fil'', "a") }}'
    escaped: "tab\there {{ query(\"itmes\", x) | map('uper') | list }}"
    block: |
      first
        {{ x | selectattr('a', 'eqq', 1) | list }}
      {{ (x | defalt(y | lwer)) is not nmber }}
    folded: >-
      some text
      and {{ x is strng }}

      after {{ q('fil') }}
  tasks:
    - debug: msg="{{ x | nofilter }} and {{ y is notest }}"
    - debug:
        msg: plain text that
          folds {{ x | noo
          }} {{ lookup('ansible.builtin.fil', 'a') }}
      when:
        - x is defned
        - "y is not\u0020defned"
        - x is defined and
          lookup('vrs', 'a')
        - >
          x in ['a',
            'b'] or y is mtch('a')
    - set_fact: {a: "{{ x | map('extrct', y) }}"}
`;

describe('an unknown name in a template', ({ test }) => {
  test('has the caret under it in every style of scalar', () => {
    const sources = new Sources();
    const { problems } = loadAndCheck(path.join(project({ 'site.yml': playbook }), 'site.yml'), { sources });
    const named = problems.map(({ summary, position }) => {
      const [, name = ''] = /^there is no \w+ named '(.+)'$/.exec(summary) ?? [];
      const { file = '', line = 0, column = 0, endColumn = 0 } = position ?? {};
      return [name, (sources.line(file, line) ?? '').slice(column - 1, endColumn - 1)] as const;
    });
    assert.equal(named.length, 19);
    for (const [name, underlined] of named) assert.equal(underlined, name);
  });
});
