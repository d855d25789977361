import { checkModule, seenContent, seenFile } from '../../engine/module/testing.ts';
import { assemble } from '../../modules/assemble.ts';
import { describe } from '../support/suite.ts';

const seen = {
  folder: {
    exists: true,
    entries: ['.hidden', '10-a.conf', '20-b.conf', 'notes'].map((name) => ({ name, file: seenFile({}) })),
  },
  at: { exists: false },
  old: { found: 'nothing' },
  'text .hidden': seenContent('h\n'),
  'text 10-a.conf': seenContent('a'),
  'text 20-b.conf': seenContent('b\n'),
  'text notes': seenContent('n\n'),
};
const wish = { src: '/etc/x.d', dest: '/etc/x.conf' };

describe('modules/assemble', ({ test }) => {
  checkModule(
    assemble,
    [
      {
        name: 'files are joined in the order of their names, each on lines of its own',
        params: { ...wish, ignore_hidden: true, regexp: '\\.conf$' },
        seen,
        steps: ['write /etc/x.conf (4 bytes)'],
        result: { msg: 'OK', src: '/etc/x.d' },
      },
      {
        name: 'a delimiter stands between them, with a newline behind it',
        params: { ...wish, regexp: '^[12]', delimiter: '### \\t', mode: '0600' },
        seen,
        steps: ['write /etc/x.conf (0600, 10 bytes)'],
      },
      {
        name: 'hidden files count unless they shall not',
        params: wish,
        seen,
        steps: ['write /etc/x.conf (8 bytes)'],
      },
      {
        name: 'a folder that is not there fails',
        params: wish,
        seen: { ...seen, folder: { exists: false, entries: [] } },
        fail: 'Source (/etc/x.d) does not exist',
      },
      {
        name: 'a folder of the control machine is refused',
        params: { ...wish, remote_src: false },
        seen,
        fail: 'assemble joins files of the host only (remote_src)',
      },
    ],
    test,
  );
});
