// What is asked of a host to learn its facts: texts by name, each printed by a piece of POSIX sh that needs neither
// Python nor GNU tools. All texts of a task travel in one answer.
import type { Output, Probe, ProbeKind } from '../../engine/module/contract.ts';
import { probe } from '../../engine/module/probe_identity.ts';
import { isOpened, textsAfter } from './fact_doubts.ts';
import { sh, type ShellText } from '../../engine/module/quote.ts';
import { hardwareScripts } from './fact_scripts_hardware.ts';
import { systemScripts } from './fact_scripts_system.ts';

/** Texts that are files as they stand on the host; without the file there is no text. */
export const factFiles = {
  os_release: '/etc/os-release',
  lsb_file: '/etc/lsb-release',
  debian_version: '/etc/debian_version',
  alpine_release: '/etc/alpine-release',
  centos_release: '/etc/centos-release',
  redhat_release: '/etc/redhat-release',
  resolv: '/etc/resolv.conf',
  cmdline: '/proc/cmdline',
  fips: '/proc/sys/crypto/fips_enabled',
  loadavg: '/proc/loadavg',
  uptime: '/proc/uptime',
  meminfo: '/proc/meminfo',
  cpuinfo: '/proc/cpuinfo',
  mountinfo: '/proc/self/mountinfo',
} as const;

const scripts = { ...systemScripts, ...hardwareScripts };

export type TextName = keyof typeof factFiles | keyof typeof scripts;
/** Absent when the host has no such thing. */
export type Texts = { readonly [Name in TextName]?: string } & {
  /** Only in a picture: texts that a step has made others, and what they wait for. */
  readonly open?: { readonly [Name in TextName]?: string };
};

export interface FactQuestion {
  readonly texts: readonly TextName[];
  /** Folder of `.fact` files on the host. */
  readonly factPath: string;
  readonly timeoutSeconds: number;
}

// Programs of administrators are found though a login that is no login shell leaves them out of PATH.
const start = `PATH=\${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin LC_ALL=C; export PATH LC_ALL
exec 2>/dev/null </dev/null
within() { if command -v timeout >/dev/null; then timeout "$@"; else shift; "$@"; fi; }
say() { printf '\\n\\001%s\\n' "$1"; }
file() { if [ -r "$2" ] && [ -f "$2" ]; then say "$1"; cat -- "$2"; fi; }`;

function textScript(name: TextName): string {
  if (name in factFiles) return `file ${name} ${factFiles[name as keyof typeof factFiles]}`;
  const script: ShellText = scripts[name as keyof typeof scripts];
  return `say ${name}\n${script.text}`;
}

function ask({ texts, factPath, timeoutSeconds }: FactQuestion): {
  readonly script: string;
  readonly userEnvironment: true;
  readonly timeoutSeconds: number;
} {
  // The environment comes before `start` changes it.
  const environment = `printf '\\n\\001environment\\n'; cat /proc/self/environ 2>/dev/null`;
  const first = texts.includes('environment') ? [environment] : [];
  const others = texts.filter((name) => name !== 'environment').map(textScript);
  const script = [...first, start, sh`FACTS=${factPath}`.text, ...others, ':'].join('\n');
  return { script, userEnvironment: true, timeoutSeconds };
}

/** The texts in an answer. */
export function readTexts(answer: string): Texts {
  const found: { [name: string]: string } = {};
  for (const part of `\n${answer}`.split('\n\u0001').slice(1)) {
    const end = part.indexOf('\n');
    found[part.slice(0, end)] = part.slice(end + 1);
  }
  return found;
}

export const factTextsKind: ProbeKind<FactQuestion, Texts> = {
  name: 'fact texts',
  stability: 'volatile',
  target: 'host',
  partAfter: (step, { texts, factPath }, before) => {
    const answer = textsAfter(step, before);
    const opened = texts.filter((name) => !answer.open?.[name] && isOpened(step, name, factPath));
    if (opened.length === 0) return answer;
    const why = step.kind.describe(step.args as never);
    return { ...answer, open: { ...answer.open, ...Object.fromEntries(opened.map((name) => [name, why])) } };
  },
  ask,
  parse: ({ stdout, timedOut, stderr, rc }: Output) => {
    if (timedOut === true) return { failed: 'The host did not tell its facts in time; see gather_timeout' };
    const texts = readTexts(stdout.toString('utf8'));
    if (Object.keys(texts).length > 0) return texts;
    return { failed: `The host told no facts (exit code ${rc}): ${stderr.toString('utf8').trim()}` };
  },
};

export function factTexts(question: FactQuestion): Probe<Texts> {
  return probe(factTextsKind, question);
}

/** The lines of a text without those that are empty. */
export function linesOf(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line.trim() !== '');
}

/** Lines `word rest` as pairs; a word that comes again wins. */
export function wordsOf(text: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    linesOf(text).map((line) => {
      const at = line.indexOf(' ');
      return at < 0 ? ([line, ''] as const) : ([line.slice(0, at), line.slice(at + 1)] as const);
    }),
  );
}
