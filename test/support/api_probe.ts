// Asks an API over and over while something is done to the cluster, each time over a connection of its own, and counts
// what was not answered. Every fifth request is a write, which needs etcd and its quorum.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Asked {
  readonly reads: number;
  readonly writes: number;
  /** Time and reason of each request that was not answered as it should be. */
  readonly failed: readonly string[];
  /** The most that failed one after the other. */
  readonly failedInARow: number;
  readonly slowestMs: number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const pauseMs = 100;
const patienceMs = 15_000;

/** `folder` is the operator's. Ends when `work` does. */
export async function whileAsking<T>(
  server: string,
  folder: string,
  work: () => Promise<T>,
): Promise<{ readonly done: T; readonly asked: Asked }> {
  const file = (name: string): Buffer => readFileSync(path.join(folder, 'pki', name));
  const tls = { ca: file('ca.crt'), cert: file('admin.crt'), key: file('admin.key'), agent: false } as const;
  const ask = (method: string, where: string, body?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/merge-patch+json' };
      const sent = request(
        new URL(where, server),
        { ...tls, method, headers, timeout: patienceMs },
        (reply) => {
          let text = '';
          reply.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          reply.on('error', reject).on('end', () => resolve({ status: reply.statusCode ?? 0, body: text }));
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`no answer in ${patienceMs} ms`)));
      sent.on('error', reject);
      sent.end(body);
    });
  const failed: string[] = [];
  const counts = { reads: 0, writes: 0 };
  let slowestMs = 0;
  let inARow = 0;
  let failedInARow = 0;
  let isOver = false;
  const loop = async (): Promise<void> => {
    for (let round = 1; !isOver; round += 1) {
      const isWrite = round % 5 === 0;
      counts[isWrite ? 'writes' : 'reads'] += 1;
      const began = performance.now();
      const patch = JSON.stringify({ metadata: { annotations: { round: `${round}` } } });
      const answer = await (
        isWrite ? ask('PATCH', '/api/v1/namespaces/default', patch) : ask('GET', '/api/v1/namespaces/default')
      ).catch((error: unknown) => String(error));
      slowestMs = Math.max(slowestMs, performance.now() - began);
      const isFailed = typeof answer === 'string' || answer.status !== 200;
      inARow = isFailed ? inARow + 1 : 0;
      failedInARow = Math.max(failedInARow, inARow);
      if (isFailed) {
        const why = typeof answer === 'string' ? answer : `${answer.status} ${answer.body.slice(0, 200)}`;
        failed.push(`${new Date().toISOString()} ${isWrite ? 'write' : 'read'}: ${why}`);
      }
      await sleep(pauseMs);
    }
  };
  const asking = loop();
  try {
    const done = await work();
    isOver = true;
    await asking;
    return { done, asked: { ...counts, failed, failedInARow, slowestMs: Math.round(slowestMs) } };
  } finally {
    isOver = true;
  }
}
