// An AWS of our own for tests: moto's server (pip, in a venv of the cache folder), behind a proxy that counts calls and
// makes the faults that moto never has. One server for all suites of a process; each begins with an empty account.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { AwsProxy } from './aws_proxy.ts';
import { buildVenv, cacheFolder } from './python_venv.ts';

const edition = 'moto-5.2.5';
const packages = ['moto[server]==5.2.5'];

let cannotRun: string | undefined | false = false;

/** Why there can be no AWS here; undefined when there can. Installs moto on first use, which takes some minutes. */
export function whyNoAws(): string | undefined {
  if (cannotRun === false) {
    const place = path.join(cacheFolder, edition);
    if (!existsSync(place)) console.log('installing moto, once');
    cannotRun = existsSync(place) ? undefined : buildVenv(place, packages);
  }
  return cannotRun;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
}

/** Seconds until the server must answer: it is slow to start on a busy machine. */
const startsWithin = 60;

async function startServer(): Promise<Server> {
  const missing = whyNoAws();
  if (missing !== undefined) throw new Error(missing);
  const port = await freePort();
  const python = path.join(cacheFolder, edition, 'bin', 'python');
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', `${port}`], {
    stdio: 'ignore',
    env: {
      ...process.env,
      MOTO_AMIS_PATH: path.join(import.meta.dirname, 'aws_images.json'),
      MOTO_ENABLE_AMI_VALIDATION: '1',
      MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
      MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION: '1',
      MOTO_ENABLE_KEYPAIR_VALIDATION: '1',
    },
  });
  process.once('exit', () => child.kill());
  const url = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + startsWithin * 1000; Date.now() < end && child.exitCode === null;) {
    const reply = await fetch(`${url}/moto-api/data.json`).catch(() => undefined);
    if (reply?.ok === true) {
      child.unref();
      return { url, child };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill();
  throw new Error(`moto did not start (exit ${child.exitCode ?? 'none'})`);
}

let server: Promise<Server> | undefined;

export interface TestAws {
  readonly proxy: AwsProxy;
  readonly region: string;
  /** For processes of the test: endpoint, region, credentials that are none of yours. */
  readonly environment: Readonly<Record<string, string>>;
  /** Parameters for a task that is to speak to this AWS. */
  readonly parameters: string;
  readonly release: () => Promise<void>;
}

/** An empty account behind a proxy of its own. */
export async function useAws(): Promise<TestAws> {
  server ??= startServer();
  const { url } = await server;
  await fetch(`${url}/moto-api/reset`, { method: 'POST' });
  const proxy = await AwsProxy.before(url);
  const region = 'eu-west-1';
  return {
    proxy,
    region,
    environment: {
      AWS_ENDPOINT_URL: proxy.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    parameters: `region: ${region}, endpoint_url: '${proxy.url}', access_key: testing, secret_key: testing`,
    release: () => proxy.close(),
  };
}
