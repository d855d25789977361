import * as assert from 'uvu/assert';
import { seenContent, seenDirectory, seenFile } from '../../engine/module/seen_files.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { absent } from '../../engine/module/vocabulary/stat.ts';
import { ini_file } from '../../modules/ini_file.ts';
import { editIni, type IniWish } from '../../modules/shared/ini_lines.ts';
import { describe } from '../support/suite.ts';

const wish: IniWish = {
  section: 'main',
  option: 'a',
  values: ['1'],
  state: 'present',
  exclusive: true,
  separator: ' = ',
  ignoreSpaces: false,
  takesInactive: true,
};

const cases: readonly (readonly [string, string, Partial<IniWish>, string, string])[] = [
  ['a section is made at the end', 'x = 0\n', {}, 'x = 0\n[main]\na = 1\n', 'section and option added'],
  [
    'an option is changed in its place',
    '[main]\na = 0\nb = 2\n',
    {},
    '[main]\na = 1\nb = 2\n',
    'option changed',
  ],
  ['an option that is right stays', '[main]\na = 1\n', {}, '[main]\na = 1\n', 'OK'],
  ['spaces are put right', '[main]\na=1\n', {}, '[main]\na = 1\n', 'option changed'],
  ['spaces may be passed over', '[main]\na=1\n', { ignoreSpaces: true }, '[main]\na=1\n', 'OK'],
  ['a comment is taken for the option', '[main]\n#a = 7\n', {}, '[main]\na = 1\n', 'option changed'],
  [
    'a comment may stay',
    '[main]\n#a = 7\n\n[x]\n',
    { takesInactive: false },
    '[main]\na = 1\n#a = 7\n\n[x]\n',
    'option changed',
  ],
  [
    'a new option stands before the empty lines at the end of its section',
    '[main]\nb = 2\n\n[x]\na = 9\n',
    {},
    '[main]\nb = 2\na = 1\n\n[x]\na = 9\n',
    'option added',
  ],
  ['values that are too many go', '[main]\na = 1\na = 2\n', {}, '[main]\na = 1\n', 'option changed'],
  [
    'several values are kept, and others beside them',
    '[main]\na = 3\n',
    { values: ['1', '2'], exclusive: false },
    '[main]\na = 3\na = 1\na = 2\n',
    'option changed',
  ],
  [
    'an option without a section stands first',
    'b = 2\n[x]\n',
    { section: undefined },
    'b = 2\na = 1\n[x]\n',
    'option added',
  ],
  ['an option may have no value', '[main]\n', { values: [null] }, '[main]\na\n', 'option added'],
  [
    'an option is removed',
    '[main]\na = 1\nb = 2\n',
    { state: 'absent', values: [] },
    '[main]\nb = 2\n',
    'option changed',
  ],
  [
    'a section is removed',
    '[x]\nc = 1\n[main]\na = 1\n[y]\n',
    { state: 'absent', option: undefined, values: [] },
    '[x]\nc = 1\n[y]\n',
    'section removed',
  ],
  ['what is not there need not be removed', 'x = 1\n', { state: 'absent' }, 'x = 1\n', 'OK'],
];

describe('modules/ini_file', ({ test }) => {
  for (const [name, before, more, after, msg] of cases)
    test(name, () => {
      const done = editIni(before, { ...wish, ...more });
      assert.equal(done, { text: after, msg });
      assert.is(editIni(after, { ...wish, ...more }).text, after, 'a second time nothing changes');
    });

  checkModule(
    ini_file,
    [
      {
        name: 'a file is made with its mode',
        params: { path: '/etc/x.ini', section: 's', option: 'o', value: 'v', mode: '0600' },
        seen: { at: absent, old: { found: 'nothing' }, folder: seenDirectory() },
        steps: ['write /etc/x.ini (0600, 11 bytes)'],
        result: { msg: 'section and option added', path: '/etc/x.ini' },
      },
      {
        name: 'an option without a value must be allowed',
        params: { path: '/x', section: 's', option: 'o' },
        seen: { at: seenFile({ text: '' }), old: seenContent('') },
        fail: /value\(s\) must be defined/,
      },
      {
        name: 'nothing is removed from a file that is not there',
        params: { path: '/x', section: 's', state: 'absent' },
        seen: { at: absent, old: { found: 'nothing' } },
      },
    ],
    test,
  );
});
