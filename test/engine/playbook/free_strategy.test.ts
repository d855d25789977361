// Tasks that run once for all hosts, in a play whose hosts go their own ways.
import * as assert from 'uvu/assert';
import { catalogOf } from '../../../engine/module/catalog.ts';
import { modules } from '../../../modules/registry.ts';
import { describe } from '../../support/suite.ts';
import { loadFiles, told } from './support/told.ts';

const catalog = catalogOf(modules);

describe('playbook/free_strategy', ({ test }) => {
  const check = (strategy: string): string[] =>
    told(
      loadFiles(
        {
          'site.yml': `- hosts: all\n  strategy: ${strategy}\n  roles: [r]\n  tasks:\n    - {add_host: {name: x}, when: false}\n    - {debug: {msg: x}}\n`,
          'roles/r/tasks/main.yml': '- ansible.builtin.pause: {seconds: 0}\n',
        },
        {},
        { catalog },
      ),
    );

  test('a task that strategy free refuses when it comes to it is warned of at its place, in roles too', () => {
    assert.equal(check('free').toSorted(), [
      'warning 1:3 ansible.builtin.pause cannot run with strategy free',
      'warning 5:8 add_host cannot run with strategy free',
    ]);
    assert.is(check('ansible.builtin.host_pinned').length, 2);
  });

  test('with strategy linear, or one that only the run knows, nothing is said', () => {
    assert.equal(check('linear'), []);
    assert.equal(check('"{{ x }}"'), []);
  });
});
