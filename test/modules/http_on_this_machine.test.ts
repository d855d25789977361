// get_url and uri against a server on the loopback.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import type { Control } from '../../engine/module/contract.ts';
import { toValue } from '../../engine/module/data.ts';
import { tryOnHost, type Trial } from '../../engine/module/try_on_host.ts';
import { get_url } from '../../modules/get_url.ts';
import { uri } from '../../modules/uri.ts';
import type { Module } from '../../engine/module/define.ts';
import { withEnvironment } from '../support/environment.ts';
import { localShell } from '../support/local_shell.ts';
import { describe } from '../support/suite.ts';

const content = 'x'.repeat(300_000);
const sha256 = createHash('sha256').update(content).digest('hex');
const sha1 = createHash('sha1').update(content).digest('hex');
const md5 = createHash('md5').update(content).digest('hex');
/** Files of checksums, by their path. */
const sums: Readonly<Record<string, string>> = {
  '/sums': `${'1'.repeat(64)}  other-file\n${sha256}  ./file\n${'2'.repeat(64)} *file\n`,
  '/sums-binary': `${'1'.repeat(64)} *folder/file\n${sha256} *file\n`,
  '/lone': `${sha256.toUpperCase()}\n`,
  '/sums-wrong': `${'3'.repeat(64)}  file\n`,
  '/sums-without': `${sha256}  file.old\n${sha256}\n`,
  '/sums-of-words': 'none  file\nnone  other\n',
};
const control = { signal: new AbortController().signal } as Control;
const tools = ['curl', 'wget'].filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0);

