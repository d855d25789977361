import { bytesContent } from '../../engine/module/content.ts';
import { checkModule, checkParser } from '../../engine/module/testing.ts';
import { activeSwapKind, swap } from '../../modules/swap.ts';
import { describe } from '../support/suite.ts';

const table = (text: string): object => ({ found: 'file', content: bytesContent(Buffer.from(text)) });
const root = 'UUID=1 / ext4 defaults 0 1\n';

describe('modules/swap (S2-23, S4-22)', ({ test }) => {
  checkModule(
    swap,
    [
      { name: 'leaves a host without swap', params: {}, seen: { table: table(root), active: [] } },
      {
        name: 'leaves a line that is commented out already',
        params: {},
        seen: { table: table(`${root}# /dev/sdb none swap sw 0 0\n`), active: [] },
      },
      {
        name: 'switches active swap off and comments its line out',
        params: {},
        seen: { table: table(`${root}/dev/sdb none swap sw 0 0\n`), active: ['/dev/sdb'] },
        steps: ['switch off swap on /dev/sdb', 'write /etc/fstab (55 bytes)'],
      },
      { name: 'needs no fstab', params: {}, seen: { table: { found: 'nothing' }, active: [] } },
    ],
    test,
  );
  checkParser(
    activeSwapKind,
    null,
    [
      {
        name: 'reads the kernel’s list',
        output: 'Filename\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/zram0     partition\t100\t0\t-2\n',
        seen: ['/dev/zram0'],
      },
      { name: 'reads an empty list', output: 'Filename Type Size Used Priority\n', seen: [] },
    ],
    test,
  );
});
