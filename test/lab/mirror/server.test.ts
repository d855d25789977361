import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { Entry } from '../../../lab/mirror/entry.ts';
import { parseRange } from '../../../lab/mirror/range.ts';
import type { Mirror } from '../../../lab/mirror/server.ts';
import { serveMirror } from '../../../lab/mirror/server.ts';
import { describe } from '../../support/suite.ts';
import { fileEntry, imageEntry, temporaryDirectory } from './fake_entry.ts';

const cache = temporaryDirectory();
const requests: string[] = [];
let mirror: Mirror;
let tool: Entry;

async function serve(entries: readonly Entry[]): Promise<Mirror> {
  const served = await serveMirror({
    entries,
    address: '127.0.0.1',
    port: 0,
    log: (line) => requests.push(line),
  });
  assert.ok(served.ok);
  return served.value;
}

describe('the mirror over HTTP', ({ test, setup, teardown }) => {
  setup(async () => {
    tool = await fileEntry(cache, 'tool', '0123456789', ['host.example/v1/tool', 'host.example/v1/alias']);
    const image = await imageEntry(cache, [
      'registry.example/team/hello:v1',
      'registry.example/team/hello:latest',
    ]);
    mirror = await serve([tool, image]);
  });
  teardown(() => mirror.close());

  test('gives a file under each of its paths, with length and entity tag', async () => {
    for (const name of ['tool', 'alias']) {
      const response = await fetch(`${mirror.url}/host.example/v1/${name}`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('content-length'), '10');
      assert.equal(response.headers.get('etag'), `"${tool.files[0]?.sha256 ?? ''}"`);
      assert.equal(await response.text(), '0123456789');
    }
  });

  test('answers HEAD without content and a known entity tag with 304', async () => {
    const address = `${mirror.url}/host.example/v1/tool`;
    const head = await fetch(address, { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), '10');
    assert.equal(await head.text(), '');
    const again = await fetch(address, { headers: { 'if-none-match': head.headers.get('etag') ?? '' } });
    assert.equal(again.status, 304);
  });

  test('resumes a download: a range gives the rest, a changed file the whole', async () => {
    const address = `${mirror.url}/host.example/v1/tool`;
    const rest = await fetch(address, { headers: { range: 'bytes=7-' } });
    assert.equal(rest.status, 206);
    assert.equal(rest.headers.get('content-range'), 'bytes 7-9/10');
    assert.equal(await rest.text(), '789');
    const changed = await fetch(address, { headers: { range: 'bytes=7-', 'if-range': '"other"' } });
    assert.equal(changed.status, 200);
    assert.equal(await changed.text(), '0123456789');
    const beyond = await fetch(address, { headers: { range: 'bytes=10-' } });
    assert.equal(beyond.status, 416);
    assert.equal(beyond.headers.get('content-range'), 'bytes */10');
  });

  test('publishes checksums in the forms of the projects (S1-49)', async () => {
    const sum = tool.files[0]?.sha256 ?? '';
    const text = async (name: string): Promise<string> => (await fetch(`${mirror.url}/${name}`)).text();
    assert.equal(await text('host.example/v1/tool.sha256'), `${sum}\n`);
    assert.equal(await text('host.example/v1/tool.sha256sum'), `${sum}  tool\n`);
    assert.match(await text('SHA256SUMS'), new RegExp(`^${sum}  host\\.example/v1/alias$`, 'm'));
    const all = JSON.parse(await text('checksums.json')) as Record<string, string>;
    assert.deepEqual(Object.keys(all), ['host.example/v1/alias', 'host.example/v1/tool', 'images/image.tar']);
  });

  test('gives nothing that is not in the catalog and takes nothing', async () => {
    for (const name of ['etc/passwd', '..%2f..%2fetc/passwd', 'host.example/v1/', '%zz', 'v2/team/hello'])
      assert.equal((await fetch(`${mirror.url}/${name}`)).status, 404, name);
    const put = await fetch(`${mirror.url}/host.example/v1/tool`, { method: 'PUT', body: 'x' });
    assert.equal(put.status, 405);
    assert.equal(put.headers.get('allow'), 'GET, HEAD');
  });

  test('cuts the connection when a file went away, so that no short file is taken for the whole', async () => {
    const gone = await fileEntry(cache, 'gone', 'content', ['gone']);
    const other = await serve([gone]);
    rmSync(gone.directory, { recursive: true });
    await assert.rejects(async () => (await fetch(`${other.url}/gone`)).text());
    await other.close();
  });

  test('logs a line for each request', () => {
    assert.ok(requests.includes('GET /host.example/v1/tool 206'));
    assert.ok(requests.includes('PUT /host.example/v1/tool 405'));
  });

  test('a port that is taken is a problem with its address', async () => {
    const port = Number(new URL(mirror.url).port);
    const second = await serveMirror({ entries: [], address: '127.0.0.1', port });
    assert.ok(!second.ok);
    assert.match(second.problem.summary, new RegExp(`127\\.0\\.0\\.1, port ${port}: .*EADDRINUSE`));
  });
});

