import * as assert from 'uvu/assert';
import ssh2 from 'ssh2';
import { makeSshKeyPair } from '../../lab/ssh_key.ts';
import { describe } from '../support/suite.ts';

describe('a key pair made for ssh', ({ test }) => {
  test('is read by ssh2, and its halves belong together', () => {
    for (let round = 0; round < 20; round += 1) {
      const pair = makeSshKeyPair(`host-${'x'.repeat(round)}`);
      const key = ssh2.utils.parseKey(pair.privateKey);
      if (key instanceof Error) throw key;
      assert.is(key.type, 'ssh-ed25519');
      assert.is(`ssh-ed25519 ${key.getPublicSSH().toString('base64')}`, pair.publicKey);
    }
  });
});
