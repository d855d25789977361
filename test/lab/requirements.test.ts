import * as assert from 'uvu/assert';
import { whyNoLabOn, type Machine } from '../../lab/requirements.ts';
import { describe } from '../support/suite.ts';

const able: Machine = {
  platform: 'linux',
  isRoot: true,
  capabilities: 0x1ff_ffff_ffffn,
  hasOverlay: true,
  missingPackages: [],
  hasApt: false,
};

describe('what a lab needs of its machine', ({ test }) => {
  test('is there on Linux with root, capabilities, overlayfs and programs', () => {
    assert.is(whyNoLabOn(able), undefined);
  });

  test('may be installed when apt-get is there', () => {
    assert.is(whyNoLabOn({ ...able, missingPackages: ['systemd-container'], hasApt: true }), undefined);
  });

  const lacking: [Partial<Machine>, string, string][] = [
    [{ platform: 'darwin' }, 'darwin', 'Linux virtual machine'],
    [{ isRoot: false, capabilities: 0n }, 'root', 'sudo'],
    [{ capabilities: 0xa804_25fbn }, 'CAP_SYS_ADMIN', 'privileged container'], // those of a plain container
    [{ hasOverlay: false }, 'overlayfs', 'modprobe overlay'],
    [
      { missingPackages: ['systemd-container', 'debootstrap'] },
      'systemd-container, debootstrap',
      'package tool',
    ],
  ];
  for (const [difference, what, remedy] of lacking) {
    test(`is told in one sentence with its remedy when it is missing: ${what}`, () => {
      const sentence = whyNoLabOn({ ...able, ...difference }) ?? '';
      assert.match(sentence, what);
      assert.match(sentence, remedy);
      assert.is(sentence.match(/\.( |$)/g)?.length, 1);
    });
  }
});
