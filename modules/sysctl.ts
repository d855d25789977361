// Keeps a kernel setting: its line in a file that is read at boot, and with sysctl_set its value now.
import { textContent } from '../engine/module/content.ts';
import type {
  Output,
  Plan,
  Predicted,
  Probe,
  ProbeFailure,
  ProbeKind,
  Step,
  StepKind,
} from '../engine/module/contract.ts';
import { effect, probe, step } from '../engine/module/probe_identity.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, oneOf, optional, path, str } from '../engine/module/kinds.ts';
import { sh } from '../engine/module/quote.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { writeFile } from '../engine/module/vocabulary/write_file.ts';

/** Values of several numbers are separated by tabs in the kernel and by blanks in files. */
export const normalValue = (value: string): string => value.trim().split(/\s+/).join(' ');

/** The value as it is kept: the words of truth of YAML and Ansible are 1 and 0. */
function wishedValue(value: string): string {
  const normal = normalValue(value);
  if (/^(?:y|yes|on|t|true)$/i.test(normal)) return '1';
  return /^(?:n|no|off|f|false)$/i.test(normal) ? '0' : normal;
}

/** The file of a setting. A dot or a slash separates its parts, whichever comes first, as sysctl(8) has it. */
export function settingFile(name: string): string {
  const separatesBySlash = /^[^.]*\//.test(name);
  const parts = separatesBySlash ? name : name.replace(/[./]/g, (mark) => (mark === '.' ? '/' : '.'));
  return `/proc/sys/${parts}`;
}

export const sysctlKind: ProbeKind<{ readonly name: string }, string | null> = {
  name: 'sysctl',
  stability: 'stable',
  target: 'host',
  ask: ({ name }) => ({ script: sh`f=${settingFile(name)}; [ -e "$f" ] || exit 3; cat -- "$f"`.text }),
  parse: ({ rc, stdout, stderr }: Output, { name }): string | null | ProbeFailure => {
    if (rc === 3) return null;
    return rc === 0
      ? normalValue(stdout.toString('utf8'))
      : { failed: `Cannot read kernel setting ${name}: ${stderr.toString('utf8').trim()}` };
  },
  shown: (value, { name }) => ({ title: `kernel setting ${name}`, lines: value === null ? null : [value] }),
};

const sysctlValue = (name: string): Probe<string | null> => probe(sysctlKind, { name });

interface Setting {
  readonly name: string;
  readonly value: string;
}

/** Another name of a setting. */
const sameFile = (file: string): string =>
  file === '/proc/sys/net/ipv4/ip_forward' ? '/proc/sys/net/ipv4/conf/all/forwarding' : file;

/** Settings of interfaces that the kernel sets along: devinet_copy_dflt_conf, inet_forward_change, addrconf_sysctl_*. */
function mayCarry(from: string, file: string): boolean {
  const parts = /^\/proc\/sys\/net\/(ipv[46])\/conf\/([^/]+)\/(\w+)$/;
  const [, family, scope, what] = parts.exec(from) ?? [];
  const [, itsFamily, itsScope, its] = parts.exec(file) ?? [];
  if (family === undefined || family !== itsFamily || what !== its || itsScope === 'all') return false;
  if (scope === 'all') return family === 'ipv6' || what === 'forwarding';
  return scope === 'default' && family === 'ipv4';
}

function afterSettings(
  settings: readonly Setting[],
  name: string,
  before: string | null | undefined,
): Predicted<string | null> {
  const asked = sameFile(settingFile(name));
  let [after, isOpen] = [before, false];
  for (const setting of settings) {
    const file = sameFile(settingFile(setting.name));
    if (file === asked) [after, isOpen] = [setting.value, false];
    else if (mayCarry(file, asked)) isOpen ||= after !== setting.value;
  }
  if (!isOpen) return after;
  return { uncertain: [], waitsFor: `set ${settings.map((one) => one.name).join(', ')}` };
}

interface SetValue extends Setting {
  readonly ignoreErrors: boolean;
}

const setKind: StepKind<SetValue, void> = {
  name: 'set sysctl',
  target: 'host',
  perform: ({ name, value, ignoreErrors }) => ({
    script:
      sh`{ printf '%s\n' ${value} > ${settingFile(name)}; } 2>/dev/null || ${ignoreErrors ? sh`:` : sh`{ echo ${`the kernel does not take ${name} = ${value}`} >&2; exit 1; }`}`
        .text,
  }),
  describe: ({ name, value }) => `set ${name} = ${value}`,
  mayFail: ({ name, value, ignoreErrors }) =>
    ignoreErrors ? undefined : `whether the kernel takes ${name} = ${value}`,
  effects: [
    effect(sysctlKind, {
      touches: () => true,
      predict: (setting, { name }, before) => afterSettings([setting], name, before),
    }),
  ],
};

interface Reload {
  readonly file: string;
  /** What the file holds, in its order. */
  readonly settings: readonly Setting[];
  readonly ignoreErrors: boolean;
}

