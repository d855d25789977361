// Check mode: which of the texts that facts are read from a step makes others. What other steps tell stays as it is.
import type { Step } from '../../engine/module/contract.ts';
import { isFileTouched } from '../../engine/module/vocabulary/file_touched.ts';
import { type Unforeseen, unforeseenKind } from '../../engine/module/vocabulary/unforeseen.ts';
import { factFiles, type TextName, type Texts } from './fact_texts.ts';

/** By the kind of the step. */
const byStep: { readonly [kind: string]: readonly TextName[] } = {
  'set host name': ['names'],
  'mount act': ['mounts', 'mountinfo', 'uuids'],
  'switch swap off': ['meminfo'],
  'change routes': ['routes'],
  'load kernel module': ['interfaces', 'addresses'],
  user: ['id'],
  group: ['id'],
};

/** By the kinds of answers that a task may touch of which nothing is known. */
const byAnswer: { readonly [kind: string]: readonly TextName[] } = {
  'host name': ['names', 'uname'],
  mount: ['mounts', 'mountinfo', 'uuids'],
  'active swap': ['meminfo'],
  routes: ['routes'],
  'kernel module': ['interfaces', 'addresses'],
  // A unit of whatever name.
  unit: ['routes', 'addresses', 'interfaces', 'names', 'uname', 'meminfo', 'mounts', 'mountinfo', 'uuids'],
};

function isOfUnforeseen({ kind, args }: Step, name: TextName): boolean {
  if (kind.name !== unforeseenKind.name) return false;
  const { what } = args as Unforeseen;
  const { answers = [] } = typeof what === 'string' ? {} : what;
  return answers.some((answer) => byAnswer[answer.name]?.includes(name));
}

/** What a package or a unit whose name holds such a word brings. */
const byName: readonly (readonly [RegExp, readonly TextName[]])[] = [
  [/python/, ['python']],
  [/lsb/, ['lsb', 'lsb_file']],
  [/apparmor/, ['apparmor']],
  [/selinux/, ['selinux']],
  [/libcap/, ['capabilities']],
  [/apt|dnf|yum|zypper|apk|pacman/, ['tools']],
  [/systemd-sysv|sysvinit|openrc/, ['services']],
  [/ssh/, ['host_keys']],
  [/netw|wg|wireguard|dhc|ifup|bridge|vpn|calico|flannel|cni|kube/, ['routes', 'addresses', 'interfaces']],
  [/hostname|hosts/, ['names', 'uname']],
  [/swap/, ['meminfo']],
  [/\.(auto)?mount/, ['mounts', 'mountinfo', 'uuids']],
];

/** Files that other texts come from. */
const placesOf: { readonly [Name in TextName]?: readonly string[] } = {
  host_keys: ['/etc/ssh'],
  machine_id: ['/etc/machine-id', '/var/lib/dbus/machine-id'],
  date: ['/etc/localtime', '/etc/timezone'],
  id: ['/etc/passwd', '/etc/group'],
  names: ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'],
  selinux: ['/etc/selinux'],
};

export function isOpened(step: Step, name: TextName, factPath: string): boolean {
  const { name: kind } = step.kind;
  if (byStep[kind]?.includes(name) || isOfUnforeseen(step, name)) return true;
  if (['unit', 'package', 'apt act'].includes(kind)) {
    const words = step.kind.describe(step.args as never);
    return byName.some(([pattern, texts]) => texts.includes(name) && pattern.test(words));
  }
  if (name === 'local') return isFileTouched(step, factPath);
  const file = (factFiles as { readonly [text: string]: string })[name];
  const places = file === undefined ? (placesOf[name] ?? []) : [file];
  return places.some((place) => !/^\/proc\//.test(place) && isFileTouched(step, place));
}

/** The texts as a step makes them where it tells that. */
export function textsAfter({ kind, args }: Step, texts: Texts): Texts {
  if (kind.name !== 'set host name' || texts.uname === undefined) return texts;
  const [system = '', , ...others] = texts.uname.split('\n');
  const open = Object.fromEntries(Object.entries(texts.open ?? {}).filter(([name]) => name !== 'uname'));
  return { ...texts, uname: [system, args as string, ...others].join('\n'), ...(texts.open ? { open } : {}) };
}

/** Of texts that many facts are read from beside: those that what steps do can make others. */
const factsFrom: { readonly [Name in TextName]?: RegExp } = {
  names: /^(fqdn|domain)$/,
  uname: /^(hostname|fqdn|domain|nodename)$/,
  mounts: /^mounts$/,
  mountinfo: /^mounts$/,
  uuids: /^(mounts|device_links|devices)$/,
  meminfo: /mem|swap/,
};

/** Whether a fact may be another when the text that its source reads is open. */
export function isReadFrom(fact: string, text: TextName): boolean {
  return factsFrom[text]?.test(fact) ?? true;
}
