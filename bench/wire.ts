// 20 MB of text to a lab host and back, with and without gzip: `npm run bench -- wire LAB [HOST]`. Prints bytes,
// milliseconds and their ratios; the best of three of each, taken in turns.
import type { Agent, Counters } from '../engine/connection/agent.ts';
import type { ConnectionSpec } from '../engine/connection/contract.ts';
import { openAgent } from '../engine/connection/open_agent.ts';
import { dialSsh } from '../engine/connection/ssh_dial.ts';
import { addressOf } from '../lab/connect_files.ts';
import { readRecord } from '../lab/lab_record.ts';
import { labPlaces } from '../lab/places.ts';

interface Passage {
  readonly bytes: number;
  readonly milliseconds: number;
}

const counters: Counters = { roundTrips: 0, bytesSent: 0, bytesReceived: 0 };
const [lab = 'plain', wanted] = process.argv.slice(2);
const text = Buffer.from(
  Array.from({ length: 300_000 }, (_, at) => {
    const pod = (at * 7919) % 10_007;
    return `${1_700_000_000 + at * 7} worker-${at % 9} kubelet[977]: pod web-${pod} is ready after ${(at * 31) % 997} ms\n`;
  }).join(''),
).subarray(0, 20_000_000);

async function open(): Promise<Agent> {
  const record = await readRecord(lab);
  const host = record?.hosts.find(({ name, jump }) => name === wanted || (wanted === undefined && !jump));
  if (host === undefined) throw new Error(`lab ${lab} is not up, or has no such host`);
  const { privateKey, knownHosts } = labPlaces(lab);
  const spec: ConnectionSpec = {
    ...{ kind: 'ssh', hostName: host.name, address: addressOf(host), user: 'root', configFile: 'none' },
    ...{ privateKeyFile: privateKey, knownHostsFiles: [knownHosts], hostKeyChecking: 'strict' },
    ...{ connectTimeoutSeconds: 20, retries: 0 },
  };
  const dialled = await dialSsh(
    spec,
    () => Promise.reject(new Error('this host needs no jump')),
    new AbortController().signal,
  );
  if (!dialled.ok) throw new Error(dialled.failure.message);
  const agent = await openAgent(dialled.value, { timeoutSeconds: 20 }, counters);
  if (!agent.ok) throw new Error(agent.failure.message);
  return agent.value;
}

async function passage(agent: Agent, packs: boolean): Promise<Passage> {
  agent.packs = packs;
  const before = counters.bytesSent + counters.bytesReceived;
  const began = performance.now();
  const ran = await agent.run([{ script: 'cat', stdin: text }], { stop: () => Promise.resolve(false) });
  const milliseconds = performance.now() - began;
  if (!ran.ok || ran.value[0]?.stdout.equals(text) !== true) throw new Error('the text did not come back');
  return { bytes: counters.bytesSent + counters.bytesReceived - before, milliseconds };
}

const agent = await open();
const best = new Map<boolean, Passage>();
for (let round = 0; round < 6; round += 1) {
  const packs = round % 2 === 1;
  const now = await passage(agent, packs);
  const before = best.get(packs);
  if (before === undefined || now.milliseconds < before.milliseconds) best.set(packs, now);
}
agent.close();
const [plain, packed] = [best.get(false), best.get(true)];
if (plain === undefined || packed === undefined) throw new Error('nothing was measured');
const shown = ({ bytes, milliseconds }: Passage): string => `${bytes} bytes, ${milliseconds.toFixed(0)} ms`;
console.log(`${text.length} bytes there and back, as they are: ${shown(plain)}`);
console.log(`by gzip: ${shown(packed)}`);
console.log(
  `ratios: bytes ${(packed.bytes / plain.bytes).toFixed(2)}, time ${(packed.milliseconds / plain.milliseconds).toFixed(2)}`,
);
process.exit(0);