describe('modules over HTTP', ({ test, setup, teardown }) => {
  let server: Server;
  let base = '';
  let root = '';
  let requests = 0;
  setup(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'hardway-http-'));
    server = createServer((request, response) => {
      requests += 1;
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.url === '/file') return response.end(content);
        if (request.url !== undefined && request.url in sums) return response.end(sums[request.url]);
        if (request.url === '/away') return response.writeHead(302, { Location: '/json' }).end();
        if (request.url === '/bytes')
          return response.writeHead(200, { bytes: Buffer.concat(chunks).toString('hex') }).end();
        if (request.url === '/cookies')
          return response.writeHead(200, { 'Set-Cookie': ['a=1; Path=/', 'b=x=y; HttpOnly'] }).end();
        if (request.url !== '/json') return response.writeHead(404).end('no such thing');
        const body = Buffer.concat(chunks).toString('utf8');
        const seen = {
          method: request.method,
          body,
          auth: request.headers.authorization,
          type: request.headers['content-type'],
        };
        return response
          .writeHead(200, { 'Content-Type': 'application/json', 'X-Two': ['a', 'b'] })
          .end(JSON.stringify(seen));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  teardown(() => {
    server.close();
    rmSync(root, { recursive: true, force: true });
  });
  const run = (module: Module, params: object, tool = 'curl'): Promise<Trial> =>
    tryOnHost(module, toValue(params as never) as never, localShell(), {
      control,
      context: { capabilities: new Set([tool]) },
    });

  for (const by of [...tools, 'control'])
    test(`get_url fetches once by ${by}, and again only when the file is another`, async () => {
      const dest = path.join(root, `by-${by}`);
      const params = {
        url: `${base}/file`,
        mirrors: [`${base}/missing`],
        dest,
        checksum: `sha256:${sha256}`,
        mode: '0751',
        download_by: by === 'control' ? 'control' : 'host',
        ...(by === 'control' ? { cache: path.join(root, 'cache') } : {}),
      };
      const first = await run(get_url, params, by);
      assert.is(first.failed, undefined);
      assert.is(first.result['changed'], true);
      assert.is(readFileSync(dest, 'utf8'), content);
      assert.is(statSync(dest).mode & 0o7777, 0o751);
      const before = requests;
      const second = await run(get_url, params, by);
      assert.equal(second.steps, []);
      rmSync(dest);
      const third = await run(get_url, params, by);
      assert.is(third.result['changed'], true);
      // One request for the mirror that lacks it and one for the file; none when the control machine keeps it.
      assert.is(requests - before, by === 'control' ? 0 : 2);
    });

  for (const by of [...tools, 'control'])
    test(`get_url fetches each time when forced, and says changed only when the file is another, by ${by}`, async () => {
      const dest = path.join(root, `forced-by-${by}`);
      const who = by === 'control' ? 'control' : 'host';
      const params = { url: `${base}/file`, dest, force: true, backup: true, download_by: who };
      const told: unknown[] = [];
      for (const before of ['another', undefined, undefined]) {
        if (before !== undefined) writeFileSync(dest, before);
        const { result } = await run(get_url, params, by);
        told.push(result['changed'], result['backup_file'] !== undefined);
        assert.is(readFileSync(dest, 'utf8'), content);
      }
      told.push((await run(get_url, { ...params, mode: '0600' }, by)).result['changed']);
      assert.equal(told, [true, true, false, false, false, false, true]);
      assert.is(statSync(dest).mode & 0o7777, 0o600);
    });

  for (const by of [...tools, 'control'])
    test(`get_url tells what the server said, and what came in place of what, by ${by}`, async () => {
      const dest = path.join(root, `told-by-${by}`);
      const who = { download_by: by === 'control' ? 'control' : 'host' };
      const names = 'status_code response msg elapsed checksum_src checksum_dest url dest'.split(' ');
      const told = async (params: object): Promise<unknown[]> => {
        const { result } = await run(get_url, { dest, ...who, ...params }, by);
        return names.map((name) => (name === 'elapsed' ? typeof result[name] : result[name]));
      };
      const [url, missing] = [`${base}/file`, `${base}/missing`];
      const refused = [404, 'HTTP Error 404: Not Found'];
      const failed = await run(get_url, { url: missing, dest, ...who }, by);
      assert.match(failed.failed ?? '', /^Cannot fetch .*404/);
      assert.equal(await told({ url: missing }), [
        ...refused,
        failed.failed,
        'number',
        undefined,
        undefined,
        missing,
        dest,
      ]);
      const ok = 'OK (300000 bytes)';
      assert.equal(await told({ url }), [200, undefined, ok, 'number', sha1, null, url, dest]);
      assert.equal(await told({ url, force: true }), [200, undefined, ok, 'number', sha1, sha1, url, dest]);
      const unmodified = 'HTTP Error 304: Not Modified';
      assert.equal(await told({ url }), [
        304,
        undefined,
        unmodified,
        'number',
        undefined,
        undefined,
        url,
        dest,
      ]);
      assert.equal(await told({ url, checksum: `sha1:${sha1}` }), [
        ...[undefined, undefined, 'file already exists', 'number', null, null, url, dest],
      ]);
      assert.equal(await told({ url, checksum: `sha1:${sha1}`, mode: '0600' }), [
        ...[
          undefined,
          undefined,
          'file already exists but file attributes changed',
          'number',
          null,
          null,
          url,
          dest,
        ],
      ]);
      const nobody = 'http://127.0.0.1:1/x';
      const unanswered = await run(get_url, { url: nobody, dest: `${dest}-2`, ...who }, by);
      assert.equal(
        names.map((name) => name in unanswered.result),
        [false, false, true, true, false, false, true, true],
      );
    });

  for (const by of tools)
    test(`get_url by ${by} goes past the proxy of the environment when it is told so`, async () => {
      const restore = withEnvironment({ http_proxy: 'http://127.0.0.1:9/', no_proxy: '' });
      try {
        const params = { url: `${base}/file`, dest: path.join(root, `past-${by}`), timeout: 3 };
        assert.ok((await run(get_url, params, by)).failed);
        assert.is((await run(get_url, { ...params, use_proxy: false }, by)).failed, undefined);
        assert.is(statSync(params.dest).size, content.length);
      } finally {
        restore();
      }
    });

  for (const by of [...tools, 'control'])
    test(`get_url fetches a file of a folder each time, and tells its size and MD5, by ${by}`, async () => {
      const folder = path.join(root, `folder-by-${by}`);
      mkdirSync(folder);
      const who = { download_by: by === 'control' ? 'control' : 'host' };
      const told: unknown[] = [];
      for (const before of [undefined, 'old', undefined]) {
        if (before !== undefined) writeFileSync(path.join(folder, 'file'), before);
        const { result } = await run(get_url, { url: `${base}/file`, dest: folder, ...who }, by);
        told.push(result['changed']);
        assert.equal(
          ['dest', 'status_code', 'size', 'md5sum'].map((name) => result[name]),
          [path.join(folder, 'file'), 200, content.length, md5],
        );
      }
      assert.equal(told, [true, true, false]);
      const checked = { url: `${base}/file`, dest: `${folder}/other`, checksum: `sha256:${sha256}`, ...who };
      assert.is((await run(get_url, checked, by)).result['size'], content.length);
    });

  for (const by of tools)
    test(`get_url names a folder that is not there, and what came with a wrong checksum, by ${by}`, async () => {
      const url = `${base}/file`;
      const lost = await run(get_url, { url, dest: path.join(root, 'no/file'), download_by: 'host' }, by);
      const why = `Destination ${path.join(root, 'no')} does not exist`;
      assert.is(lost.failed, `Cannot fetch ${url} to ${path.join(root, 'no/file')}: ${why}`);
      const dest = path.join(root, `wrong-by-${by}`);
      const other = { url, dest, checksum: `sha256:${'0'.repeat(64)}`, download_by: 'host' };
      const { result } = await run(get_url, other, by);
      assert.equal([result['checksum_src'], result['checksum_dest']], [sha1, null]);
    });

  for (const by of [...tools, 'control'])
    test(`get_url takes the checksum from a file of checksums beside the file, by ${by}`, async () => {
      const dest = path.join(root, `summed-by-${by}`);
      const who = { download_by: by === 'control' ? 'control' : 'host' };
      const told = async (name: string): Promise<unknown> => {
        const params = { url: `${base}/file`, dest, checksum: `sha256:${base}/${name}`, ...who };
        const { failed, result } = await run(get_url, params, by);
        return failed ?? result['changed'];
      };
      for (const name of ['sums', 'sums-binary', 'lone']) {
        assert.equal([await told(name), await told(name)], [true, false], name);
        assert.is(readFileSync(dest, 'utf8'), content);
        writeFileSync(dest, 'another');
      }
      assert.match(String(await told('sums-wrong')), /not 3333/);
      assert.is(readFileSync(dest, 'utf8'), 'another');
      const place = `${base}/sums-without`;
      assert.is(await told('sums-without'), `Unable to find a checksum for file 'file' in '${place}'`);
      assert.is(await told('sums-of-words'), `${base}/sums-of-words has no checksum for file, but none`);
      assert.match(
        String(await told('missing')),
        new RegExp(`^Cannot fetch the checksums ${base}/missing: [^]*404`),
      );
    });

  for (const by of [...tools, 'control'])
    test(`get_url tells where what it fetched was before, which is gone by then, by ${by}`, async () => {
      const dest = path.join(root, `source-by-${by}`);
      const params = { url: `${base}/file`, dest, download_by: by === 'control' ? 'control' : 'host' };
      const { src } = (await run(get_url, params, by)).result;
      assert.ok(typeof src === 'string' && path.isAbsolute(src));
      assert.throws(() => statSync(src), /ENOENT/);
      assert.not('src' in (await run(get_url, params, by)).result);
    });

  test('get_url puts nothing in place that has a wrong checksum', async () => {
    const dest = path.join(root, 'wrong');
    for (const by of ['curl', 'control']) {
      const trial = await run(
        get_url,
        {
          url: `${base}/file`,
          dest,
          checksum: `sha256:${'0'.repeat(64)}`,
          download_by: by === 'curl' ? 'auto' : 'control',
        },
        by,
      );
      assert.match(trial.failed ?? '', /not 0000/);
    }
    assert.throws(() => statSync(dest), /ENOENT/);
  });

  for (const tool of [...tools, 'none'])
    test(`get_url brings its user and headers to the server on a host with ${tool}`, async () => {
      const dest = path.join(root, `headers-${tool}`);
      const { result } = await run(
        get_url,
        {
          url: `${base}/json`,
          dest,
          url_username: 'me',
          url_password: 'it"s',
          headers: { 'Content-Type': 'a/b' },
        },
        tool,
      );
      assert.is(result['changed'], true);
      const seen = JSON.parse(readFileSync(dest, 'utf8')) as { readonly auth: string; readonly type: string };
      const basic = Buffer.from('me:it"s').toString('base64');
      assert.equal([seen.auth, seen.type], [`Basic ${basic}`, 'a/b']);
    });

  test('get_url has no validate, which it would pass over', () => assert.not('validate' in get_url.params));

  test('uri shows the answer, its headers and JSON, and follows a redirect', async () => {
    const { result } = await run(uri, { url: `${base}/away`, url_username: 'me', url_password: 'it"s' });
    assert.is(result['status'], 200);
    assert.is(result['redirected'], true);
    assert.is(result['x_two'], 'a, b');
    assert.is((result['json'] as { method: string }).method, 'GET');
    assert.is(
      (result['json'] as { auth: string }).auth,
      `Basic ${Buffer.from('me:it"s').toString('base64')}`,
    );
    assert.is(result['changed'], false);
  });

  test('uri sends a body as JSON or as a form', async () => {
    const sent = await run(uri, {
      url: `${base}/json`,
      method: 'POST',
      body: { a: [1, 'ü "q"\n'] },
      body_format: 'json',
    });
    const json = sent.result['json'] as { body: string; type: string };
    assert.equal(JSON.parse(json.body), { a: [1, 'ü "q"\n'] });
    assert.is(json.type, 'application/json');
    const form = await run(uri, {
      url: `${base}/json`,
      method: 'put',
      body: { a: 1, b: ['x y', 'z'] },
      body_format: 'form-urlencoded',
    });
    assert.is((form.result['json'] as { body: string }).body, 'a=1&b=x+y&b=z');
  });

  test('uri sends fields and files as one form, and a file as it is', async () => {
    const { result } = await run(uri, {
      url: `${base}/json`,
      method: 'POST',
      body_format: 'form-multipart',
      body: { name: 'x', file: { filename: 'a/b.txt', content: 'the file', mime_type: 'text/plain' } },
    });
    const { body, type } = result['json'] as { body: string; type: string };
    const boundary = /^multipart\/form-data; boundary="(.+)"$/.exec(type)?.[1] ?? '';
    const parts = body.split(`--${boundary}`);
    assert.is(parts.length, 4);
    assert.match(parts[1] ?? '', /name="name"\r\n\r\nx\r\n$/);
    assert.match(parts[2] ?? '', /name="file"; filename="b.txt"\r\n\r\nthe file\r\n$/);
    const place = path.join(root, 'sent');
    const bytes = Buffer.from([0, 255, 10, 46, 10, 13]);
    writeFileSync(place, bytes);
    const sent = await run(uri, { url: `${base}/bytes`, method: 'PUT', src: place, remote_src: true });
    assert.is(sent.result['bytes'], bytes.toString('hex'));
  });

  test('uri keeps the answer in a file, and says changed only when it is another', async () => {
    const dest = path.join(root, 'kept.json');
    const first = await run(uri, { url: `${base}/file`, dest, mode: '0600' });
    assert.is(first.result['changed'], true);
    const { path: kept, mode, size, state } = first.result;
    assert.equal(
      { kept, mode, size, state },
      { kept: dest, mode: '0600', size: content.length, state: 'file' },
    );
    assert.is(readFileSync(dest, 'utf8'), content);
    assert.is(statSync(dest).mode & 0o7777, 0o600);
    assert.is((await run(uri, { url: `${base}/file`, dest, mode: '0600' })).result['changed'], false);
    assert.is((await run(uri, { url: `${base}/file`, dest, mode: '0644' })).result['changed'], true);
    const inFolder = await run(uri, { url: `${base}/file`, dest: root });
    assert.is(inFolder.result['path'], path.join(root, 'file'));
    const missing = await run(uri, { url: `${base}/nothing`, dest });
    assert.is(missing.result['failed'], true);
    assert.is(readFileSync(dest, 'utf8'), content);
  });

  test('uri tells the cookies of an answer', async () => {
    const { result } = await run(uri, { url: `${base}/cookies` });
    assert.equal(result['cookies'], { a: '1', b: 'x=y' });
    assert.is(result['cookies_string'], 'a=1; b=x=y');
  });

  test('uri fails when the status is not an expected one, and when nobody answers', async () => {
    const missing = await run(uri, { url: `${base}/nothing` });
    assert.is(missing.result['status'], 404);
    assert.is(missing.result['content'], 'no such thing');
    assert.is(missing.result['msg'], 'Status code was 404 and not [200]: HTTP Error 404: Not Found');
    const other = await run(uri, { url: `${base}/json`, status_code: [201, 204] });
    assert.match(
      other.failed ?? '',
      /^"Status code was 200 and not \[201, 204\]: OK \((\d+|unknown) bytes\)"$/,
    );
    const expected = await run(uri, { url: `${base}/nothing`, status_code: [200, '404'] });
    assert.is(expected.failed, undefined);
    const nobody = await run(uri, { url: 'http://127.0.0.1:1/', timeout: 2 });
    assert.is(nobody.result['status'], -1);
  });
});
