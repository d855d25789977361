// Retry files: the hosts that failed, one a line, for `--limit @FILE` (ansible.cfg's retry_files_enabled).
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunEvent } from '../run/events.ts';
import { expandHome } from '../playbook/file_search.ts';
import type { Settings } from './settings.ts';

/** Takes a run's events and writes the file at its end, when the settings ask for one and a host failed. */
export function retryFileWriter(settings: Settings, playbook: string): (event: RunEvent) => void {
  if (settings.isOn('retryFiles') !== true) return () => undefined;
  const [place = path.dirname(playbook)] = settings.paths('retryFilesPath', /\n/);
  const file = path.join(expandHome(place), `${path.basename(playbook, path.extname(playbook))}.retry`);
  return (event) => {
    if (event.type !== 'run-end' || event.interrupted) return;
    if (event.lost.length === 0) return;
    const names = [...event.lost].sort();
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `${names.join('\n')}\n`);
      process.stderr.write(`\tto retry, use: --limit @${file}\n`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      process.stderr.write(`The retry file ${file} cannot be written: ${reason}\n`);
    }
  };
}
