import * as assert from 'uvu/assert';
import { runHardway } from '../../support/hardway.ts';
import { describe } from '../../support/suite.ts';

describe('hardway doc', ({ test }) => {
  test('says what must be given, and nothing of the kind of what is returned', async () => {
    const { code, stdout } = await runHardway('doc', 'hostname');
    const [params = '', returns = ''] = stdout.split('\nReturns:\n');
    assert.is(code, 0);
    assert.match(params, '; required');
    assert.match(returns, '  name (str');
    assert.not.match(returns, 'required');
  });
});
