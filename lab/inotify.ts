// All hosts share one limit of inotify instances, that of root on this machine: a worker with kubelet needs 16, and the
// usual 128 is soon used up. It is raised while any lab is there and put back when the last one goes.
import { readFile, rm, writeFile } from 'node:fs/promises';

const setting = '/proc/sys/fs/inotify/max_user_instances';
/** The value from before the first lab. In /run, as it is forgotten with the setting when the machine starts anew. */
export const limitBefore = '/run/hardway-lab-inotify';
const wanted = 8192;

export async function raiseInotifyLimit(): Promise<void> {
  const before = (await readFile(setting, 'utf8')).trim();
  if (Number(before) >= wanted) return;
  await writeFile(limitBefore, before, { flag: 'wx' }).catch(() => undefined); // the first value is the true one
  await writeFile(setting, String(wanted));
}

/** To be called when no lab of anybody is left. */
export async function restoreInotifyLimit(): Promise<void> {
  const before = await readFile(limitBefore, 'utf8').catch(() => undefined);
  if (before === undefined) return;
  await writeFile(setting, before);
  await rm(limitBefore, { force: true });
}
