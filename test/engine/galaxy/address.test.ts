import * as assert from 'uvu/assert';
import {
  linesWithoutSecrets,
  splitCredentials,
  unfitForGit,
  withoutSecrets,
} from '../../../engine/galaxy/address.ts';
import { describe } from '../../support/suite.ts';

describe('addresses', ({ test }) => {
  test('are shown without passwords, tokens and what a query tells', () => {
    const shown: Readonly<Record<string, string>> = {
      'https://me:pass@host/x.git': 'https://***@host/x.git',
      'git+https://token@host/x.git,v1': 'git+https://***@host/x.git,v1',
      'https://me:p@ss@host/x': 'https://***@host/x',
      'ssh://git@host/x.git': 'ssh://git@host/x.git',
      'ssh://git:pass@host/x.git': 'ssh://***@host/x.git',
      'git@host:x.git': 'git@host:x.git',
      'https://host/x.tar.gz?private_token=abc&y=1#z': 'https://host/x.tar.gz?private_token=***&y=***#z',
      "fatal: cannot access 'https://me:pass@host/': no": "fatal: cannot access 'https://***@host/': no",
      'remote: \u001b[31mred\u0007': 'remote: \ufffd[31mred\ufffd',
      'file:///srv/a@b/x.git': 'file:///srv/a@b/x.git',
    };
    for (const [text, wanted] of Object.entries(shown)) assert.is(withoutSecrets(text), wanted);
  });

  test('keep their columns in the lines that a problem shows', () => {
    const line = '  - src: git+https://me:pass@host/x.git?token=abc # why';
    assert.is(linesWithoutSecrets(line), '  - src: git+https://*******@host/x.git?token=*** # why');
    assert.is(linesWithoutSecrets('a: 1\nb: c@d?e=f\n'), 'a: 1\nb: c@d?e=f\n');
  });

  test('are given to git without a password', () => {
    assert.equal(splitCredentials('https://me:p%40ss@host/x.git'), {
      bare: 'https://host/x.git',
      credentials: { user: 'me', password: 'p@ss' },
    });
    assert.equal(splitCredentials('ssh://git@host/x.git'), { bare: 'ssh://git@host/x.git' });
  });

  test('are not given to git when they run programs or are options', () => {
    for (const fit of [
      'https://host/x',
      'git@host:x',
      '/srv/x.git',
      './x',
      'file:///x',
      'ssh://host/x',
      'SSH://host/x',
    ])
      assert.is(unfitForGit(fit), undefined, fit);
    for (const unfit of [
      '',
      '-x',
      '--upload-pack=id',
      'ext::sh -c id',
      'fd::7',
      'ftp://host/x',
      'rsync://x',
      '::x',
    ])
      assert.type(unfitForGit(unfit), 'string', unfit);
  });
});
