import { seenContent, seenFile, seenLink } from '../../engine/module/seen_files.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { absent } from '../../engine/module/vocabulary/stat.ts';
import { timezone } from '../../modules/timezone.ts';
import { describe } from '../support/suite.ts';

const berlin = '/usr/share/zoneinfo/Europe/Berlin';
const named = (name: string): object => ({
  file: seenFile({ text: `${name}\n` }),
  name: seenContent(`${name}\n`),
});

describe('modules/timezone', ({ test }) => {
  checkModule(
    timezone,
    [
      {
        name: 'the link and the name are put right',
        params: { name: 'Europe/Berlin' },
        seen: {
          zone: seenFile({ text: 'TZif' }),
          link: seenLink('/usr/share/zoneinfo/Etc/UTC'),
          ...named('Etc/UTC'),
        },
        steps: [`link /etc/localtime to ${berlin}`, 'write /etc/timezone (14 bytes)'],
        repeats: 'a written file says no more what it holds',
      },
      {
        name: 'a host in the zone stays as it is',
        params: { name: 'Europe/Berlin' },
        seen: {
          zone: seenFile({ text: 'TZif' }),
          link: seenLink(`..${berlin}`),
          ...named('Europe/Berlin'),
        },
      },
      {
        name: 'no file is made where none is kept',
        params: { name: 'Europe/Berlin' },
        seen: { zone: seenFile({ text: 'TZif' }), link: absent, file: absent, name: { found: 'nothing' } },
        steps: [`link /etc/localtime to ${berlin}`],
      },
      {
        name: 'a zone that the host does not know is refused',
        params: { name: 'Europe/Nowhere' },
        seen: { zone: absent, link: absent, file: absent, name: { found: 'nothing' } },
        fail: /there is no zone Europe\/Nowhere/,
      },
    ],
    test,
  );
});
