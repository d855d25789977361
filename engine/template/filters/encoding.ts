// Base64, URLs and hashes.
import { createHash, getHashes } from 'node:crypto';
import { bytesOfText, textOfBytes } from '../../document/byte_text.ts';
import { outsideText } from '../../document/outside.ts';
import { type Key, type Value, bare, isDict } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { text } from '../python/printing.ts';
import { iterate, itemsOf } from '../python/sequence.ts';

/** Encodings by Python's names. */
function encode(source: string, encoding: string): Buffer {
  const name = encoding.toLowerCase().replaceAll('_', '-');
  if (name === 'utf-8' || name === 'utf8' || name === 'ascii') return bytesOfText(source);
  if (name === 'latin-1' || name === 'latin1' || name === 'iso-8859-1') return Buffer.from(source, 'latin1');
  if (name === 'utf-16-le') return Buffer.from(source, 'utf16le');
  if (name === 'utf-16') return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(source, 'utf16le')]);
  return fail(`unknown encoding: ${encoding}`);
}

function decode(source: Buffer, encoding: string): string {
  const name = encoding.toLowerCase().replaceAll('_', '-');
  if (name === 'latin-1' || name === 'latin1' || name === 'iso-8859-1') return source.toString('latin1');
  if (name === 'utf-16-le') return source.toString('utf16le');
  if (name === 'utf-16') return source.toString('utf16le').replace(/^\ufeff/, '');
  return textOfBytes(source);
}

function b64decode(args: Args): Value {
  const source = args.text('value').replace(/[^A-Za-z0-9+/=]/g, '');
  if (source.replace(/=+$/, '').length % 4 === 1 || (source.length % 4 !== 0 && !source.endsWith('=')))
    return fail('b64decode: incorrect padding');
  // Base64 of a host carries no mark, as it does no harm before it is decoded.
  return outsideText(decode(Buffer.from(source, 'base64'), args.text('encoding', 'utf-8')));
}

/** quote(): everything but unreserved characters and `safe` as %XX. */
function percentEncode(source: string, safe: string): string {
  let out = '';
  for (const byte of bytesOfText(source)) {
    const character = String.fromCharCode(byte);
    const isSafe = byte < 0x80 && (/[\w.~-]/.test(character) || safe.includes(character));
    out += isSafe ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

function percentDecode(source: string): string {
  const bytes: number[] = [];
  for (const part of source.match(/%[0-9a-fA-F]{2}|[\s\S]/gu) ?? [])
    bytes.push(
      ...(part.length === 3 && part.startsWith('%') ? [parseInt(part.slice(1), 16)] : bytesOfText(part)),
    );
  return textOfBytes(Buffer.from(bytes));
}

function urlEncode(args: Args): Value {
  const value = bare(args.value('value'));
  if (typeof value === 'string' || !(isDict(value) || itemsOf(value))) return percentEncode(text(value), '/');
  const pairs = isDict(value)
    ? [...value]
    : iterate(value).map((pair) => [...iterate(pair)] as [Value, Value]);
  const plus = (part: Value): string => percentEncode(text(part), '').replaceAll('%20', '+');
  return pairs.map(([key, entry]) => `${plus(key)}=${plus(entry)}`).join('&');
}

export interface Url {
  readonly scheme: string;
  readonly netloc: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

export function splitUrl(source: string): Url {
  const [, scheme = '', rest = source] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(source) ?? [];
  const [, netloc = '', afterHost = rest] = /^\/\/([^/?#]*)(.*)$/s.exec(rest) ?? [];
  const [, path = '', query = '', fragment = ''] =
    /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(afterHost) ?? [];
  return { scheme: scheme.toLowerCase(), netloc, path, query, fragment };
}

function urlSplit(args: Args): Value {
  const url = splitUrl(args.text('value'));
  const at = url.netloc.lastIndexOf('@');
  const account = at < 0 ? undefined : url.netloc.slice(0, at);
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(url.netloc.slice(at + 1)) ?? [];
  const [username, ...password] = account?.split(':') ?? [];
  const hostname = host.replace(/^\[|\]$/g, '').toLowerCase();
  const parts = new Map<Key, Value>([
    ['fragment', url.fragment],
    ['hostname', hostname === '' ? null : hostname],
    ['netloc', url.netloc],
    ['password', password.length > 0 ? password.join(':') : null],
    ['path', url.path],
    ['port', port === undefined || port === '' ? null : Number(port)],
    ['query', url.query],
    ['scheme', url.scheme],
    ['username', username ?? null],
  ]);
  const wanted = args.text('query', '');
  if (wanted === '') return parts;
  return parts.get(wanted) ?? (parts.has(wanted) ? null : fail(`urlsplit: unknown URL component: ${wanted}`));
}

/** A checksum in hexadecimal; the algorithm by Python's name. */
export function hexDigest(source: string | Uint8Array, algorithm: string): string {
  const names: Readonly<Record<string, string>> = {
    sha3_256: 'sha3-256',
    sha3_512: 'sha3-512',
    sha3_224: 'sha3-224',
    sha3_384: 'sha3-384',
    blake2b: 'blake2b512',
    blake2s: 'blake2s256',
  };
  const name = names[algorithm] ?? algorithm.toLowerCase();
  if (!getHashes().includes(name) && !/^sha|^md5$|^blake/.test(name))
    return fail(`unsupported hash type ${algorithm}`);
  try {
    return createHash(name)
      .update(typeof source === 'string' ? bytesOfText(source) : source)
      .digest('hex');
  } catch {
    return fail(`unsupported hash type ${algorithm}`);
  }
}

const ansibleNamespace = '361E6D51-FAEC-444A-9079-341386DA8E2E';

function uuid5(args: Args): string {
  const namespace = Buffer.from(
    args.text('namespace', ansibleNamespace).replace(/[{}-]|urn:uuid:/g, ''),
    'hex',
  );
  if (namespace.length !== 16) fail(`to_uuid: invalid value '${args.text('namespace')}' for 'namespace'`);
  const digest = createHash('sha1').update(namespace).update(args.text('value')).digest().subarray(0, 16);
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return digest.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const hash = (algorithm: string): Filter => ({
  parameters: 'value',
  run: (args) => hexDigest(args.text('value'), algorithm),
});

export const encodingFilters: Table<Filter> = {
  b64encode: {
    parameters: 'value encoding',
    run: (args) => encode(args.text('value'), args.text('encoding', 'utf-8')).toString('base64'),
  },
  b64decode: { parameters: 'value encoding', run: b64decode },
  urlencode: { parameters: 'value', run: urlEncode },
  urldecode: { parameters: 'value', run: (args) => percentDecode(args.text('value').replaceAll('+', ' ')) },
  urlsplit: { parameters: 'value query', run: urlSplit },
  hash: {
    parameters: 'value hashtype',
    run: (args) => hexDigest(args.text('value'), args.text('hashtype', 'sha1')),
  },
  md5: hash('md5'),
  sha1: hash('sha1'),
  checksum: hash('sha1'),
  to_uuid: { parameters: 'value namespace', run: uuid5 },
};
