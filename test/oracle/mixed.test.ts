// Plays that mix what tasks can say, by ansible-playbook and by us: counts, exit codes, and all that is registered.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { encryptVault } from '../../engine/document/vault.ts';
import { describe } from '../support/suite.ts';
import { writeFiles } from './files.ts';
import { mixedPlaybooks } from './mixed_site.ts';
import { ranByBoth } from './ran_by_both.ts';
import { plainCopy } from './template_site.ts';
import { oracleMissing } from './venv.ts';

const password = 'open sesame';

function locked(text: string): string {
  return encryptVault(Buffer.from(text), { id: 'default', password: Buffer.from(password) });
}

const files = {
  ...mixedPlaybooks,
  hosts: 'a own=1\nb own=2\nc own=3\n[all:vars]\nansible_connection=local\n',
  pass: `${password}\n`,
  'secret.yml': locked('password: sesame one\nusers: {ann: {pw: 1}, bob: two}\n'),
  'more_secret.yml': locked('token: t0k3n\n'),
  'secret.txt': locked('in a file\n'),
  'group_vars/all.yml': `inline: !vault |\n${locked('in line').replaceAll(/^(?=.)/gm, '  ')}\n`,
  'action_plugins/copy.py': plainCopy,
};

const counters = ['ok', 'changed', 'unreachable', 'failed', 'skipped', 'rescued', 'ignored'];

function recapOf(output: string): Record<string, string> {
  const lines = [...output.matchAll(/^(\w+) +: (ok=.*?) *$/gm)];
  return Object.fromEntries(lines.map(([, host = '', counts = '']) => [host, counts.replaceAll(/ +/g, ' ')]));
}

/** Of another run or moment, or of Python's own doing: it warns that another user has no folder for its files. */
const notCompared = /^(start|end|delta|ansible_job_id|results_file|invocation|warnings)$/;

function registered(folder: string): Record<string, unknown> {
  const read = (name: string): unknown =>
    JSON.parse(
      readFileSync(path.join(folder, name), 'utf8').replaceAll(folder, '(out)'),
      (key, value: unknown) => {
        if (notCompared.test(key)) return undefined;
        // An item that is a started job: Ansible has 0 where it has false everywhere else.
        return key === 'failed' && value === 0 ? false : value;
      },
    );
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, read(name)]),
  );
}

describe(
  'oracle/mixed',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(() => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardway-mixed-')));
      writeFiles(folder, files);
      process.env['ANSIBLE_PIPELINING'] = '1';
    });
    teardown(() => {
      delete process.env['ANSIBLE_PIPELINING'];
      rmSync(folder, { recursive: true, force: true });
    });

    for (const [name, code] of Object.entries({
      'environments.yml': 0,
      'vaults.yml': 0,
      'background.yml': 0,
      'becoming.yml': 0,
      'delegation.yml': 0,
      'failing.yml': 2,
      'files.yml': 0,
    }))
      test(`${name} counts, ends and registers as under ansible-playbook`, async () => {
        const outs = [path.join(folder, `theirs_${name}`), path.join(folder, `ours_${name}`)] as const;
        for (const out of outs) mkdirSync(out);
        // Another user may not enter the folder of the oracle's own interpreter.
        const python = name === 'becoming.yml' ? ['-e', 'ansible_python_interpreter=python3'] : [];
        const options = [
          '-i',
          path.join(folder, 'hosts'),
          '--vault-password-file',
          path.join(folder, 'pass'),
        ];
        const [theirs, ours] = await ranByBoth(folder, name, outs, ...options, ...python);
        const ourRecap = Object.entries(ours.recap).map(([host, counts]) => [
          host,
          counters.map((counter) => `${counter}=${counts[counter] ?? 0}`).join(' '),
        ]);
        assert.equal(Object.fromEntries(ourRecap), recapOf(theirs.output), theirs.output);
        assert.is(theirs.code, code);
        assert.is(ours.code, code);
        const [expected, made] = outs.map(registered);
        assert.equal(made, expected);
      });
  },
  { unless: oracleMissing() },
);
