// Packages and services of a host as facts.
import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { checkModule, checkParser } from '../../engine/module/testing.ts';
import { tryOnHost } from '../../engine/module/try_on_host.ts';
import { installedPackagesKind } from '../../engine/module/vocabulary/installed_packages.ts';
import { servicesKind } from '../../engine/module/vocabulary/services.ts';
import { package_facts } from '../../modules/package_facts.ts';
import { service_facts } from '../../modules/service_facts.ts';
import { localShell } from '../support/local_shell.ts';
import { describe } from '../support/suite.ts';

describe('modules/package_facts', ({ test }) => {
  checkModule(
    package_facts,
    [
      { name: 'fails where no package manager answers', params: {}, seen: { packages: [] }, fail: /None of/ },
      {
        name: 'refuses a manager that it does not know',
        params: { manager: 'brew' },
        refused: [
          'package_facts: manager must be one of auto, apt, rpm, apk, pacman, dnf, dnf5, yum, zypper',
        ],
      },
    ],
    test,
  );
  checkParser(
    installedPackagesKind,
    { sources: ['apt', 'rpm', 'apk', 'pacman'] },
    [
      {
        name: 'reads the lists of dpkg, rpm, apk and pacman; a package that was removed is none',
        output:
          '== apt\nadduser|3.134|all|admin|ii \ngone|1|all|admin|rc \n== rpm\nbash|5.1.8|x86_64|9.el9|(none)\n== apk\nmusl-utils-1.2.5-r0 x86_64\n== pacman\nzstd 1.5.6-1\n',
        seen: [
          { name: 'adduser', version: '3.134', arch: 'all', category: 'admin', source: 'apt' },
          { name: 'bash', version: '5.1.8', arch: 'x86_64', release: '9.el9', source: 'rpm', epoch: null },
          { name: 'musl-utils', version: '1.2.5', release: 'r0', source: 'apk' },
          { name: 'zstd', version: '1.5.6-1', source: 'pacman' },
        ],
      },
    ],
    test,
  );
  if (spawnSync('dpkg-query', ['--version']).status === 0)
    test('finds dpkg itself on this machine', async () => {
      const trial = await tryOnHost(package_facts, new Map([['manager', 'apt']]), localShell());
      const { packages } = trial.plan?.effects?.facts ?? {};
      const [dpkg] = (packages as Record<string, { source: string }[]>)['dpkg'] ?? [];
      assert.is(dpkg?.source, 'apt');
    });
});

describe('modules/service_facts', ({ test }) => {
  checkParser(
    servicesKind,
    {},
    [
      {
        name: 'joins units that are loaded with unit files; what cannot be loaded keeps that as its status',
        output:
          '== units\nssh.service loaded active running OpenBSD Secure Shell server\nold.service not-found inactive dead old.service\n== files\nssh.service enabled enabled\nold.service enabled enabled\ngetty@.service enabled enabled\nrsync.service disabled enabled\n',
        seen: [
          { name: 'ssh.service', state: 'running', status: 'enabled', source: 'systemd' },
          { name: 'old.service', state: 'stopped', status: 'not-found', source: 'systemd' },
          { name: 'getty@.service', state: 'unknown', status: 'enabled', source: 'systemd' },
          { name: 'rsync.service', state: 'inactive', status: 'disabled', source: 'systemd' },
        ],
      },
      {
        name: 'reads OpenRC and SysV scripts',
        output: '== openrc\nRunlevel: default\n sshd    [  started  ]\n crond   [  stopped  ]\n',
        seen: [
          { name: 'sshd', state: 'running', source: 'openrc' },
          { name: 'crond', state: 'stopped', source: 'openrc' },
        ],
      },
    ],
    test,
  );
  test('answers on this machine, whatever runs it', async () => {
    const trial = await tryOnHost(service_facts, new Map(), localShell());
    assert.is(trial.failed, undefined);
    assert.ok(trial.plan?.effects?.facts?.['services']);
  });
});
