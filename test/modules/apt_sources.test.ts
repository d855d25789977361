import * as assert from 'uvu/assert';
import { checkModule, seenContent } from '../../engine/module/testing.ts';
import { apt_repository } from '../../modules/apt_repository.ts';
import { dpkg_selections } from '../../modules/dpkg_selections.ts';
import { sourceFileName, sourceOf, withoutSource, withSource } from '../../modules/shared/apt_sources.ts';
import { seenFile } from '../../engine/module/testing.ts';
import { describe } from '../support/suite.ts';

const line = 'deb [trusted=yes] file:/srv/x ./';
const folder = { exists: true, entries: [{ name: 'other.list', file: seenFile({ size: 30 }) }] };
const seen = {
  folder,
  main: seenContent('deb http://h/debian stable main\n'),
  'text other.list': seenContent('# deb http://o/x y z # of old\n'),
};

describe('modules/apt_repository and dpkg_selections', ({ test }) => {
  test('a line is a source when it is enabled or put to rest, whatever its blanks', () => {
    assert.equal(sourceOf(' # deb   http://h/x  y # why'), {
      isEnabled: false,
      source: 'deb http://h/x y',
      comment: 'why',
    });
    assert.is(sourceOf('# a remark about deb lines'), undefined);
  });

  test('a file is named as ansible-core names it', () => {
    assert.is(
      sourceFileName('deb http://u:p@dl.example.com/linux/deb stable main'),
      'dl_example_com_linux_deb',
    );
    assert.is(sourceFileName('deb [arch=amd64 signed-by=/k.gpg] https://x.io/apt y z'), 'x_io_apt');
  });

  test('a source at rest is woken where it stands, and an enabled one is removed', () => {
    const files = [{ path: '/a', text: '# deb http://h/x y # why\n# remark\n' }];
    const woken = withSource(files, 'deb http://h/x y', '/b');
    assert.equal(woken, [{ path: '/a', text: 'deb http://h/x y # why\n# remark\n' }]);
    assert.equal(withoutSource(woken, 'deb http://h/x y'), [{ path: '/a', text: '# remark\n' }]);
  });

  checkModule(
    apt_repository,
    [
      {
        name: 'apt_repository adds a source in a file of its own and fetches the lists',
        params: { repo: line },
        seen,
        steps: ['write /etc/apt/sources.list.d/file_srv_x.list (0644, 33 bytes)', 'fetch the lists of apt'],
        result: { sources_added: ['/etc/apt/sources.list.d/file_srv_x.list'], sources_removed: [] },
        repeats: 'the listing of a folder names the file, whose text this case does not say',
      },
      {
        name: 'apt_repository leaves a source that stands anywhere',
        params: { repo: 'deb  http://h/debian stable main' },
        seen,
        result: { sources_added: [] },
      },
      {
        name: 'apt_repository wakes a source that was put to rest',
        params: { repo: 'deb http://o/x y z', update_cache: false },
        seen,
        steps: ['write /etc/apt/sources.list.d/other.list (0644, 28 bytes)'],
      },
      {
        name: 'apt_repository removes a source, and a list that has no other line',
        params: { repo: 'deb http://h/debian stable main', state: 'absent', update_cache: false },
        seen,
        steps: ['remove /etc/apt/sources.list'],
        result: { sources_removed: ['/etc/apt/sources.list'] },
      },
      {
        name: 'apt_repository refuses ppa sources in words',
        params: { repo: 'ppa:nginx/stable' },
        seen,
        fail: 'apt_repository does not ask Launchpad (ppa:)',
      },
      {
        name: 'apt_repository refuses what is no source',
        params: { repo: 'http://h/debian' },
        seen,
        fail: 'Invalid repository string: http://h/debian',
      },
    ],
    test,
  );
  checkModule(
    dpkg_selections,
    [
      {
        name: 'dpkg_selections holds a package',
        params: { name: 'nginx', selection: 'hold' },
        seen: { now: 'install' },
        steps: ['select nginx for hold'],
        result: { before: 'install', after: 'hold' },
      },
      {
        name: 'dpkg_selections leaves a selection that is right',
        params: { name: 'nginx', selection: 'hold' },
        seen: { now: 'hold' },
      },
    ],
    test,
  );
});
