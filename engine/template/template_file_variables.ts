// Variables that a template file alone sees, by the module template and by the lookup.
import { readFileSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import type { Value } from '../document/value.ts';
import { localTime } from './python/clock.ts';
import { inside } from './python/special.ts';

export interface TemplateFile {
  /** What the task calls it. */
  readonly name: string;
  readonly place: string;
  /** Where its text is to stand on the host; the lookup has none. */
  readonly destination?: string | undefined;
}

/** The name of a user of this machine, or the number where it has none. */
function userName(uid: number): Value {
  const own = userInfo();
  if (own.uid === uid) return own.username;
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([, , id]) => id === String(uid));
  return entry?.[0] ?? BigInt(uid);
}

export function templateFileVariables({ name, place, destination }: TemplateFile): Map<string, Value> {
  // One that check mode foresees is not there yet: it would be ours, and of this moment.
  const stats = statSync(place, { throwIfNoEntry: false });
  const now = new Date();
  return new Map<string, Value>([
    ['template_host', hostname()],
    ['template_path', name],
    ['template_fullpath', path.resolve(place)],
    ['template_mtime', inside(localTime(stats?.mtime ?? now))],
    ['template_uid', stats ? userName(stats.uid) : userInfo().username],
    ['template_run_date', inside(localTime(now))],
    ['template_destpath', destination ?? null],
    ['ansible_managed', 'Ansible managed'],
  ]);
}
