// What a run in check mode leaves behind: on the hosts, compared with hosts where one only logged in, and on this machine.
import path from 'node:path';
import { labPlaces } from '../../lab/places.ts';
import { mustRun } from '../../lab/run_program.ts';
import { eventually, type TestCluster } from '../support/cluster.ts';
import { differences } from '../support/differences.ts';
import type { Ran } from '../support/hardway.ts';
import { hostRoot, listFiles, listingLine, type ListedFile } from '../support/host_listing.ts';
import type { TestLab } from '../support/lab.ts';
import { raiseFence } from '../support/write_fence.ts';

export interface TracesOfCheck {
  readonly ran: Ran;
  /** `- HOST FILE` of the listing before, `+ HOST FILE` of the one after. */
  readonly onHosts: readonly string[];
  readonly onControl: readonly string[];
}

/** Session directories stand here, on hosts and on this machine; so its time of change is theirs. */
const sessionsIn = '/tmp';

/** Runs site.yml in check mode as a user of the lab. The hosts must be quiet: nothing is built yet. */
export async function tracesOfCheck(
  cluster: TestCluster,
  user: string,
  ...argv: readonly string[]
): Promise<TracesOfCheck> {
  const { lab } = cluster;
  await logIn(lab, user);
  const before = await listHosts(lab);
  const fence = await raiseFence(path.join(labPlaces(lab.name).folder, 'fence'));
  try {
    const ran = await cluster.playThrough(
      fence.command,
      'site.yml',
      ...['--check', '-e', `ansible_user=${user}`, ...argv],
    );
    await sessionsAreGone(lab);
    return {
      ran,
      onHosts: differences(before, await listHosts(lab)),
      onControl: fence.written().filter(isNoSession).map(listingLine),
    };
  } finally {
    await fence.release();
  }
}

/** As the run does it: by ssh, and root's shell by sudo. */
async function logIn(lab: TestLab, user: string): Promise<void> {
  for (const { name } of lab.hosts)
    await mustRun(['ssh', '-F', lab.sshConfigFile, '-l', user, name, 'sudo -n true']);
}

/** `HOST path type mode owner:group size mtime content` of every file of every host. */
export async function listHosts(lab: TestLab): Promise<string[]> {
  const lines: string[] = [];
  for (const { name } of lab.hosts)
    for (const file of listFiles(await hostRoot(lab, name)))
      lines.push(`${name} ${listingLine(isNoSession(file) ? file : { ...file, mtime: 0n })}`);
  return lines;
}

function isNoSession({ path: place, type }: ListedFile): boolean {
  return place !== sessionsIn || type !== 'directory';
}

/** An agent removes its directory when it sees that its connection ended, which may be after the run. */
async function sessionsAreGone(lab: TestLab): Promise<void> {
  await eventually('session directories are removed', 60, async () => {
    const left: string[] = [];
    for (const { name } of lab.hosts)
      left.push(...listFiles(path.join(await hostRoot(lab, name), sessionsIn), []).map((file) => file.path));
    return !left.some((place) => place.startsWith('/.hardway-'));
  });
}
