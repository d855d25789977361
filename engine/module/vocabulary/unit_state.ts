// The state of a systemd unit, as `systemctl show` prints it.
import type { Output, Probe, ProbeFailure, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { sh } from '../quote.ts';

export interface UnitQuestion {
  /** With its suffix: `sshd.service`. */
  readonly unit: string;
  readonly scope: 'system' | 'user' | 'global';
}

export interface UnitState {
  /** Properties by systemd's names, those that describe state and place. */
  readonly properties: { readonly [name: string]: string };
  /** A unit file or a generated unit of this name is known, or it is a SysV service. */
  readonly exists: boolean;
  readonly active: boolean;
  readonly masked: boolean;
  /** `static`, `indirect`, `alias` and `generated` units cannot be enabled and count as they are. */
  readonly enabled: boolean;
  /** The unit file changed since systemd read it, or systemd could not load it. */
  readonly needsReload: boolean;
  /** Only in a picture: properties that its changed file gives it once systemd reads that. */
  readonly next?: { readonly [name: string]: string };
}

const names = [
  ...[
    'Id',
    'Names',
    'Description',
    'LoadState',
    'LoadError',
    'ActiveState',
    'SubState',
    'Type',
    'Result',
    'RemainAfterExit',
  ],
  ...['UnitFileState', 'UnitFilePreset', 'FragmentPath', 'DropInPaths', 'NeedDaemonReload', 'MainPID'],
  ...['ExecMainStatus', 'ExecMainCode', 'ExecMainStartTimestamp', 'ActiveEnterTimestamp', 'NRestarts'],
  ...[
    'Restart',
    'User',
    'Group',
    'Wants',
    'Requires',
    'After',
    'Before',
    'WantedBy',
    'CanReload',
    'CanStart',
  ],
];

/** Flags of systemctl for a scope. */
export function scopeFlags(scope: UnitQuestion['scope']): string[] {
  return scope === 'system' ? [] : [`--${scope}`];
}

/** The unit's name with a suffix. */
export function unitName(name: string): string {
  const hasSuffix = /\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/.test(
    name,
  );
  return hasSuffix ? name : `${name}.service`;
}

/** From `Name=value` lines, and what `systemctl is-enabled` said. */
export function unitFrom(text: string): UnitState {
  const properties: { [name: string]: string } = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) properties[line.slice(0, at)] = line.slice(at + 1);
  }
  const fileState = properties['IsEnabled'] ?? properties['UnitFileState'] ?? '';
  delete properties['IsEnabled'];
  if (fileState !== '') properties['UnitFileState'] = fileState;
  const load = properties['LoadState'] ?? 'not-found';
  const active = properties['ActiveState'] ?? 'inactive';
  return {
    properties,
    exists: load !== 'not-found' || fileState !== '',
    active: ['active', 'activating', 'reloading'].includes(active),
    masked: load === 'masked' || fileState === 'masked' || fileState === 'masked-runtime',
    enabled: ['enabled', 'enabled-runtime', 'alias', 'static', 'indirect', 'generated', 'transient'].includes(
      fileState,
    ),
    // A unit that ran on while its file was gone and came back cannot be loaded any more before systemd reads all anew.
    needsReload: properties['NeedDaemonReload'] === 'yes' || load === 'error',
  };
}

function parse({ rc, stdout, stderr }: Output, { unit }: UnitQuestion): UnitState | ProbeFailure {
  const said = stderr.toString('utf8').trim();
  if (rc === 127) return { failed: 'systemctl is not there: this host does not run systemd' };
  // Before systemd runs (a chroot, a container being built) nothing can be shown, yet units can be enabled.
  if (rc !== 0) return { failed: `Cannot look at ${unit}: ${said || `systemctl exit code ${rc}`}` };
  return unitFrom(stdout.toString('utf8'));
}

export const unitKind: ProbeKind<UnitQuestion, UnitState> = {
  name: 'unit',
  stability: 'volatile',
  target: 'host',
  ask: ({ unit, scope }) => ({
    script: sh`command -v systemctl >/dev/null || exit 127
systemctl ${scopeFlags(scope)} show --no-pager -p ${names.join(',')} -- ${unit} || exit 1
e=$(systemctl ${scopeFlags(scope)} is-enabled -- ${unit} 2>/dev/null)
case $e in '' | not-found) ;; *) printf 'IsEnabled=%s\n' "$e" ;; esac
:`.text,
  }),
  parse,
  shown: (state, { unit }) => ({
    title: `unit ${unit}`,
    lines: state.exists
      ? (['active', 'enabled', 'masked'] as const).map((name) => `${name}: ${state[name] ? 'yes' : 'no'}`)
      : null,
  }),
};

export function unitState(question: UnitQuestion): Probe<UnitState> {
  return probe(unitKind, question);
}
