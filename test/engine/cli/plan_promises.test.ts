// What a saved plan makes of contents that only a run makes: they stand in it by kind and target.
import * as assert from 'uvu/assert';
import { foretold, guarded, inFolder } from '../../support/planned_play.ts';
import { describe } from '../../support/suite.ts';

describe('cli/plan of what only a run makes', ({ test }) => {
  test('what is made of a password that only the run makes is not held against the plan', () =>
    inFolder(
      `    - name: password
      copy: {content: "{{ lookup('password', 'HERE/pw') }}", dest: HERE/first}
    - name: in a text
      copy: {content: "password={{ lookup('password', 'HERE/pw') }}", dest: HERE/second}
    - name: hashed
      copy: {content: "{{ lookup('password', 'HERE/pw') | password_hash('sha512', 'salt', rounds=1000) }}", dest: HERE/third}
    - name: by a random salt
      copy: {content: "{{ 'known' | password_hash('sha512', rounds=1000) }}", dest: HERE/fourth}
`,
      async (_, file) => {
        const { plan, check } = await foretold(file);
        const lines = ['password', 'in a text', 'hashed', 'by a random salt'].map(
          (one) => `one ${one} changed`,
        );
        assert.equal(check.lines, lines);
        const { real, undone } = await guarded(file, plan);
        assert.equal(real.lines, lines);
        assert.equal(undone, []);
      },
    ));
});
