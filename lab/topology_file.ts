import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTopology, type TopologyResult } from './topology.ts';

/** Reads a topology by its path, or by the name of one that comes with hardway, such as `plain`. */
export async function readTopology(wanted: string): Promise<TopologyResult> {
  const file = /[/.]/.test(wanted) ? wanted : join(import.meta.dirname, 'topologies', `${wanted}.json`);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    return {
      ok: false,
      problems: [`there is no topology ${wanted}: give a file, or plain, seven or cluster`],
    };
  }
  return parseTopology(JSON.parse(text));
}
