// Which files of the bundle a command loads. AWS's SDK is most of the bundle, and nobody who does not speak to AWS is to
// wait for it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { describe } from '../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Writes the address of each file that is loaded. */
const tracer = `
import { register } from 'node:module';
const hooks = \`
import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  appendFileSync(process.env.LOADED, url + '\\\\n');
  return next(url, context);
}\`;
register('data:text/javascript,' + encodeURIComponent(hooks));
`;

async function runNode(
  argv: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn(process.execPath, argv, { cwd: root, env: { ...process.env, ...more } });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return said;
}

/** Refuses all, as AWS does it. */
async function refusingServer(): Promise<Server> {
  const server = createServer((_request, response) => {
    const error = '<Error><Code>AccessDenied</Code><Message>no</Message></Error>';
    response.writeHead(403, { 'content-type': 'text/xml' }).end(`<ErrorResponse>${error}</ErrorResponse>`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('what of the bundle is loaded', ({ test, setup, teardown }) => {
  let folder: string;
  let server: Server;
  setup(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-bundle-'));
    await runNode(['bin/build.mjs', path.join(folder, 'dist')]);
    symlinkSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
    writeFileSync(path.join(folder, 'trace.mjs'), tracer);
    server = await refusingServer();
  });
  teardown(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Sources behind the files that a command loaded, by the maps of the bundle. */
  async function sourcesOf(
    ...argv: readonly string[]
  ): Promise<{ said: string; sources: readonly string[] }> {
    const loaded = path.join(folder, 'loaded');
    writeFileSync(loaded, '');
    const said = await runNode(
      ['--import', path.join(folder, 'trace.mjs'), path.join(folder, 'dist/hardway.js'), ...argv],
      { LOADED: loaded },
    );
    const files = readFileSync(loaded, 'utf8')
      .split('\n')
      .filter((url) => url.startsWith('file:') && url.includes('/dist/'))
      .map((url) => fileURLToPath(url));
    const sources = files.flatMap((file) =>
      existsSync(`${file}.map`)
        ? (JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] }).sources
        : [],
    );
    return { said, sources };
  }
  const ofSdk = (sources: readonly string[]): readonly string[] =>
    sources.filter((source) =>
      /node_modules\/(?:@aws-sdk|@aws-crypto|@aws|@smithy)\/|\/aws\/sdk\//.test(source),
    );
  const playbook = (task: string): string => {
    const file = path.join(folder, 'play.yml');
    writeFileSync(file, `- hosts: localhost\n  gather_facts: false\n  tasks:\n    - ${task}\n`);
    return file;
  };

  test('--version loads no AWS, no modules, no SSH and no archives', async () => {
    const { said, sources } = await sourcesOf('--version');
    assert.match(said, /\d+\.\d+\.\d+/);
    assert.ok(sources.some((source) => source.endsWith('engine/main.ts')));
    assert.equal(
      sources.filter((source) =>
        /\/modules\/|\/aws\/|engine\/galaxy\/|node_modules\/(?:ssh2|tar)\//.test(source),
      ),
      [],
    );
  });

  test('a run without AWS loads nothing of its SDK', async () => {
    const { said, sources } = await sourcesOf('playbook', playbook('command: echo here'));
    assert.match(said, /changed=1/, said);
    assert.ok(sources.some((source) => source.endsWith('/modules/command.ts')));
    assert.equal(ofSdk(sources), []);
    assert.equal(
      sources.filter((source) => /engine\/galaxy\/|node_modules\/tar\//.test(source)),
      [],
    );
  });

  test('a task of AWS loads the service that it asks, and no other', async () => {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const words = `region: eu-west-1, endpoint_url: 'http://127.0.0.1:${port}', access_key: a, secret_key: testing`;
    const { said, sources } = await sourcesOf('playbook', playbook(`ec2_vpc_info: { name: k, ${words} }`));
    assert.match(said, 'AWS does not allow ec2:DescribeVpcs', said);
    const services = new Set(
      sources
        .map((source) => /@aws-sdk\/(client-[\w-]+)\//.exec(source)?.[1])
        .filter((name) => name !== undefined),
    );
    assert.equal([...services], ['client-ec2']);
  });
});
