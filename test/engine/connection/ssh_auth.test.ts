import * as assert from 'uvu/assert';
import type { ConnectionSpec } from '../../../engine/connection/contract.ts';
import { planAuthentication, type Authentication } from '../../../engine/connection/ssh_auth.ts';
import { resolveSshSettings } from '../../../engine/connection/ssh_settings.ts';
import { describe } from '../../support/suite.ts';

const spec: ConnectionSpec = {
  kind: 'ssh',
  hostName: 'box',
  address: '127.0.0.1',
  hostKeyChecking: 'off',
  connectTimeoutSeconds: 1,
  retries: 0,
  sshArguments: ['-F', 'none', '-o', 'IdentityFile=none', '-o', 'IdentityAgent=none'],
  password: () => 'open sesame',
};

/** The kinds of what is sent to a host that takes all of these. */
function sent(authentication: Authentication): string[] {
  const kinds: string[] = [];
  const ask = (): void => {
    authentication.handler(['password', 'keyboard-interactive'], false, (method) => {
      if (typeof method !== 'object') return;
      kinds.push(method.type);
      ask();
    });
  };
  ask();
  return kinds;
}

describe('engine/connection/ssh_auth', ({ test }) => {
  test('a password goes to the host, and none to one whose key is another than the known one', () => {
    const settings = resolveSshSettings(spec);
    assert.equal(sent(planAuthentication(spec, settings)), ['password', 'keyboard-interactive']);
    const doubted = planAuthentication(spec, settings);
    doubted.keepPassword('the password was not sent, as the host key is another');
    assert.equal(sent(doubted), []);
    assert.match(doubted.account(), 'the password was not sent, as the host key is another');
  });
});
