import { checkModule } from '../../engine/module/testing.ts';
import { seenDirectory, seenFile, seenLink } from '../../engine/module/seen_files.ts';
import { absent } from '../../engine/module/vocabulary/stat.ts';
import { file } from '../../modules/file.ts';
import { describe } from '../support/suite.ts';

const nothing = { exists: true, entries: [] };
const some = { exists: true, entries: [{ name: 'x', file: seenFile() }] };

describe('modules/file', ({ test }) => {
  checkModule(
    file,
    [
      {
        name: 'makes a missing directory with its owner and mode',
        params: { path: '/srv/app', state: 'directory', mode: '0750', owner: 'web' },
        seen: { at: absent },
        steps: ['make the directory /srv/app (0750)'],
        result: { path: '/srv/app', state: 'directory', mode: '0750', owner: 'web' },
      },
      {
        name: 'leaves a directory that is right',
        params: { dest: '/srv/app/', state: 'directory', mode: 'u=rwx,g=rx,o=', owner: 0 },
        seen: { at: seenDirectory({ mode: '0750' }) },
      },
      {
        name: 'mends the mode of a directory and of what is wrong inside, nothing else',
        params: { path: '/srv', state: 'directory', mode: 'u=rwX,go=rX', recurse: true },
        seen: {
          at: seenDirectory({ mode: '0700' }),
          inside: {
            exists: true,
            entries: [
              { name: 'a', file: seenFile({ mode: '0600' }) },
              { name: 'b', file: seenFile() },
              { name: 'd', file: seenDirectory() },
              { name: 'run', file: seenFile({ mode: '0744' }) },
            ],
          },
        },
        steps: ['give /srv u=rwX,go=rX', 'give /srv/a u=rwX,go=rX', 'give /srv/run u=rwX,go=rX'],
      },
      {
        name: 'refuses a directory where a file stands',
        params: { path: '/srv', state: 'directory' },
        seen: { at: seenFile() },
        fail: '/srv is there already, as a file',
      },
      {
        name: 'needs the file to be there when no state is given',
        params: { path: '/etc/x', mode: '0600' },
        seen: { at: absent },
        fail: /\/etc\/x is absent/,
      },
      {
        name: 'changes the file behind a link, as follow is the default',
        params: { path: '/etc/x', mode: '0600' },
        seen: { at: seenLink('/etc/y'), source: seenFile({ mode: '0644' }) },
        steps: ['give /etc/y 0600'],
      },
      {
        name: 'file that is a folder is told, as in Ansible',
        params: { path: '/etc', state: 'file' },
        seen: { at: seenDirectory() },
        fail: 'file (/etc) is directory, cannot continue',
      },
      {
        name: 'changes the file behind a link that state file follows',
        params: { path: '/etc/x', state: 'file', mode: '0600' },
        seen: { at: seenLink('/etc/y'), behind: seenFile({ mode: '0644', resolved: '/etc/y' }) },
        steps: ['give /etc/x 0600'],
      },
      {
        name: 'removes what is there',
        params: { path: '/tmp/x', state: 'absent' },
        seen: { at: seenDirectory() },
        steps: ['remove /tmp/x'],
        result: { path: '/tmp/x', state: 'absent' },
      },
      {
        name: 'has nothing to remove',
        params: { path: '/tmp/x', state: 'absent' },
        seen: { at: absent },
      },
      {
        name: 'makes a link and gives it its owner',
        params: { src: 'target', path: '/srv/current', state: 'link', owner: 'web' },
        seen: { at: absent, source: seenDirectory() },
        steps: ['link /srv/current to target', 'give /srv/target owner web'],
      },
      {
        name: 'leads a link elsewhere',
        params: { src: '/srv/2', dest: '/srv/current', state: 'link' },
        seen: { at: seenLink('/srv/1'), source: seenDirectory() },
        steps: ['link /srv/current to /srv/2'],
      },
      {
        name: 'links to what is not there only by force',
        params: { src: '/srv/2', dest: '/srv/current', state: 'link' },
        seen: { at: absent, source: absent },
        fail: 'src /srv/2 is not there; force links to it all the same',
      },
      {
        name: 'replaces a file by a link only by force',
        params: { src: '/srv/2', dest: '/srv/current', state: 'link', force: 'yes' },
        seen: { at: seenFile(), source: absent },
        steps: ['link /srv/current to /srv/2'],
      },
      {
        name: 'replaces an empty folder by a link by force',
        params: { src: '/srv/2', dest: '/srv/current', state: 'link', force: true },
        seen: { at: seenDirectory(), source: seenDirectory(), inside: nothing },
        steps: ['link /srv/current to /srv/2'],
      },
      {
        name: 'does not replace a folder in which something is, as in Ansible',
        params: { src: '/srv/2', dest: '/srv/current', state: 'link', force: true },
        seen: { at: seenDirectory(), source: seenDirectory(), inside: some },
        fail: 'the directory /srv/current is not empty, refusing to convert it',
      },
      {
        name: 'makes no hard link in place of a folder in which something is',
        params: { src: '/srv/2', dest: '/srv/current', state: 'hard', force: true },
        seen: { at: seenDirectory({ inode: 7 }), source: seenFile(), inside: some },
        fail: 'the directory /srv/current is not empty, refusing to convert it',
      },
      {
        name: 'makes no hard link of a folder',
        params: { src: '/srv/2', dest: '/srv/current', state: 'hard' },
        seen: { at: absent, source: seenDirectory() },
        fail: '/srv/2 is a folder, of which no hard link can be made',
      },
      {
        name: 'sees that two names are one file',
        params: { src: '/a', dest: '/b', state: 'hard' },
        seen: { at: seenFile({ links: 2 }), source: seenFile({ links: 2 }) },
        result: { state: 'hard' },
      },
      {
        name: 'touches a missing file and gives it its mode',
        params: {
          path: '/var/x',
          state: 'touch',
          mode: '0600',
          modification_time: 'preserve',
          access_time: 'preserve',
        },
        seen: { at: absent },
        steps: ['touch /var/x', 'give /var/x 0600'],
        result: { mode: '0600', state: 'file' },
      },
      {
        name: 'leaves a touched file whose times are preserved',
        params: { path: '/var/x', state: 'touch', modification_time: 'preserve', access_time: 'preserve' },
        seen: { at: seenFile() },
      },
      {
        name: 'leaves a touched file that has the times asked for',
        params: {
          ...{ path: '/var/x', state: 'touch' },
          ...{ modification_time: '202601021200.00', access_time: '202601021200.30' },
        },
        seen: {
          at: { ...seenFile(), mtime: 1767355200, atime: 1767355230 },
          ...{ modified: { seconds: 1767355200 }, accessed: { seconds: 1767355230 } },
        },
      },
      {
        name: 'touches again each time when the time is now',
        params: { path: '/var/x', state: 'touch' },
        seen: { at: seenFile() },
        steps: ['touch /var/x'],
        repeats: 'the time is set each time',
      },
      {
        name: 'makes a directory whose content will be walked, in check mode too',
        params: { path: '/srv', state: 'directory', recurse: true, owner: 'web' },
        seen: { at: absent, inside: { ...nothing, exists: false } },
        steps: ['make the directory /srv'],
        context: { checkMode: true },
      },
      {
        name: 'names a wrong state and a misspelt parameter',
        params: { path: '/x', state: 'dir', ownr: 'web' },
        refused: [
          'file: state must be one of file, directory, link, hard, touch, absent',
          'file has no parameter ownr',
        ],
      },
      {
        name: 'needs src for a hard link',
        params: { path: '/x', state: 'hard' },
        refused: ['file: state is "hard", so src is needed'],
      },
    ],
    test,
  );
});
