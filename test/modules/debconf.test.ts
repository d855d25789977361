import { checkModule, checkParser } from '../../engine/module/testing.ts';
import { debconfKind, setDebconf } from '../../engine/module/vocabulary/debconf_answers.ts';
import { debconf } from '../../modules/debconf.ts';
import { describe } from '../support/suite.ts';

const kept = { 'tzdata/Areas': { value: 'Etc', isSeen: true } };
const areas = { name: 'tzdata', question: 'tzdata/Areas', vtype: 'select' };

describe('modules/debconf', ({ test }) => {
  checkParser(
    debconfKind,
    { package: 'tzdata' },
    [
      {
        name: 'answers are read with what was seen',
        output: '* tzdata/Areas: Etc\n  tzdata/Zones/Etc: UTC\n  tzdata/Zones/Asia:\n',
        seen: {
          'tzdata/Areas': { value: 'Etc', isSeen: true },
          'tzdata/Zones/Etc': { value: 'UTC', isSeen: false },
          'tzdata/Zones/Asia': { value: '', isSeen: false },
        },
      },
    ],
    test,
  );
  checkModule(
    debconf,
    [
      {
        name: 'an answer that is another is given',
        params: { ...areas, value: 'Europe' },
        seen: { kept },
        steps: [
          setDebconf({
            package: 'tzdata',
            question: 'tzdata/Areas',
            vtype: 'select',
            value: 'Europe',
            unseen: false,
          }),
        ],
        result: { current: { 'tzdata/Areas': 'Europe' }, previous: { 'tzdata/Areas': 'Etc' } },
      },
      { name: 'an answer that is right stays', params: { ...areas, value: 'Etc' }, seen: { kept } },
      {
        name: 'booleans and lists are written as debconf has them',
        params: { name: 'x', question: 'x/y', vtype: 'boolean', value: true },
        seen: { kept: { 'x/y': { value: 'true', isSeen: true } } },
      },
      {
        name: 'a password that is kept counts as right, and shows nowhere',
        params: { name: 'x', question: 'x/p', vtype: 'password', value: 's3cret' },
        seen: { kept: { 'x/p': { value: '(password omitted)', isSeen: true } } },
        result: { current: {} },
      },
      {
        name: 'without a question the answers are told',
        params: { name: 'tzdata' },
        seen: { kept },
        result: { current: { 'tzdata/Areas': 'Etc' } },
      },
    ],
    test,
  );
});
