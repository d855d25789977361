// keep.yml and restore.yml on this machine: what the operator alone has of a cluster goes into one encrypted file and
// comes back, here or elsewhere. S0-53
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { playbookCommand } from '../../engine/cli/playbook_command.ts';
import { treeOf } from '../support/random_plays/tree_of.ts';
import { called, type Called } from '../support/called.ts';
import { describe } from '../support/suite.ts';

const playbooks = path.resolve(import.meta.dirname, '../../playbooks');
const caKey = '-----BEGIN PRIVATE KEY-----\nTUlJRXZnSUJBREFOQmdrcWhraUc5dzBC\n-----END PRIVATE KEY-----\n';

const keys = {
  'pki/ca.crt': ['0644', 'no UTF-8: ä\n'],
  'pki/ca.key': ['0600', caKey],
  'wireguard/server.key': ['0600', 'no line end'],
  'admin.kubeconfig': ['0600', 'apiVersion: v1\n'],
} as const;

/** A cluster's folder as site.yml leaves it: programs and the page are not kept. */
const made = {
  ...keys,
  'bin/kubectl': ['0755', 'a program'],
  'run.html': ['0644', 'a page'],
} as const;

/** Modes and texts by path; a character of the text is a byte. */
function writeTree(folder: string, tree: Readonly<Record<string, readonly [string, string]>>): void {
  for (const [name, [mode, text]] of Object.entries(tree)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, 'latin1');
    chmodSync(file, Number.parseInt(mode, 8));
  }
}

interface Machine {
  readonly folder: string;
  /** Runs keep.yml or restore.yml for the cluster folder of this name; the arguments come after. */
  readonly run: (playbook: string, cluster: string, ...argv: readonly string[]) => Promise<Called>;
  /** What is in that folder, in lines. */
  readonly tree: (cluster: string) => string[];
}

async function onMachine(use: (machine: Machine) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-keep-'));
  try {
    writeTree(path.join(folder, 'one'), made);
    writeFileSync(path.join(folder, 'ssh_key'), 'the key of all hosts\n', { mode: 0o600 });
    writeFileSync(path.join(folder, 'password.yml'), 'keep_password: sesame-open\n');
    await use({
      folder,
      run: (playbook, cluster, ...argv) =>
        called(
          () =>
            playbookCommand([
              ...[path.join(playbooks, playbook), '-i', 'controller-1,', '-vvv'],
              ...['-e', `cluster_dir=${path.join(folder, cluster)}`],
              ...['-e', `keep_file=${path.join(folder, 'kept')}`],
              ...['-e', `@${path.join(folder, 'password.yml')}`, ...argv],
            ]),
          folder,
        ),
      tree: (cluster) => treeOf(path.join(folder, cluster)),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function changes({ code, stdout, stderr }: Called): string {
  assert.is(code, 0, stdout + stderr);
  for (const secret of ['TUlJRXZn', 'VFVsSlJYWm5', 'sesame-open', 'key of all hosts'])
    assert.not.ok((stdout + stderr).includes(secret), secret);
  return /localhost .*(changed=\d+)/.exec(stdout)?.[1] ?? stdout;
}

describe('keep.yml and restore.yml', ({ test }) => {
  test('keys go into one encrypted file and come back on another machine, with their modes; again nothing changes', () =>
    onMachine(async ({ folder, run, tree }) => {
      const more = ['-e', JSON.stringify({ keep_more: [path.join(folder, 'ssh_key')] })];
      const kept = path.join(folder, 'kept');
      assert.is(changes(await run('keep.yml', 'one', '--check', ...more)), 'changed=1');
      assert.not.ok(existsSync(kept));
      assert.is(changes(await run('keep.yml', 'one', ...more)), 'changed=1');
      const text = readFileSync(kept, 'utf8');
      assert.match(text, /^\$ANSIBLE_VAULT;/);
      assert.is(statSync(kept).mode & 0o777, 0o600);
      assert.is(changes(await run('keep.yml', 'one', ...more)), 'changed=0');
      assert.is(readFileSync(kept, 'utf8'), text);

      rmSync(path.join(folder, 'ssh_key'));
      assert.is(changes(await run('restore.yml', 'two')), 'changed=2');
      writeTree(path.join(folder, 'keys'), keys);
      assert.equal(tree('two'), tree('keys'));
      assert.is(readFileSync(path.join(folder, 'ssh_key'), 'utf8'), 'the key of all hosts\n');
      assert.is(statSync(path.join(folder, 'ssh_key')).mode & 0o777, 0o600);
      assert.is(changes(await run('restore.yml', 'two')), 'changed=0');
    }));

  test('a file that says something else is named and stays, unless it is to be overwritten; what has changed is kept anew', () =>
    onMachine(async ({ folder, run, tree }) => {
      const newer = path.join(folder, 'one/pki/ca.crt');
      writeFileSync(newer, 'an older one\n');
      changes(await run('keep.yml', 'one'));
      writeTree(path.join(folder, 'one'), made);
      assert.is(changes(await run('keep.yml', 'one')), 'changed=1');
      writeFileSync(newer, 'a newer one\n');
      rmSync(path.join(folder, 'one/pki/ca.key'));
      chmodSync(path.join(folder, 'one/admin.kubeconfig'), 0o644);
      const refused = await run('restore.yml', 'one', '-e', 'restore_over=false');
      assert.is(refused.code, 2);
      assert.match(refused.stdout, /not as they were kept: \S+\/one\/pki\/ca\.crt\. -e restore_over=true/);
      assert.not.ok(existsSync(path.join(folder, 'one/pki/ca.key')));
      assert.is(readFileSync(newer, 'utf8'), 'a newer one\n');
      assert.is(changes(await run('restore.yml', 'one', '-e', 'restore_over=true')), 'changed=1');
      writeTree(path.join(folder, 'made'), made);
      assert.equal(tree('one'), tree('made'));
    }));

  test('without a password, with another one and without a CA it is told, and nothing is written', () =>
    onMachine(async ({ folder, run }) => {
      const without = await run('keep.yml', 'one', '-e', 'keep_password=');
      assert.is(without.code, 2);
      assert.match(without.stdout, /Set HARDWAY_KEEP_PASSWORD/);
      changes(await run('keep.yml', 'one'));
      const kept = readFileSync(path.join(folder, 'kept'), 'utf8');
      for (const [playbook, cluster] of [
        ['keep.yml', 'one'],
        ['restore.yml', 'two'],
      ] as const) {
        const wrong = await run(playbook, cluster, '-e', 'keep_password=other');
        assert.is(wrong.code, 2);
        assert.match(wrong.stdout, /does not open with this secret/);
      }
      assert.not.ok(existsSync(path.join(folder, 'two')));
      rmSync(path.join(folder, 'one/pki/ca.key'));
      const nothing = await run('keep.yml', 'one');
      assert.is(nothing.code, 2);
      assert.match(nothing.stdout, /one\/pki\/ca\.key is missing/);
      assert.is(readFileSync(path.join(folder, 'kept'), 'utf8'), kept);
    }));
});
