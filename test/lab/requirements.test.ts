import * as assert from 'uvu/assert';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePrograms, whyNoLabOn, type Machine } from '../../lab/requirements.ts';
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

describe('the programs that a lab needs', ({ test }) => {
  test('are installed by apt-get, only those that are missing, and once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hardway-programs-'));
    const path = process.env['PATH'];
    const program = (name: string, text: string): Promise<void> =>
      writeFile(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    for (const name of ['ip', 'mount', 'flock', 'nsenter', 'systemd-nspawn']) await program(name, 'exit 0');
    const brings = `/bin/cp ${folder}/ip ${folder}/debootstrap`;
    await program('apt-get', `echo "$*" >>${folder}/log\ncase "$*" in *install*) ${brings} ;; esac`);
    const said: string[] = [];
    try {
      process.env['PATH'] = folder;
      await ensurePrograms((line) => said.push(line));
      await ensurePrograms((line) => said.push(line));
    } finally {
      process.env['PATH'] = path;
    }
    const calls = (await readFile(join(folder, 'log'), 'utf8')).trim().split('\n');
    await rm(folder, { recursive: true });
    assert.is(calls.length, 2);
    assert.match(calls[1] ?? '', /install debootstrap$/);
    assert.equal(said, ['installing debootstrap, which the lab needs']);
  });
});
