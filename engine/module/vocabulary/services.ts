// All services of a host: of systemd, of OpenRC, or of SysV scripts.
import type { Effect, Output, Probe, ProbeKind } from '../contract.ts';
import { effect, probe } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import type { PathChange } from './file_effects.ts';
import { isInside, normalPath } from './paths.ts';
import { isUnitPlace } from './unit_tree.ts';

export interface Service {
  readonly name: string;
  readonly state: string;
  readonly status?: string;
  readonly source: 'systemd' | 'openrc' | 'sysv';
}

const badStates = ['not-found', 'masked', 'failed'];

function ofUnits(units: readonly string[], files: readonly string[]): Map<string, Service> {
  const found = new Map<string, Service>();
  for (const line of units) {
    const words = line
      .replace(/^[●*×○]\s*/, '')
      .trim()
      .split(/\s+/);
    const [name = '', load = '', , sub = ''] = words;
    const status = badStates.find((bad) => words.slice(1, 4).includes(bad)) ?? load;
    found.set(name, { name, state: sub === 'running' ? 'running' : 'stopped', status, source: 'systemd' });
  }
  for (const line of files) {
    const [name = '', status = ''] = line.trim().split(/\s+/);
    const known = found.get(name);
    if (known && badStates.includes(known.status ?? '')) continue;
    // A unit that systemd has not loaded does not run; a template has no state of its own.
    const state = known?.state ?? (name.includes('@.') ? 'unknown' : 'inactive');
    found.set(name, { name, state, status, source: 'systemd' });
  }
  return found;
}

function parse({ stdout }: Output): readonly Service[] {
  const blocks = new Map<string, string[]>();
  for (const block of stdout.toString('utf8').split(/^== /m).slice(1)) {
    const [name = '', ...lines] = block.split('\n');
    blocks.set(
      name,
      lines.filter((line) => line.trim() !== ''),
    );
  }
  const found = ofUnits(blocks.get('units') ?? [], blocks.get('files') ?? []);
  const add = (name: string, state: string, source: 'openrc' | 'sysv'): void => {
    if (!found.has(name) && !found.has(`${name}.service`)) found.set(name, { name, state, source });
  };
  for (const line of blocks.get('openrc') ?? []) {
    const [, name, state] = /^\s*(\S+)\s+\[\s*(\w+)/.exec(line) ?? [];
    if (name !== undefined) add(name, state === 'started' ? 'running' : (state ?? 'unknown'), 'openrc');
  }
  for (const line of blocks.get('sysv') ?? []) {
    const [, mark, name] = /^\s*\[ ([-+?]) \]\s+(\S+)/.exec(line) ?? [];
    if (name !== undefined) add(name, mark === '+' ? 'running' : 'stopped', 'sysv');
  }
  return [...found.values()];
}

export const servicesKind: ProbeKind<Record<string, never>, readonly Service[]> = {
  name: 'services',
  stability: 'volatile',
  target: 'host',
  spoiltBy: ({ kind }) => ['unit', 'package', 'daemon reload'].includes(kind.name),
  ask: () => ({
    script: sh`has() { command -v "$1" >/dev/null 2>&1; }
if has systemctl; then
  echo '== units'; systemctl list-units --no-pager --no-legend --type service --all --plain 2>/dev/null
  echo '== files'; systemctl list-unit-files --no-pager --no-legend --type service 2>/dev/null
fi
if has rc-status; then echo '== openrc'; rc-status -a -C 2>/dev/null
elif has service && [ -d /etc/init.d ]; then echo '== sysv'; service --status-all 2>/dev/null </dev/null; fi
:`.text,
  }),
  parse,
};

/** A file among those of units, or of a service of its own program, may be another service. */
export function serviceListEffect<Args>({ path, isSameFile, content }: PathChange<Args>): Effect<Args> {
  const isOfServices = (place: string): boolean => isUnitPlace(place) || isInside(place, '/etc/init.d');
  return effect(servicesKind, {
    touches: (args) => (!isSameFile || content !== undefined) && isOfServices(normalPath(path(args))),
    predict: (args) => ({ uncertain: [], waitsFor: `what becomes of ${path(args)}` }),
  });
}

export function allServices(): Probe<readonly Service[]> {
  return probe(servicesKind, {});
}
