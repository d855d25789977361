// Connections that are processes of this machine. chroot is called for real; docker and podman are programs of the
// test's own that note their words and do what `exec` does, as no daemon can be presumed.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { ConnectionSpec } from '../../../engine/connection/contract.ts';
import { processArgv } from '../../../engine/connection/processes.ts';
import { describe } from '../../support/suite.ts';

type Kind = Exclude<ConnectionSpec['kind'], 'ssh' | 'openssh'>;

function specOf(kind: Kind, address: string, user?: string): ConnectionSpec & { readonly kind: Kind } {
  return {
    ...{ kind, hostName: 'box', address, hostKeyChecking: 'off', connectTimeoutSeconds: 60, retries: 0 },
    ...(user === undefined ? {} : { user }),
  };
}

async function said(spec: ConnectionSpec, script: string): Promise<string> {
  const connections = makeConnections();
  try {
    const connection = await connections.open(spec);
    assert.ok(connection.ok);
    const shell = await connection.value.shell();
    if (!shell.ok) throw new Error(shell.failure.message);
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    const ran = await shell.value.run([
      { script, stdin: bytes },
      { script: 'cat', stdin: bytes },
    ]);
    assert.ok(ran.ok);
    assert.ok(ran.value[1]?.stdout.equals(bytes));
    return ran.value[0]?.stdout.toString('utf8') ?? '';
  } finally {
    await connections.closeAll();
  }
}

describe('connections by processes', ({ test, setup, teardown }) => {
  let folder: string;
  const before = process.env['PATH'];
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-processes-'));
    for (const name of ['docker', 'podman']) {
      const file = path.join(folder, name);
      writeFileSync(
        file,
        `#!/bin/sh\nprintf '%s\\n' "$@" >${folder}/${name}.words\nwhile [ "$1" != /bin/sh ]; do shift; done\nexec "$@"\n`,
      );
      chmodSync(file, 0o755);
    }
    process.env['PATH'] = `${folder}:${before ?? ''}`;
  });
  teardown(() => {
    process.env['PATH'] = before;
    rmSync(folder, { recursive: true, force: true });
  });

  for (const kind of ['docker', 'podman'] as const)
    test(`an agent works over ${kind} exec, as the user that is named`, async () => {
      assert.equal(await said(specOf(kind, 'web', 'app'), 'echo here'), 'here\n');
      const words = readFileSync(path.join(folder, `${kind}.words`), 'utf8').split('\n');
      assert.deepEqual(words.slice(0, 7), ['exec', '-i', '-u', 'app', 'web', '/bin/sh', '-c']);
    });

  test('systemd-nspawn gets a pipe, the directory and the user', () => {
    assert.deepEqual(processArgv(specOf('nspawn', '/srv/tree', 'app'), 'true'), [
      ...['systemd-nspawn', '--quiet', '--pipe', '--register=no', '--directory=/srv/tree', '--user=app'],
      ...['/bin/sh', '-c', 'true'],
    ]);
  });

  test('a name that begins with a hyphen is no option of the program', () => {
    const words = (kind: Kind): readonly string[] => processArgv(specOf(kind, '--help'), 'true');
    assert.deepEqual(words('chroot'), ['chroot', '--', '--help', '/bin/sh', '-c', 'true']);
    for (const kind of ['docker', 'podman'] as const)
      assert.deepEqual(words(kind), [kind, 'exec', '-i', '--', '--help', '/bin/sh', '-c', 'true']);
  });
});

describe(
  'connections by chroot',
  ({ test }) => {
    test('an agent works in a tree of files, as root and as another user', async () => {
      assert.equal(await said(specOf('chroot', '/'), 'id -u'), '0\n');
      assert.equal(await said(specOf('chroot', '/', '65534'), 'id -u'), '65534\n');
    });
  },
  { unless: process.getuid?.() === 0 ? undefined : 'chroot needs root' },
);
