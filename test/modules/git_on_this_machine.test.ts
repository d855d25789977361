// git against a repository of this machine.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import type { Dict } from '../../engine/document/value.ts';
import { toValue } from '../../engine/module/data.ts';
import { tryOnHost, type Trial } from '../../engine/module/try_on_host.ts';
import { git } from '../../modules/git.ts';
import { localShell } from '../support/local_shell.ts';
import { describe } from '../support/suite.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;

describe(
  'modules/git on this machine',
  ({ test, setup, teardown }) => {
    let root = '';
    let repo = '';
    let dest = '';
    const call = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], {
        cwd: repo,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    const commit = (text: string): string => {
      writeFileSync(path.join(repo, 'file'), text);
      call('add', 'file');
      call('commit', '-q', '-m', text);
      return call('rev-parse', 'HEAD');
    };
    setup(() => {
      root = mkdtempSync(path.join(tmpdir(), "hardway git's "));
      [repo, dest] = [path.join(root, 'repo'), path.join(root, 'up/dest')];
      mkdirSync(repo);
      call('init', '-q', '-b', 'main');
      commit('one');
      call('tag', '-a', 'v1', '-m', 'one');
    });
    teardown(() => rmSync(root, { recursive: true, force: true }));
    const run = (params: object): Promise<Trial> =>
      tryOnHost(git, toValue({ repo, dest, ...params }) as Dict, localShell());
    const text = (): string => readFileSync(path.join(dest, 'file'), 'utf8');

    test('a repository is cloned once, with the folders above it', async () => {
      const first = await run({});
      assert.is(first.failed, undefined);
      assert.is(first.result['changed'], true);
      assert.is(first.result['before'], null);
      assert.is(first.result['after'], call('rev-parse', 'HEAD'));
      assert.is(text(), 'one');
      assert.equal((await run({})).steps, []);
    });

    test('what is new is fetched, unless it shall not be', async () => {
      const sha = commit('two');
      assert.equal((await run({ update: false })).steps, []);
      const updated = await run({ version: 'main' });
      assert.is(updated.result['after'], sha);
      assert.is(text(), 'two');
      assert.equal((await run({ version: 'main' })).steps, []);
    });

    test('tags, commits and branches are checked out', async () => {
      await run({ version: 'v1' });
      assert.is(text(), 'one');
      assert.equal((await run({ version: 'v1' })).steps, []);
      const sha = call('rev-parse', 'main');
      assert.is((await run({ version: sha })).result['after'], sha);
      assert.equal((await run({ version: sha })).steps, []);
      call('checkout', '-q', '-b', 'side');
      commit('three');
      await run({ version: 'side' });
      assert.is(text(), 'three');
    });

    test('changes made on the host are kept, unless force throws them away', async () => {
      writeFileSync(path.join(dest, 'file'), 'mine');
      assert.match((await run({ version: 'side' })).failed ?? '', /Local modifications exist/);
      assert.is(text(), 'mine');
      assert.is((await run({ version: 'side', force: true })).result['changed'], true);
      assert.is(text(), 'three');
    });

    test('another address of the remote is taken over', async () => {
      const moved = await run({ repo: `file://${repo}`, version: 'side' });
      assert.is(moved.result['remote_url_changed'], true);
      assert.equal((await run({ repo: `file://${repo}`, version: 'side' })).steps, []);
    });

    test('a version that nobody has, and a folder that is no repository, are refused', async () => {
      assert.match((await run({ version: 'none' })).failed ?? '', /no such branch or tag/);
      const other = path.join(root, 'other');
      mkdirSync(other);
      writeFileSync(path.join(other, 'x'), '');
      assert.match((await run({ dest: other })).failed ?? '', /is no git repository/);
    });

    test('what is not built is refused without a look at the remote; gpg_allowlist alone means nothing', async () => {
      const nowhere = path.join(root, 'nowhere');
      const archives = 'git makes no archives and no separate git folders';
      assert.is((await run({ repo: nowhere, dest: nowhere, archive_prefix: 'x' })).failed, archives);
      assert.is((await run({ repo: nowhere, dest: nowhere, archive: '/x.tar' })).failed, archives);
      const listed = await run({ dest: path.join(root, 'listed'), gpg_allowlist: ['abc'] });
      assert.equal([listed.failed, listed.result['changed']], [undefined, true]);
    });

    test('without clone only the remote is asked; a bare repository has no files', async () => {
      const place = path.join(root, 'none');
      assert.equal((await run({ dest: place, clone: false })).steps, []);
      assert.not(existsSync(place));
      const bare = path.join(root, 'bare');
      await run({ dest: bare, bare: true });
      assert.ok(existsSync(path.join(bare, 'HEAD')));
      assert.not(existsSync(path.join(bare, 'file')));
      assert.equal((await run({ dest: bare, bare: true })).steps, []);
    });
  },
  { unless: hasGit ? undefined : 'git is not installed' },
);
