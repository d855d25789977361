// All variables at once, as people print them to look for a mistake.
import * as assert from 'uvu/assert';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

describe('run/variables taken whole', ({ test }) => {
  test('hostvars and vars can be printed, written as JSON and kept: a host’s do not hold them again', async () => {
    const { lines, said } = await play(
      `- hosts: all
  gather_facts: false
  vars: { x: 1 }
  tasks:
    - { name: one, debug: { var: "hostvars[inventory_hostname]" } }
    - { name: all, debug: { var: hostvars } }
    - { name: own, debug: { var: vars } }
    - { name: kept, set_fact: { all: "{{ hostvars[inventory_hostname] }}" } }
    - debug:
        msg: >-
          {{ (vars | to_json | length > 100) and (hostvars | to_nice_yaml | length > 100) }}
          {{ ['hostvars', 'vars'] | intersect(hostvars.b.keys()) }} {{ hostvars.b.vars is defined }}`,
      { hosts: 'a,b,' },
    );
    assert.equal(
      lines.filter((line) => !line.endsWith(' ok')),
      [],
    );
    assert.equal(said, ['True [] False', 'True [] False']);
  });
});
