// unarchive of an address: fetched by the host to be compared, and unpacked where something differs.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { toValue } from '../../engine/module/data.ts';
import { tryOnHost, type Trial } from '../../engine/module/try_on_host.ts';
import { unarchive } from '../../modules/unarchive.ts';
import { withEnvironment } from '../support/environment.ts';
import { localShell } from '../support/local_shell.ts';
import { describe } from '../support/suite.ts';

const isThere = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;

describe('unarchive by address', ({ test, setup, teardown }) => {
  let server: Server;
  let base = '';
  let root = '';
  let restore = (): void => undefined;
  const asked: string[] = [];
  const at = (name: string): string => path.join(root, name);
  const folder = (name: string): string => {
    mkdirSync(at(name));
    return at(name);
  };
  setup(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'hardway-address-'));
    mkdirSync(at('pack/sub'), { recursive: true });
    writeFileSync(at('pack/one'), 'one');
    writeFileSync(at('pack/sub/two'), 'two');
    spawnSync('tar', ['-czf', at('a.tar.gz'), '-C', root, 'pack']);
    if (isThere('zip')) spawnSync('zip', ['-qr', at('a.zip'), 'pack'], { cwd: root });
    restore = withEnvironment({ TMPDIR: folder('tmp') });
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://here');
      asked.push(`${pathname} ${request.headers.authorization ?? '-'}`);
      if (!existsSync(at(pathname))) return response.writeHead(404).end();
      return response.end(readFileSync(at(pathname)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  teardown(() => {
    restore();
    server.close();
    rmSync(root, { recursive: true, force: true });
  });
  const run = (params: object, ...tools: readonly string[]): Promise<Trial> =>
    tryOnHost(unarchive, toValue(params as never) as never, localShell(), {
      context: { capabilities: new Set(tools) },
    });
  const names = ['a.tar.gz?token=x.zip', ...(isThere('zip') && isThere('unzip') ? ['a.zip'] : [])];
  for (const tool of ['curl', 'wget'].filter(isThere))
    for (const name of names)
      test(`${name} is unpacked once by a host with ${tool}, and again when a file is another`, async () => {
        const dest = folder(`${tool}-${name}`);
        const params = { src: `${base}/${name}`, dest, remote_src: true, list_files: true };
        const first = await run(params, tool);
        assert.is(first.failed, undefined);
        assert.is(first.result['changed'], true);
        assert.is(first.result['src'], params.src);
        assert.is(readFileSync(path.join(dest, 'pack/sub/two'), 'utf8'), 'two');
        const before = asked.length;
        assert.equal((await run(params, tool)).steps, []);
        assert.is(asked.length - before, 1);
        writeFileSync(path.join(dest, 'pack/one'), 'other');
        assert.is((await run(params, tool)).result['changed'], true);
        assert.is(readFileSync(path.join(dest, 'pack/one'), 'utf8'), 'one');
        assert.equal(readdirSync(at('tmp')), []);
      });

  test('what creates is there spares the server', async () => {
    const before = asked.length;
    const params = { src: `${base}/a.tar.gz`, dest: folder('spared'), remote_src: true, creates: at('pack') };
    assert.match((await run(params, 'curl')).plan?.skip ?? '', 'exists');
    assert.is(asked.length, before);
  });

  test('a password of the address reaches the server by curl alone, and no message', async () => {
    const secret = base.replace('//', '//me:sw0rdfish@');
    const params = { src: `${secret}/a.tar.gz`, dest: folder('secret'), remote_src: true };
    const done = await run(params, 'curl');
    assert.is(done.result['changed'], true);
    assert.is(asked.at(-1), `/a.tar.gz Basic ${Buffer.from('me:sw0rdfish').toString('base64')}`);
    assert.not.match(done.steps.join(' '), 'sw0rdfish');
    assert.match((await run(params, 'wget')).failed ?? '', /has no curl/);
  });

  test('an address that gives nothing, no program to fetch it, or an address without remote_src fails', async () => {
    const params = { src: `${base}/missing.tar`, dest: folder('none'), remote_src: true };
    assert.match((await run(params, 'curl')).failed ?? '', /Cannot fetch http.*missing\.tar: .*404/);
    assert.match((await run(params)).failed ?? '', /the host has no curl/);
    assert.match((await run({ ...params, remote_src: false }, 'curl')).failed ?? '', /with remote_src/);
  });
});
