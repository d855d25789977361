// Reads XML by a plan while it arrives, so that of a reply of megabytes only its values are kept. The SDK's reader keeps
// text, tree and objects of a whole reply at a time, and takes three times as long.
import type { XmlPlan } from './xml_plan.ts';

/** A value of the API. Times are ISO texts, as Ansible prints them; keys keep their order. */
export type AwsValue = string | number | boolean | AwsValue[] | AwsRecord;
export type AwsRecord = Map<string, AwsValue>;

/** The text of a value that is one; empty for lists and records, and where there is none. */
export function awsText(value: AwsValue | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? `${value}` : '';
}

interface Open {
  readonly plan: XmlPlan;
  readonly name: string;
  readonly value: AwsValue[] | AwsRecord | undefined;
}

const [slash, question, exclamation] = [0x2f, 0x3f, 0x21];
const skipped: XmlPlan = { kind: 'skip' };
const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plainText(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(
    /&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi,
    (all, hex?: string, digits?: string, name = '') => {
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      if (digits !== undefined) return String.fromCodePoint(Number(digits));
      return characters[String(name)] ?? all;
    },
  );
}

/** `2026-11-30T03:00:00.000Z` as Python's isoformat has it: `2026-11-30T03:00:00+00:00`. */
function isoTime(text: string): string {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+?)0*)?Z$/.exec(text);
  if (!parts) return text;
  const fraction = (parts[2] ?? '').replace(/^0+$/, '');
  return `${parts[1] ?? ''}${fraction === '' ? '' : `.${fraction.slice(0, 6).padEnd(6, '0')}`}+00:00`;
}

function leafOf(kind: 'text' | 'number' | 'truth' | 'time', text: string): AwsValue {
  if (kind === 'truth') return text === 'true';
  if (kind === 'time') return isoTime(text);
  // What is no whole number stays as written: JavaScript's numbers are no Python floats.
  if (kind === 'number') return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  return plainText(text);
}

/** Texts and small records that are kept for their next appearance. */
const mostKept = 5000;
const smallRecord = 8;
const firstSize = 128 << 10;

/** Takes a reply piece by piece; `take` gets each item of an `each`. */
export class XmlValues {
  readonly #take: (item: AwsValue) => void;
  readonly #open: Open[] = [];
  readonly #root: XmlPlan;
  /** Values that come again and again (states, zones, types) are kept once. */
  readonly #same = new Map<string, string>();
  readonly #sameRecords = new Map<string, AwsRecord>();
  /** Where pieces are put together: one place for all, as a reply's worth of buffers waits long to be freed. */
  #bytes = Buffer.alloc(firstSize);
  /** How many of them are of a tag that is not whole yet. */
  #waiting = 0;
  #text = '';
  result: AwsValue | undefined;

  constructor(root: XmlPlan, take: (item: AwsValue) => void) {
    this.#root = root;
    this.#take = take;
  }

  push(piece: Buffer): void {
    const length = this.#waiting + piece.length;
    if (length > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], length * 2);
    piece.copy(this.#bytes, this.#waiting);
    const bytes = this.#bytes;
    // One character a byte: it is sought in for tags, which are ASCII. Texts are cut out of the bytes, as a piece of a
    // string would keep the whole string.
    const scanned = bytes.toString('latin1', 0, length);
    let at = 0;
    for (;;) {
      const start = scanned.indexOf('<', at);
      if (start < 0) break;
      const end = scanned.indexOf('>', start);
      if (end < 0) break;
      if (start > at) this.#text = this.#isText() ? this.#cut(bytes, scanned, at, start) : '';
      at = end + 1;
      const first = scanned.charCodeAt(start + 1);
      if (first === slash) this.#close();
      else if (first !== question && first !== exclamation) this.#begin(scanned.slice(start + 1, end));
    }
    bytes.copyWithin(0, at, length);
    this.#waiting = length - at;
  }

  /** What stands between tags of lists and records is no text. */
  #isText(): boolean {
    const kind = this.#open.at(-1)?.plan.kind;
    return kind === 'text' || kind === 'number' || kind === 'truth' || kind === 'time';
  }

  #cut(bytes: Buffer, scanned: string, from: number, to: number): string {
    const known = this.#same.get(scanned.slice(from, to));
    if (known !== undefined) return known;
    const text = bytes.toString('utf8', from, to);
    if (text.length === to - from && this.#same.size < mostKept) this.#same.set(text, text);
    return text;
  }

  /** Whether the reply was whole. */
  get isDone(): boolean {
    return this.#open.length === 0 && this.result !== undefined;
  }

  #begin(tag: string): void {
    const isEmpty = tag.endsWith('/');
    const blank = tag.search(/[\s/]/);
    const element = blank < 0 ? tag : tag.slice(0, blank);
    const { plan, name } = this.#expected(element);
    const value =
      plan.kind === 'struct' ? new Map<string, AwsValue>() : plan.kind === 'list' ? [] : undefined;
    this.#open.push({ plan, name, value });
    this.#text = '';
    if (isEmpty) this.#close();
  }

  #expected(element: string): { readonly plan: XmlPlan; readonly name: string } {
    const parent = this.#open.at(-1);
    if (!parent) return { plan: this.#root, name: element };
    const { plan } = parent;
    if (plan.kind === 'struct') return plan.members.get(element) ?? { plan: skipped, name: element };
    if (plan.kind === 'list' || plan.kind === 'each') return { plan: plan.of, name: element };
    return { plan: skipped, name: element };
  }

  #close(): void {
    const closed = this.#open.pop();
    if (!closed) return;
    const { plan, name } = closed;
    const text = this.#text;
    this.#text = '';
    if (plan.kind === 'skip' || plan.kind === 'each') return;
    const value =
      plan.kind === 'struct' || plan.kind === 'list' ? (closed.value ?? []) : leafOf(plan.kind, text);
    this.#place(name, value instanceof Map ? this.#sameRecord(value) : value);
  }

  #place(name: string, value: AwsValue): void {
    const parent = this.#open.at(-1);
    if (!parent) this.result = value;
    else if (parent.plan.kind === 'each') this.#take(value);
    else if (Array.isArray(parent.value)) parent.value.push(value);
    else parent.value?.set(name, value);
  }

  /** Most small records (states, options, groups) are those of a thousand other instances: all have one, unchanged. */
  #sameRecord(record: AwsRecord): AwsRecord {
    if (record.size > smallRecord) return record;
    let text = '';
    for (const [key, value] of record) {
      if (typeof value === 'object') return record;
      text += `${key}=${typeof value} ${value}\0`;
    }
    const known = this.#sameRecords.get(text);
    if (known) return known;
    if (this.#sameRecords.size < mostKept) this.#sameRecords.set(text, record);
    return record;
  }
}
