import { textContent } from '../../engine/module/content.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { wireguardPublicKey } from '../../modules/wireguard_public_key.ts';
import { describe } from '../support/suite.ts';

// RFC 7748, section 6.1: Bob's pair.
const privateKey = Buffer.from('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb', 'hex');
const publicKey = Buffer.from('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f', 'hex');
const holding = (text: string) => ({ file: { found: 'file' as const, content: textContent(text) } });

describe('wireguard_public_key', ({ test }) => {
  checkModule(
    wireguardPublicKey,
    [
      {
        name: 'a key of 32 bytes has its public half told (S4-13)',
        params: { src: '/k' },
        seen: holding(`${privateKey.toString('base64')}\n`),
        result: { public_key: publicKey.toString('base64') },
      },
      {
        name: 'a file that is not there is refused',
        params: { src: '/k' },
        seen: { file: { found: 'nothing' } },
        fail: '/k holds no WireGuard key: that is 32 bytes in base64',
      },
      {
        name: 'a text of another length is refused',
        params: { src: '/k' },
        seen: holding(privateKey.subarray(1).toString('base64')),
        fail: '/k holds no WireGuard key: that is 32 bytes in base64',
      },
      {
        name: 'check mode tells that a key will be made',
        params: { src: '/k' },
        seen: { file: { found: 'nothing' } },
        context: { checkMode: true },
        result: { public_key: 'made by the run' },
      },
    ],
    test,
  );
});
