// known_hosts as sshd(8) describes it: which keys are known for a host.
import { createHash, createHmac } from 'node:crypto';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { matchesPatterns } from './ssh_words.ts';

export interface KnownKey {
  readonly marker: '' | 'revoked' | 'cert-authority';
  readonly type: string;
  /** Base64 of the key's wire form. */
  readonly key: string;
  readonly file: string;
  readonly line: number;
}

export type HostKeyVerdict =
  | { readonly verdict: 'known' | 'unknown' | 'revoked' | 'authority-only' }
  | { readonly verdict: 'changed'; readonly known: KnownKey };

/** The entries for a name: `host`, or `[host]:port` for a port other than 22. Missing files have none. */
export function knownKeysOf(name: string, files: readonly string[]): KnownKey[] {
  return files.flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return [];
    }
    return text.split(/\r?\n/).flatMap((line, index) => readLine(line, name, file, index + 1));
  });
}

function readLine(text: string, name: string, file: string, line: number): KnownKey[] {
  const fields = text.trim().split(/\s+/);
  if (fields[0]?.startsWith('#') !== false) return [];
  let marker: KnownKey['marker'] = '';
  if (fields[0].startsWith('@')) {
    const word = fields.shift()?.slice(1);
    if (word !== 'revoked' && word !== 'cert-authority') return [];
    marker = word;
  }
  const [names = '', type = '', key = ''] = fields;
  return key !== '' && namesMatch(names, name) ? [{ marker, type, key, file, line }] : [];
}

function namesMatch(names: string, name: string): boolean {
  const hashed = /^\|1\|([^|]+)\|(.+)$/.exec(names);
  if (hashed === null) return matchesPatterns(name, names.split(','), 'in either case');
  const salt = Buffer.from(hashed[1] ?? '', 'base64');
  return createHmac('sha1', salt).update(name).digest('base64') === hashed[2];
}

/** The type's name stands first in the key's wire form (RFC 4253, 6.6). */
export function keyType(key: Buffer): string {
  return key.length < 4 ? '' : key.toString('latin1', 4, 4 + key.readUInt32BE(0));
}

export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

export function judgeHostKey(key: Buffer, known: readonly KnownKey[]): HostKeyVerdict {
  const text = key.toString('base64');
  const type = keyType(key);
  if (known.some((entry) => entry.marker === 'revoked' && entry.key === text)) return { verdict: 'revoked' };
  const plain = known.filter((entry) => entry.marker === '');
  if (plain.some((entry) => entry.key === text)) return { verdict: 'known' };
  const other = plain.find((entry) => entry.type === type);
  if (other !== undefined) return { verdict: 'changed', known: other };
  const hasAuthority = known.some((entry) => entry.marker === 'cert-authority');
  return { verdict: hasAuthority && plain.length === 0 ? 'authority-only' : 'unknown' };
}

/** Adds a key. One write, so that lines of two runs do not mix. */
export function addKnownHost(file: string, name: string, key: Buffer): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const start = endsWithNewline(file) ? '' : '\n';
  appendFileSync(file, `${start}${name} ${keyType(key)} ${key.toString('base64')}\n`, { mode: 0o600 });
}

function endsWithNewline(file: string): boolean {
  try {
    const { size } = statSync(file);
    if (size === 0) return true;
    const descriptor = openSync(file, 'r');
    const last = Buffer.alloc(1);
    readSync(descriptor, last, 0, 1, size - 1);
    closeSync(descriptor);
    return last[0] === 0x0a;
  } catch {
    return true;
  }
}
