import * as assert from 'uvu/assert';
import { seenContent, seenDirectory, seenFile } from '../../engine/module/seen_files.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { absent } from '../../engine/module/vocabulary/stat.ts';
import { authorized_key } from '../../modules/authorized_key.ts';
import { editKeys, parseKey } from '../../modules/shared/authorized_keys.ts';
import { describe } from '../support/suite.ts';

const account = {
  exists: true,
  name: 'web',
  uid: 1000,
  gid: 1000,
  group: 'web',
  comment: '',
  home: '/home/web',
  shell: '/bin/sh',
  groups: [],
  homeExists: true,
};
const one = 'ssh-ed25519 AAAA1 anna@example.org';
const two = 'from="10.0.0.0/8,::1",command="echo \\"a b\\"" ssh-rsa AAAA2 ben';
const folder = { ...seenDirectory({ mode: '0700' }), owner: 'web', group: 'web' };
const file = (text: string): object => ({ ...seenFile({ text, mode: '0600' }), owner: 'web', group: 'web' });

describe('modules/authorized_key', ({ test }) => {
  test('options with spaces and quotes are one word', () => {
    assert.equal(parseKey(two), {
      options: 'from="10.0.0.0/8,::1",command="echo \\"a b\\""',
      type: 'ssh-rsa',
      key: 'AAAA2',
      comment: 'ben',
    });
    assert.is(parseKey('# ssh-rsa AAAA2'), undefined);
    assert.is(parseKey('nothing of the kind'), undefined);
  });

  test('other keys and comments stay, unless the wish is exclusive', () => {
    const keys = [parseKey(one)].flatMap((key) => key ?? []);
    const text = `# all\n${two}\n`;
    const wish = { keys, state: 'present' as const };
    assert.is(editKeys(text, { ...wish, exclusive: false }), `# all\n${two}\n${one}\n`);
    assert.is(editKeys(text, { ...wish, exclusive: true }), `# all\n${one}\n`);
    assert.is(editKeys(`${one}\n${two}\n`, { keys, state: 'absent', exclusive: false }), `${two}\n`);
  });

  checkModule(
    authorized_key,
    [
      {
        name: 'a first key brings the folder, both with the rights that sshd asks for',
        params: { user: 'web', key: one },
        seen: { account, folder: absent, at: absent, old: { found: 'nothing' } },
        steps: [
          'make the directory /home/web/.ssh (0700)',
          'write /home/web/.ssh/authorized_keys (0600, 35 bytes)',
        ],
        result: { keyfile: '/home/web/.ssh/authorized_keys', user: 'web', exclusive: false },
      },
      {
        name: 'a key that is there changes nothing',
        params: { user: 'web', key: `${one}\n${two}` },
        seen: { account, folder, at: file(`${two}\n${one}\n`), old: seenContent(`${two}\n${one}\n`) },
      },
      {
        name: 'options of the task are put in front of the key',
        params: { user: 'web', key: one, key_options: 'no-pty' },
        seen: { account, folder, at: file(`${one}\n`), old: seenContent(`${one}\n`) },
        steps: ['write /home/web/.ssh/authorized_keys (0600, 42 bytes)'],
      },
      {
        name: 'what is no key is refused',
        params: { user: 'web', key: 'ssh-nothing AAAA' },
        seen: { account, folder, at: absent, old: { found: 'nothing' } },
        fail: 'invalid key specified: ssh-nothing AAAA',
      },
      {
        name: 'a user who is not there is named',
        params: { user: 'web', key: one },
        seen: { account: { exists: false } },
        fail: /Failed to lookup user web/,
      },
    ],
    test,
  );
});