const reloadKind: StepKind<Reload, void> = {
  name: 'reload sysctl file',
  target: 'host',
  perform: ({ file, ignoreErrors }) => ({
    script: sh`sysctl ${ignoreErrors ? ['-e'] : []} -p ${file} >/dev/null`.text,
  }),
  describe: ({ file }) => `apply the settings of ${file}`,
  mayFail: ({ file, ignoreErrors }) =>
    ignoreErrors ? undefined : `whether the kernel takes the settings of ${file}`,
  effects: [
    effect(sysctlKind, {
      touches: () => true,
      predict: ({ file, settings }, { name }, before) =>
        // Names may be patterns of files.
        settings.some((one) => /[*?[]/.test(one.name))
          ? { uncertain: [], waitsFor: `apply the settings of ${file}` }
          : afterSettings(settings, name, before),
    }),
  ],
};

const lineName = (line: string): string | undefined => /^\s*-?([^#;=\s]+)\s*=/.exec(line)?.[1];

function settingsIn(text: string): readonly Setting[] {
  return text.split('\n').flatMap((line) => {
    const name = lineName(line);
    return name === undefined ? [] : [{ name, value: normalValue(line.slice(line.indexOf('=') + 1)) }];
  });
}

/** The file with the setting once, at its first place or at the end; without it when `value` is null. */
export function withSetting(text: string, name: string, value: string | null): string {
  const isOurs = (line: string): boolean => {
    const found = lineName(line);
    return found !== undefined && settingFile(found) === settingFile(name);
  };
  const old = text.split('\n');
  const ours = old.filter(isOurs);
  const same = ours.length === 1 && value !== null && settingsIn(ours[0] ?? '')[0]?.value === value;
  if (same || (ours.length === 0 && value === null)) return text;
  const first = old.findIndex(isOurs);
  const kept = old.filter((line, index) => !isOurs(line) || (index === first && value !== null));
  const line = `${name}=${value ?? ''}`;
  if (value === null) return kept.join('\n');
  if (first !== -1) return kept.map((item, index) => (index === first ? line : item)).join('\n');
  const body = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${body}${line}\n`;
}

interface Wanted {
  readonly name: string;
  readonly value: string | undefined;
  readonly state: 'present' | 'absent';
  readonly sysctl_file: string;
  readonly sysctl_set: boolean;
  readonly reload: boolean;
  readonly ignoreerrors: boolean;
}

function planSetting(
  params: Wanted,
  file: FileContent,
  current: string | null | undefined,
  user: string,
): Plan {
  const wantsIt = params.state === 'present';
  if (wantsIt && (params.value ?? '').trim() === '') return { steps: [], fail: 'state=present needs value' };
  if (!/^[^#;=\s-][^#;=\s]*$/.test(params.name))
    return { steps: [], fail: `'${params.name}' is no name of a kernel setting` };
  const value = wantsIt ? wishedValue(params.value ?? '') : null;
  const before = textIn(file);
  const after = withSetting(before, params.name, value);
  const isWritten = after !== before;
  if (params.sysctl_set && current === null && !params.ignoreerrors)
    return { steps: [], fail: `the kernel has no setting ${params.name} (is its module loaded?)` };
  const set: Step[] =
    params.sysctl_set && value !== null && current !== value
      ? [step(setKind, { name: params.name, value, ignoreErrors: params.ignoreerrors })]
      : [];
  const reload: Step[] =
    isWritten && params.reload && !params.sysctl_set && wantsIt
      ? [
          step(reloadKind, {
            file: params.sysctl_file,
            settings: settingsIn(after),
            ignoreErrors: params.ignoreerrors,
          }),
        ]
      : [];
  return {
    steps: [
      ...(isWritten
        ? [writeFile({ path: params.sysctl_file, content: textContent(after), creator: user })]
        : []),
      ...set,
      ...reload,
    ],
    differences: isWritten ? [{ header: params.sysctl_file, before, after }] : [],
  };
}

export const sysctl = defineModule({
  name: 'sysctl',
  fullNames: ['ansible.posix.sysctl'],
  summary: 'Keep a kernel setting, now and after a reboot',
  reach: ({ sysctl_file: file }) => ({ files: [file], answers: [sysctlKind] }),
  params: {
    name: str({ aliases: ['key'] }),
    value: optional(str({ aliases: ['val'] })),
    state: optional(oneOf('present', 'absent'), 'present'),
    sysctl_file: optional(path({ doc: 'File that is read at boot' }), '/etc/sysctl.conf'),
    sysctl_set: optional(bool({ doc: 'Set the value now too, and see that it stays' }), false),
    reload: optional(bool({ doc: 'Apply the file after a change' }), true),
    ignoreerrors: optional(bool({ doc: 'A setting that the kernel does not have is no failure' }), false),
  },
  seen: answers<{ file: FileContent; current?: string | null }>(),
  probes: (params, seen) =>
    seen.file
      ? done
      : {
          file: content(params.sysctl_file),
          ...(params.sysctl_set ? { current: sysctlValue(params.name) } : {}),
        },
  plan: (params, seen, context) => planSetting(params, seen.file, seen.current, context.user),
});
