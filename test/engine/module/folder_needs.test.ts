// What is told before of who may write in a folder.
import * as assert from 'uvu/assert';
import { folderOf } from '../../../engine/module/vocabulary/folder_needs.ts';
import { newDirectory } from '../../../engine/module/vocabulary/make_directory.ts';
import { absent, type Stat } from '../../../engine/module/vocabulary/stat.ts';
import { describe } from '../../support/suite.ts';

describe('module/vocabulary/folder_needs', ({ test }) => {
  test('whether a user may write in a folder of somebody else is in doubt', () => {
    const need = folderOf('/srv/site/index.html');
    const doubt = (folder: Stat, user: string): string | undefined => need.doubt?.(folder as never, user);
    const ofDeploy = { ...newDirectory('deploy'), owner: 'deploy' };
    const ofRoot = { ...newDirectory('root'), owner: 'root' };
    const why = 'whether deploy may write in /srv/site';
    assert.equal(
      [
        doubt(ofDeploy, 'deploy'),
        doubt({ ...ofDeploy, mode: '0555' }, 'deploy'),
        doubt(ofRoot, 'deploy'),
        doubt({ ...ofRoot, mode: '0775' }, 'deploy'),
        doubt({ ...ofRoot, mode: '1777' }, 'deploy'),
        doubt(ofDeploy, 'root'),
        doubt(absent, 'deploy'),
      ],
      [undefined, why, why, why, undefined, undefined, undefined],
    );
  });
});
