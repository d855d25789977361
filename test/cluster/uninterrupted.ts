// What site.yml makes when nothing stops it: described once in a run of tests, for those that stop it.
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { useCluster, type TestCluster } from '../support/cluster.ts';
import { describeCluster } from '../support/cluster_state.ts';

let described: readonly string[] | undefined;

/** To be called of a cluster that `start` built. */
export async function rememberUninterrupted(cluster: TestCluster): Promise<readonly string[]> {
  let now = await describeCluster(cluster);
  // The namespace of the smoke tests goes at the controllers' own pace.
  for (
    let tries = 0;
    tries < 12 && now.some((line) => line.startsWith('object Namespace /smoke'));
    tries += 1
  ) {
    await sleep(5000);
    now = await describeCluster(cluster);
  }
  described = now;
  return now;
}

/** What an earlier test remembered; without one, a cluster is built for it and taken down. */
export async function uninterrupted(): Promise<readonly string[]> {
  if (described !== undefined) return described;
  const cluster = await useCluster();
  try {
    const started = await cluster.start();
    assert.is(started.code, 0, `${started.stdout.slice(-3000)}\n${started.stderr}`);
    return await rememberUninterrupted(cluster);
  } finally {
    await cluster.lab.release();
  }
}
