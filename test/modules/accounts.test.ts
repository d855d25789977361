import * as assert from 'uvu/assert';
import { textContent } from '../../engine/module/content.ts';
import { overlay } from '../../engine/module/picture.ts';
import { step } from '../../engine/module/probe_identity.ts';
import { checkModule, checkParser } from '../../engine/module/testing.ts';
import {
  groupKind,
  user as askUser,
  userKind,
  type ExistingUser,
} from '../../engine/module/vocabulary/account.ts';
import { userActKind } from '../../engine/module/vocabulary/account_acts.ts';
import { group } from '../../modules/group.ts';
import { user } from '../../modules/user.ts';
import { describe } from '../support/suite.ts';

const none = { exists: false };
const web: ExistingUser = {
  exists: true,
  name: 'web',
  uid: 998,
  gid: 998,
  group: 'web',
  comment: '',
  home: '/srv/web',
  shell: '/usr/sbin/nologin',
  groups: ['adm'],
  password: '!',
  homeExists: true,
};

describe('modules/user and group', ({ test }) => {
  checkModule(
    group,
    [
      {
        name: 'group adds one that is missing',
        params: { name: 'web', gid: '998' },
        seen: { group: none },
        steps: ['add the group web (gid 998)'],
        result: { gid: 998, state: 'present' },
      },
      {
        name: 'group leaves one that is right',
        params: { name: 'web' },
        seen: { group: { exists: true, name: 'web', gid: 5, members: [] } },
      },
      {
        name: 'group changes a wrong number',
        params: { name: 'web', gid: 7 },
        seen: { group: { exists: true, name: 'web', gid: 5, members: [] } },
        steps: ['change the group web (gid 7)'],
      },
      {
        name: 'group removes one',
        params: { name: 'web', state: 'absent' },
        seen: { group: { exists: true, name: 'web', gid: 5, members: [] } },
        steps: ['remove the group web'],
      },
    ],
    test,
  );
  checkModule(
    user,
    [
      {
        name: 'user adds one that is missing',
        params: { name: 'web', system: true, shell: '/bin/false', groups: 'adm,www', password: '$6$x' },
        seen: { user: none },
        steps: ['add the user web'],
        result: { name: 'web', state: 'present', shell: '/bin/false', groups: 'adm,www' },
      },
      {
        name: 'user closes an account on a day, and limits the age of its password',
        params: { name: 'web', expires: 1767225600, password_expire_max: 90, password_expire_min: 1 },
        seen: { user: { ...web, aging: { min: 0, max: 99999, warn: 7, inactive: -1, expires: -1 } } },
        steps: ['change the user web'],
      },
      {
        name: 'user leaves ageing that is right; every negative expiry is never',
        params: { name: 'web', expires: -5, password_expire_warn: 7 },
        seen: { user: { ...web, aging: { min: 0, max: 99999, warn: 7, inactive: -1, expires: -1 } } },
      },
      {
        name: 'user makes a key in the home that a new user will have',
        params: { name: 'web', generate_ssh_key: true, ssh_key_type: 'ed25519' },
        seen: {
          user: none,
          key: { hasPrivate: false, hasPublic: false, fingerprint: '', publicKey: '' },
        },
        steps: ['add the user web', 'make the ed25519 key /home/web/.ssh/id_ed25519'],
        outcomes: [undefined, { publicKey: 'ssh-ed25519 AAAA', fingerprint: '256 SHA256:x' }],
        result: { ssh_public_key: 'ssh-ed25519 AAAA', ssh_key_file: '/home/web/.ssh/id_ed25519' },
      },
      {
        name: 'user keeps a key that is there, with a warning',
        params: { name: 'web', generate_ssh_key: true },
        seen: {
          user: web,
          key: { hasPrivate: true, hasPublic: true, fingerprint: '3072 SHA256:x', publicKey: 'ssh-rsa AAAA' },
        },
        warnings: [
          'Found existing ssh key private file "/srv/web/.ssh/id_rsa", no force, so skipping ssh-keygen generation',
        ],
        result: { ssh_fingerprint: '3072 SHA256:x' },
      },
      {
        name: 'user makes a key anew when it must',
        params: { name: 'web', generate_ssh_key: true, force: true, ssh_key_file: '/k/web' },
        seen: {
          user: web,
          key: { hasPrivate: true, hasPublic: true, fingerprint: 'old', publicKey: 'old' },
        },
        steps: ['make the rsa key /k/web'],
        repeats: 'force makes a new key each time',
      },
      {
        name: 'user refuses what it cannot keep',
        params: { name: 'web', seuser: 'staff_u' },
        seen: { user: web },
        fail: 'user does not keep users of SELinux (seuser)',
      },
      {
        name: 'user leaves one that is right',
        params: { name: 'web', uid: 998, home: '/srv/web', groups: ['adm'] },
        seen: { user: web },
      },
      {
        name: 'user leaves one whose group is named by its number',
        params: { name: 'web', groups: ['4'] },
        seen: { user: { ...web, groupNumbers: { web: 998, adm: 4 } } },
      },
      {
        name: 'user adds a group and keeps the others',
        params: { name: 'web', groups: 'www', append: true },
        seen: { user: web },
        steps: ['change the user web'],
      },
      {
        name: 'user sets exactly the groups named',
        params: { name: 'web', groups: [''] },
        seen: { user: web },
        steps: ['change the user web'],
      },
      {
        name: 'user makes a missing home',
        params: { name: 'web' },
        seen: { user: { ...web, homeExists: false } },
        steps: ['change the user web'],
      },
      {
        name: 'user keeps a password that was set after creation',
        params: { name: 'web', password: '$6$y', update_password: 'on_create' },
        seen: { user: web },
      },
      {
        name: 'user sets a password hash',
        params: { name: 'web', password: '$6$y' },
        seen: { user: web },
        steps: ['change the user web'],
        context: { checkMode: true },
      },
      {
        name: 'user removes one',
        params: { name: 'web', state: 'absent', remove: true },
        seen: { user: web },
        steps: ['remove the user web'],
      },
      { name: 'user has nothing to remove', params: { name: 'web', state: 'absent' }, seen: { user: none } },
    ],
    test,
  );
  checkParser(
    userKind,
    { name: 'sshd' },
    [
      {
        name: 'a user as getent and id print it is read',
        output:
          'web:x:998:997:Web,,,:/srv/web:/bin/sh\nwww\nwww adm docker\nweb:!$6$abc:19000:0:99999:7:::\nhome\n997 4 112\n',
        seen: {
          ...web,
          gid: 997,
          group: 'www',
          comment: 'Web,,,',
          shell: '/bin/sh',
          groups: ['adm', 'docker'],
          groupNumbers: { www: 997, adm: 4, docker: 112 },
          password: '!$6$abc',
          aging: { min: 0, max: 99999, warn: 7, inactive: -1, expires: -1 },
        },
      },
      { name: 'a missing user is read', output: '', rc: 1, seen: { exists: false } },
    ],
    test,
  );
  checkParser(
    groupKind,
    { name: 'adm' },
    [
      {
        name: 'a group with members is read',
        output: 'adm:x:4:syslog,bob\n',
        seen: { exists: true, name: 'adm', gid: 4, members: ['bob', 'syslog'] },
      },
    ],
    test,
  );

  test('whether a new user has a group of its own name is told by login.defs', () => {
    const [need] = userActKind.needs?.({ act: 'add', name: 'site' }) ?? [];
    const primary = (text: string): string | undefined => {
      const told = need?.foretells?.({ found: 'file', content: textContent(text) } as never);
      const made = step(userActKind, { act: 'add', name: 'site' });
      const after = overlay(askUser('site'), { exists: false }, [{ ...made, outcome: told }]) as
        typeof none | ExistingUser;
      return 'group' in after ? after.group : undefined;
    };
    assert.equal(
      [
        'USERGROUPS_ENAB yes\n',
        '',
        '# USERGROUPS_ENAB no\n',
        'USERGROUPS_ENAB no\n',
        'USERGROUPS_ENAB\tno',
      ].map(primary),
      ['site', 'site', 'site', '', ''],
    );
  });
});