describe('the registry of the mirror', ({ test, setup, teardown }) => {
  let address: string;
  setup(async () => {
    mirror = await serve([
      await imageEntry(cache, ['registry.example/team/hello:v1', 'registry.example/team/hello:latest']),
      await imageEntry(cache, ['registry.example/pause:3.10']),
    ]);
    address = `${mirror.url}/v2`;
  });
  teardown(() => mirror.close());

  test('is one by the specification', async () => {
    const response = await fetch(`${address}/`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('docker-distribution-api-version'), 'registry/2.0');
  });

  test('resolves a tag to a manifest and gives every blob that it names', async () => {
    const head = await fetch(`${address}/team/hello/manifests/v1?ns=registry.example`, { method: 'HEAD' });
    const digest = head.headers.get('docker-content-digest') ?? '';
    assert.equal(head.headers.get('content-type'), 'application/vnd.oci.image.manifest.v1+json');
    const byDigest = await fetch(`${address}/team/hello/manifests/${digest}`);
    const manifest = (await byDigest.json()) as {
      config: { digest: string; size: number };
      layers: { digest: string; size: number }[];
    };
    const blobs = [manifest.config, ...manifest.layers];
    assert.equal(blobs.length, 2);
    for (const blob of blobs) {
      const response = await fetch(`${address}/team/hello/blobs/${blob.digest}`);
      assert.equal(response.status, 200);
      assert.equal((await response.arrayBuffer()).byteLength, blob.size);
    }
  });

  test('finds a repository of one word, and lists tags', async () => {
    assert.equal((await fetch(`${address}/pause/manifests/3.10?ns=registry.k8s.io`)).status, 200);
    const tags = await fetch(`${address}/team/hello/tags/list`);
    assert.deepEqual(await tags.json(), { name: 'team/hello', tags: ['latest', 'v1'] });
  });

  test('says what it does not have in the form of the specification', async () => {
    const cases = [
      ['team/hello/manifests/v9', 'MANIFEST_UNKNOWN'],
      ['team/other/manifests/v1', 'MANIFEST_UNKNOWN'],
      [`pause/blobs/sha256:${'0'.repeat(64)}`, 'BLOB_UNKNOWN'],
      ['team/other/tags/list', 'NAME_UNKNOWN'],
    ] as const;
    for (const [name, code] of cases) {
      const response = await fetch(`${address}/${name}`);
      assert.equal(response.status, 404);
      const body = (await response.json()) as { errors: { code: string }[] };
      assert.equal(body.errors[0]?.code, code);
    }
  });
});

describe('parseRange', ({ test }) => {
  test('reads one range of bytes and passes over what it need not understand', () => {
    assert.deepEqual(parseRange('bytes=0-0', 10), { first: 0, last: 0 });
    assert.deepEqual(parseRange('bytes=5-99', 10), { first: 5, last: 9 });
    assert.deepEqual(parseRange('bytes=-3', 10), { first: 7, last: 9 });
    assert.deepEqual(parseRange('bytes=-30', 10), { first: 0, last: 9 });
    for (const header of [undefined, '', 'bytes=-', 'bytes=4-2', 'bytes=0-1,3-4', 'lines=1-2'])
      assert.equal(parseRange(header, 10), undefined, header);
    for (const header of ['bytes=10-', 'bytes=-0']) assert.equal(parseRange(header, 10), 'unsatisfiable');
  });
});
