// All hosts share one limit of inotify instances, that of root on this machine: a worker with kubelet needs 16, and the
// usual 128 is soon used up. It is raised while any lab is there and put back when the last one goes.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateFolder } from './places.ts';

const setting = '/proc/sys/fs/inotify/max_user_instances';
const wanted = 8192;

function memoryFile(): string {
  return join(stateFolder(), 'inotify_before');
}

export async function raiseInotifyLimit(): Promise<void> {
  const before = (await readFile(setting, 'utf8')).trim();
  if (Number(before) >= wanted) return;
  await writeFile(memoryFile(), before, { flag: 'wx' }).catch(() => undefined); // the first value is the true one
  await writeFile(setting, String(wanted));
}

export async function restoreInotifyLimit(): Promise<void> {
  const before = await readFile(memoryFile(), 'utf8').catch(() => undefined);
  if (before === undefined) return;
  await writeFile(setting, before);
  await rm(memoryFile(), { force: true });
}
