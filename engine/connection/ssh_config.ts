// Reads ssh_config(5): the first value of an option wins, IdentityFile gathers.
import { globSync } from './glob.ts';
import { readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { expandPath, expandTokens, matchesPatterns, splitWords } from './ssh_words.ts';

const proxyOptions = ['proxyjump', 'proxycommand'];

/** Options by lower-case name. Values are as written, but for the quotes. */
export class SshOptions {
  readonly #values = new Map<string, string>();
  readonly identityFiles: string[] = [];

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase());
  }

  /** Keeps what was set before; of ProxyJump and ProxyCommand the first one, be it `none`. */
  offer(name: string, value: string): void {
    const key = name.toLowerCase();
    const rival = proxyOptions.find((other) => other !== key);
    if (proxyOptions.includes(key) && rival !== undefined && this.#values.has(rival)) return;
    if (key === 'identityfile') {
      if (!this.identityFiles.includes(value)) this.identityFiles.push(value);
    } else if (!this.#values.has(key)) this.#values.set(key, value);
  }
}

/** What cannot be understood in a configuration, with its place. */
export class SshConfigProblem extends Error {}

/** Options whose value is the rest of the line, quotes and all. */
const wholeLine = new Set(['proxycommand', 'localcommand', 'remotecommand', 'knownhostscommand']);
const deepestInclude = 16;

interface Place {
  readonly file: string;
  readonly line: number;
}

/** Splits `Name value`, `Name=value` and `Name = value`. */
export function splitOption(line: string): { name: string; rest: string } | undefined {
  const match = /^\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+|$)(.*)$/s.exec(line);
  return match === null ? undefined : { name: match[1] ?? '', rest: (match[2] ?? '').trim() };
}

/** The value of an option's text: several words stand with one space between. */
export function optionValue(name: string, rest: string): string {
  if (wholeLine.has(name.toLowerCase())) return rest;
  const words = splitWords(rest);
  // File names may hold spaces, so several of them stay quoted.
  return words.length > 1
    ? words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')
    : (words[0] ?? '');
}

/** Adds to `options` what `file` says about a host. A missing file says nothing. */
export function readSshConfig(file: string, host: string, options: SshOptions): void {
  readFile(file, host, options, 0);
}

function readFile(file: string, host: string, options: SshOptions, depth: number): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return;
  }
  if (depth > deepestInclude)
    throw new SshConfigProblem(`${file}: Include goes deeper than ${deepestInclude} files`);
  let applies = true;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const place: Place = { file, line: index + 1 };
    const option = /^\s*(#|$)/.test(line) ? undefined : splitOption(line);
    if (option === undefined) continue;
    const { name, rest } = option;
    switch (name.toLowerCase()) {
      case 'host':
        // ssh looks for the name as it was given.
        applies = matchesPatterns(host, splitWords(rest), 'as written');
        break;
      case 'match':
        applies = matches(splitWords(rest), host, options, place);
        break;
      case 'include':
        if (applies)
          for (const word of splitWords(rest))
            for (const other of includedFiles(word, file)) readFile(other, host, options, depth + 1);
        break;
      default:
        if (applies) options.offer(name, optionValue(name, rest));
    }
  }
}

/** Relative names are those of ~/.ssh, or of /etc/ssh for the system's file. */
function includedFiles(word: string, from: string): string[] {
  const base = from.startsWith('/etc/ssh/') ? '/etc/ssh' : path.join(homedir(), '.ssh');
  return globSync(path.resolve(base, expandPath(word)));
}

function matches(words: readonly string[], host: string, options: SshOptions, place: Place): boolean {
  let result = true;
  for (let at = 0; at < words.length; at += 1) {
    const [head = '', inline] = (words[at] ?? '').split('=', 2);
    const isNegated = head.startsWith('!');
    const criterion = (isNegated ? head.slice(1) : head).toLowerCase();
    let isMatch: boolean;
    if (criterion === 'all') isMatch = true;
    else if (criterion === 'canonical') isMatch = false;
    else {
      const subject = subjectOf(criterion, host, options);
      if (subject === undefined)
        throw new SshConfigProblem(
          `${place.file}:${place.line}: \`Match ${criterion}\` is not understood by this connection; use connection openssh, or say it with Host`,
        );
      if (inline === undefined) at += 1;
      const letters = criterion.endsWith('host') ? 'in either case' : 'as written';
      isMatch = matchesPatterns(subject, (inline ?? words[at] ?? '').split(','), letters);
    }
    if (isMatch === isNegated) result = false;
  }
  return result;
}

function subjectOf(criterion: string, host: string, options: SshOptions): string | undefined {
  switch (criterion) {
    case 'host':
      return expandTokens(options.get('hostname') ?? host, { h: host });
    case 'originalhost':
      return host;
    case 'user':
      return options.get('user') ?? userInfo().username;
    case 'localuser':
      return userInfo().username;
    default:
      return undefined;
  }
}
