import * as assert from 'uvu/assert';
import { playbookOptions } from '../../../engine/cli/prepare_playbooks.ts';
import { shownCommand } from '../../../engine/cli/shown_command.ts';
import { describe } from '../../support/suite.ts';

function shown(...argv: readonly string[]): string {
  return shownCommand('hardway playbook', argv, playbookOptions);
}

describe('the command line as a page shows it', ({ test }) => {
  test('words and options stand there as one could type them again', () => {
    assert.is(
      shown('-C', 'my site.yml', '-i', 'hosts', '-vv', '--limit=web:!db'),
      "hardway playbook 'my site.yml' --inventory hosts --limit 'web:!db' --check --verbose --verbose",
    );
  });

  test('values of extra variables are stars, their names and files stay', () => {
    assert.is(
      shown('s.yml', '-e', 'user=me password=hunter22', '-e', '@vars.yml'),
      "hardway playbook s.yml --extra-vars 'user=******** password=********' --extra-vars @vars.yml",
    );
    for (const text of ['{"password": "hunter22"}', 'password="a b=hunter22"', 'password: hunter22'])
      assert.not.match(shown('s.yml', '-e', text), 'hunter22');
  });

  test('ssh arguments are stars: a proxy command may hold a password', () => {
    assert.not.match(
      shown('s.yml', '--ssh-common-args', '-o ProxyCommand="sshpass -p hunter22 x"'),
      'hunter22',
    );
  });
});
