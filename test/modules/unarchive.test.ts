import { checkModule, checkParser } from '../../engine/module/testing.ts';
import { seenDirectory, seenFile } from '../../engine/module/seen_files.ts';
import { isUncertain, overlay } from '../../engine/module/picture.ts';
import {
  archiveState,
  archiveStateKind,
  type Archive,
} from '../../engine/module/vocabulary/archive_state.ts';
import { unpack } from '../../engine/module/vocabulary/archive.ts';
import { removeFile } from '../../engine/module/vocabulary/remove_file.ts';
import { absent, stat, type Stat } from '../../engine/module/vocabulary/stat.ts';
import * as assert from 'uvu/assert';
import { unarchive } from '../../modules/unarchive.ts';
import { describe } from '../support/suite.ts';

const params = { src: '/var/cache/etcd.tar.gz', dest: '/opt/etcd', remote_src: true };
const same = { differences: [], files: ['etcd', 'etcdctl'], isGzip: true };
const archive: Archive = {
  source: '/var/cache/etcd.tar.gz',
  format: 'tar',
  dest: '/opt/etcd',
  extraOptions: [],
  exclude: [],
  include: [],
  keepNewer: false,
};

describe('modules/unarchive', ({ test }) => {
  checkModule(
    unarchive,
    [
      {
        name: 'leaves a folder that is as the archive, and lists what is in it when asked to',
        params: { ...params, list_files: true },
        seen: { dest: seenDirectory(), archive: seenFile(), state: same },
        result: { files: ['etcd', 'etcdctl'], handler: 'TgzArchive' },
      },
      {
        name: 'is skipped when what it creates is there',
        params: { ...params, creates: '/opt/etcd/etcd' },
        seen: { dest: seenDirectory(), created: seenFile(), archive: seenFile() },
        skip: 'skipped, since /opt/etcd/etcd exists',
      },
      {
        name: 'unpacks when something differs',
        params,
        seen: {
          dest: seenDirectory(),
          archive: seenFile(),
          state: { ...same, differences: ['etcd: Mode differs'] },
        },
        steps: ['unpack /var/cache/etcd.tar.gz into /opt/etcd'],
      },
      {
        name: 'unpacks an archive that only the picture of check mode has',
        params,
        seen: {
          dest: seenDirectory(),
          archive: seenFile(),
          state: { differences: ['the archive is not there'], files: [] },
        },
        steps: ['unpack /var/cache/etcd.tar.gz into /opt/etcd'],
        context: { checkMode: true },
      },
      {
        name: 'fails when neither the host nor an earlier task has the archive',
        params,
        seen: { dest: seenDirectory(), archive: absent },
        fail: 'src /var/cache/etcd.tar.gz is not there',
      },
      {
        name: 'takes copy, as playbooks of old have it, for the opposite of remote_src',
        params: { src: '/var/cache/etcd.tar.gz', dest: '/opt/etcd', copy: false },
        seen: {
          dest: seenDirectory(),
          archive: seenFile(),
          state: { ...same, differences: ['etcd: Mode differs'] },
        },
        steps: ['unpack /var/cache/etcd.tar.gz into /opt/etcd'],
      },
      {
        name: 'needs its folder',
        params,
        seen: { dest: absent, archive: seenFile() },
        fail: /must be an existing dir/,
      },
    ],
    test,
  );

  checkParser(
    archiveStateKind,
    archive,
    [
      {
        name: 'root is told of owners and modes; times and the nameless first folder do not count',
        output: 'user 0\n== compared\n/\na/\na: Mod time differs\na: Mode differs\nb\nb: Uid differs\na/c\n',
        stderr:
          'tar: : Warning: Cannot stat: No such file or directory\ntar: Exiting with failure status due to previous errors\n',
        seen: { differences: ['a: Mode differs', 'b: Uid differs'], files: ['a/', 'b', 'a/c'] },
      },
      {
        name: 'a member that is missing is told on the other stream',
        output: 'user 0\n== compared\na\n',
        stderr: 'tar: a: Warning: Cannot stat: No such file or directory\n',
        seen: { differences: ['tar: a: Warning: Cannot stat: No such file or directory'], files: ['a'] },
      },
      {
        name: 'a tar that cannot compare tells what differs first, then the names',
        output: 'user 0\nbegins 425a\n./a: Contents differ\n== names\na\n',
        seen: { differences: ['./a: Contents differ'], files: ['a'], isGzip: false },
      },
      {
        name: 'other users cannot restore owners and modes, so these do not count',
        output: 'user 1000\n== compared\na\na: Mode differs\nb\nb: Uid differs\nc\nc: Contents differ\n',
        seen: { differences: ['c: Contents differ'], files: ['a', 'b', 'c'] },
      },
      {
        name: 'an archive that is cut off is a failure',
        output: 'user 0\n== compared\na\n',
        stderr: 'tar: Unexpected EOF in archive\ntar: Error is not recoverable: exiting now\n',
        seen: { failed: 'Cannot read the tar archive: tar: Unexpected EOF in archive' } as never,
      },
    ],
    test,
  );

  test('what it may have brought is open, but for whether a link may lead there', () => {
    const step = unpack(archive);
    const told = (typeOnly: boolean): unknown =>
      overlay(stat({ path: '/opt/etcd/etcd', ...(typeOnly ? { typeOnly } : {}) }), absent, [step]);
    assert.equal(told(false), { uncertain: [], waitsFor: 'unpack into /opt/etcd' });
    const { uncertain } = told(true) as { readonly uncertain: readonly Stat[] };
    assert.equal(
      new Set(uncertain.map((one) => (one.exists ? one.type : 'absent'))),
      new Set(['absent', 'file', 'directory']),
    );
  });

  test('the same archive unpacked before holds what is wished, unless more of it is, or otherwise', () => {
    const differing = { files: [], differences: ['one'] };
    const isSame = (done: object, wished: object): boolean => {
      const after = overlay(archiveState({ ...archive, ...wished }), differing, [
        unpack({ ...archive, ...done }),
      ]);
      return !isUncertain(after) && (after as typeof differing).differences.length === 0;
    };
    const [one, another] = [['one'], ['another']];
    assert.ok(isSame({}, {}));
    assert.ok(isSame({}, { include: one }));
    assert.ok(isSame({}, { exclude: one }));
    assert.ok(isSame({ include: one }, { include: one }));
    assert.not(isSame({ include: one }, {}));
    assert.not(isSame({ include: one }, { include: another }));
    assert.not(isSame({ exclude: one }, {}));
    assert.not(isSame({}, { extraOptions: ['--strip-components=1'] }));
    assert.not(isSame({ extraOptions: ['--strip-components=1'] }, {}));
    assert.not(isSame({ keepNewer: true }, {}));
    assert.ok(isSame({}, { keepNewer: true }));
    assert.not(isSame({}, { mode: '0700' }));
  });

  test('a step that removes a file of the archive, or the archive, is seen in the picture', () => {
    const after = (path: string): unknown => overlay(archiveState(archive), same, [removeFile(path)]);
    assert.equal(after('/opt/etcd/etcd'), { ...same, differences: ['/opt/etcd/etcd is changed'] });
    assert.equal(after('/opt/etcd/data'), same);
    // What another archive brings may stand there already, but not in a folder that holds nothing.
    const other = ['/var/cache/etcd.tar.gz is changed'];
    const changed = { files: [], differences: other };
    assert.equal(after('/var/cache/etcd.tar.gz'), {
      uncertain: [{ files: [], differences: [] }, changed],
      waitsFor: 'what is in /var/cache/etcd.tar.gz',
    });
    const bare = { files: [], differences: [], isBare: true as const };
    const written = overlay(archiveState(archive), bare, [removeFile('/var/cache/etcd.tar.gz')]);
    assert.equal(written, { ...bare, differences: other });
  });
});
