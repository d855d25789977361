import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { exitCodeOf } from '../../../engine/cli/exit_codes.ts';
import { parseArguments } from '../../../engine/cli/option_table.ts';
import { playbookOptions } from '../../../engine/cli/prepare_playbooks.ts';
import { readSettings } from '../../../engine/cli/settings.ts';
import { cutBatches } from '../../../engine/run/batches.ts';
import { splitWords } from '../../../engine/run/connection_settings.ts';
import { describe } from '../../support/suite.ts';

describe('command line', ({ test }) => {
  test('options are read in all their forms', () => {
    const parsed = parseArguments(
      ['-vvv', '-bK', '-i', 'a', '-ib', '--limit=web', '-e', 'x=1', 'site.yml', '--', '--odd'],
      playbookOptions,
    );
    assert.ok(parsed.ok);
    const { given } = parsed;
    assert.is(given.count('verbose'), 3);
    assert.ok(given.has('become') && given.has('ask-become-pass'));
    assert.equal(given.all('inventory'), ['a', 'b']);
    assert.is(given.last('limit'), 'web');
    assert.equal(given.words, ['site.yml', '--odd']);
  });

  test('a misspelt option names the right one, a missing value is told', () => {
    const misspelt = parseArguments(['--limmit', 'x'], playbookOptions);
    assert.match(misspelt.ok ? '' : misspelt.message, 'did you mean --limit?');
    const missing = parseArguments(['-i'], playbookOptions);
    assert.match(missing.ok ? '' : missing.message, 'needs a value');
    for (const wrong of ['0', 'x', '-1', '1.5']) {
      const forks = parseArguments(['-f', wrong], playbookOptions);
      assert.match(forks.ok ? '' : forks.message, 'takes a whole number above 0');
    }
  });

  test('exit codes are those of Ansible', () => {
    const code = (
      ends: readonly ('failed' | 'unreachable')[],
      interrupted = false,
      unanswered = false,
    ): number => {
      const lost = new Map(ends.map((end, index) => [`h${index}`, end]));
      return exitCodeOf({ lost, interrupted, unanswered });
    };
    assert.is(code([]), 0);
    assert.is(code(['failed']), 2);
    assert.is(code(['failed', 'unreachable']), 4);
    assert.is(code([], true), 130);
    assert.is(code([], false, true), 2);
  });

  test('settings come from ansible.cfg, and the environment goes before it', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-settings-'));
    try {
      writeFileSync(
        path.join(folder, 'ansible.cfg'),
        '[defaults]\nforks = 20\nroles_path = roles:/r ; note\n# inventory = no\n',
      );
      const settings = readSettings({ ANSIBLE_FORKS: '7' }, folder);
      assert.is(settings.get('forks'), '7');
      assert.is(readSettings({}, folder).get('forks'), '20');
      assert.equal(settings.paths('rolesPath', /:/), [path.join(folder, 'roles'), '/r']);
      assert.is(settings.get('inventory'), undefined);
      assert.equal(settings.paths('collectionsPath', /:/), [
        path.join(homedir(), '.ansible/collections'),
        '/usr/share/ansible/collections',
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('serial repeats its last size and rounds percentages down, never to nothing', () => {
    const sizes = (serial: (number | string)[], total: number): number[] =>
      cutBatches(
        Array.from({ length: total }, (_, index) => index),
        serial,
      ).map((batch) => batch.length);
    assert.equal(sizes([], 3), [3]);
    assert.equal(sizes([2], 5), [2, 2, 1]);
    assert.equal(sizes([1, '30%'], 10), [1, 3, 3, 3]);
    assert.equal(sizes(['10%'], 3), [1, 1, 1]);
  });

  test('ssh arguments are split as a shell would', () => {
    assert.equal(splitWords(`-o 'ProxyCommand=ssh -W %h:%p jump' -F "/a b" -p 22`), [
      '-o',
      'ProxyCommand=ssh -W %h:%p jump',
      '-F',
      '/a b',
      '-p',
      '22',
    ]);
    assert.equal(splitWords(`-o ProxyCommand="ssh -W %h:%p jump" -o User='a b'`), [
      ...['-o', 'ProxyCommand=ssh -W %h:%p jump'],
      ...['-o', 'User=a b'],
    ]);
  });
});
