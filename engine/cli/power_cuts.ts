// What `hardway start` tests last: the API answers through the balancer while any one controller has no power, and each
// comes back by itself.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { labKill, labUp } from '../../lab/lab.ts';
import { readRecord, type LabRecord } from '../../lab/lab_record.ts';
import { labPlaces } from '../../lab/places.ts';
import { runProgram } from '../../lab/run_program.ts';
import { duration } from '../report/recap.ts';

/** Fewer members of etcd have no quorum without one. */
const fewestControllers = 3;
const reads = 10;
/** Seconds in which a call must be answered, asked again and again, and a host be whole again. */
const answeredWithin = 30;
const wholeWithin = 120;

/** Whether the lab has what it takes to lose a controller and go on. */
export function canLoseController({ topology: { hosts } }: Pick<LabRecord, 'topology'>): boolean {
  const inGroup = (group: string): number => hosts.filter(({ groups }) => groups.includes(group)).length;
  return inGroup('controller') >= fewestControllers && inGroup('lb') > 0;
}

type Say = (line: string) => void;

/** How often it looked before it held; undefined when it never did. */
async function until(seconds: number, holds: () => Promise<boolean>): Promise<number | undefined> {
  const end = performance.now() + seconds * 1000;
  for (let looks = 1; ; looks += 1) {
    if (await holds()) return looks;
    if (performance.now() >= end) return undefined;
    await sleep(500);
  }
}

const tls = '--cacert=/etc/etcd/ca.crt --cert=/etc/etcd/kubernetes.crt --key=/etc/etcd/kubernetes.key';
const whole = `curl -ksf --max-time 5 https://127.0.0.1:6443/readyz >/dev/null && etcdctl --endpoints=https://127.0.0.1:2379 ${tls} --command-timeout=5s endpoint health --cluster >/dev/null 2>&1`;

/** Ten reads and a write by the operator's kubeconfig. Gives how often one was asked again, or what got no answer. */
async function answers(cluster: string, lost: string): Promise<number | string> {
  const kubectl = [
    path.join(cluster, 'bin', 'kubectl'),
    ...['--kubeconfig', path.join(cluster, 'admin.kubeconfig'), '--request-timeout=5s'],
  ];
  let again = 0;
  const note = `power-${lost}-${randomUUID().slice(0, 8)}`;
  for (const words of [
    ...Array<readonly string[]>(reads).fill(['get', '--raw', '/api/v1/nodes']),
    ['create', 'configmap', note],
    ['delete', 'configmap', note],
  ]) {
    // A call whose answer was lost may have been done: it is as good when it is there, or gone.
    const isDone = /AlreadyExists|already exists|NotFound|not found/;
    let said = '';
    const looks = await until(answeredWithin, async () => {
      const { code, stderr } = await runProgram([...kubectl, ...words]);
      said = stderr.trim();
      return code === 0 || (again > 0 && isDone.test(stderr));
    });
    if (looks === undefined)
      return `kubectl ${words.join(' ')} got no answer in ${answeredWithin} s: ${said}`;
    again += looks - 1;
  }
  return again;
}

/** Cuts the power of each controller in turn. Gives what did not hold, if anything. */
export async function cutPower(name: string, say: Say, signal: AbortSignal): Promise<string | undefined> {
  const { inventory, sshConfig } = labPlaces(name);
  const cluster = path.join(path.dirname(inventory), 'cluster');
  const topology = (await readRecord(name))?.topology;
  const controllers = topology?.hosts.filter(({ groups }) => groups.includes('controller')) ?? [];
  for (const controller of controllers) {
    if (signal.aborted) return undefined;
    // Every boot is noted in it.
    const record = await readRecord(name);
    const host = record?.hosts.find((one) => one.name === controller.name);
    if (!record || !host) return `${controller.name} is no host of lab ${name} any more`;
    await labKill(record, host);
    const again = await answers(cluster, host.name);
    const began = performance.now();
    await labUp(name, record.topology);
    if (typeof again === 'string') return `While ${host.name} had no power, ${again}`;
    const isWhole = async (): Promise<boolean> =>
      (await runProgram(['ssh', '-F', sshConfig, host.name, whole])).code === 0;
    if ((await until(wholeWithin, isWhole)) === undefined)
      return `${host.name} had its power back, and its API server or a member of etcd was not healthy in ${wholeWithin} s`;
    const calls = `${reads} reads and a write answered${again > 0 ? `, ${again} asked again` : ''}`;
    say(`  ${host.name} without power: ${calls}; whole again after ${duration(performance.now() - began)}`);
  }
  return undefined;
}
