import * as assert from 'uvu/assert';
import { startOptions } from '../../../engine/cli/start_command.ts';
import { startAgain } from '../../../engine/cli/start_again.ts';
import { describe } from '../../support/suite.ts';

describe('hardway start, once more', ({ test }) => {
  const given = ['--kubernetes=1.35.4', '--name', 'my lab', '--no-smoke', '-e', 'token=hunter22'];
  const words = "--name 'my lab' --kubernetes 1.35.4 --no-smoke --extra-vars token=********";

  test('npm hands on what stands behind two dashes, and nothing else', () => {
    assert.is(startAgain('start', given, startOptions), `npm start -- ${words}`);
    assert.is(startAgain('start', [], startOptions), 'npm start');
  });

  test('the command itself, and through npx, takes its options as they are', () => {
    assert.is(startAgain(undefined, given, startOptions), `hardway start ${words}`);
    assert.is(startAgain('npx', given, startOptions), `npx hardway start ${words}`);
    assert.is(startAgain(undefined, [], startOptions), 'hardway start');
  });
});
