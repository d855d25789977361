// datetime and timedelta, as `now()`, `to_datetime` and their difference give them. Naive: no time zone, as in Ansible.
import type { Value } from '../../document/value.ts';
import { Float } from '../../document/value.ts';
import { Callable, Special, inside } from './special.ts';
import { strftime } from './strftime.ts';

const day = 86_400_000;
const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** A wall clock time without zone; kept as if it were UTC. `micros` is the part of a millisecond below it. */
export class DateTime extends Special {
  readonly typeName = 'datetime';
  readonly date: Date;
  readonly micros: number;
  constructor(date: Date, micros = 0) {
    super();
    this.date = date;
    this.micros = micros;
  }
  /** Microseconds of the second. */
  get fraction(): number {
    return this.date.getUTCMilliseconds() * 1000 + this.micros;
  }
  /** Milliseconds since 1970 when the wall clock time is read in this machine's time zone, as Python does. */
  get localEpoch(): number {
    const d = this.date;
    return new Date(
      d.getUTCFullYear(),
      d.getUTCMonth(),
      d.getUTCDate(),
      d.getUTCHours(),
      d.getUTCMinutes(),
      d.getUTCSeconds(),
      d.getUTCMilliseconds(),
    ).getTime();
  }
  isoformat(separator = 'T'): string {
    const d = this.date;
    const clock = `${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}:${pad(d.getUTCSeconds())}`;
    const fraction = this.fraction === 0 ? '' : `.${pad(this.fraction, 6)}`;
    return `${pad(d.getUTCFullYear(), 4)}-${pad(d.getUTCMonth() + 1)}-${pad(d.getUTCDate())}${separator}${clock}${fraction}`;
  }
  text(): string {
    return this.isoformat(' ');
  }
  override repr(): string {
    const d = this.date;
    const parts = [
      d.getUTCFullYear(),
      d.getUTCMonth() + 1,
      d.getUTCDate(),
      d.getUTCHours(),
      d.getUTCMinutes(),
    ];
    if (d.getUTCSeconds() !== 0 || this.fraction !== 0) parts.push(d.getUTCSeconds());
    if (this.fraction !== 0) parts.push(this.fraction);
    return `datetime.datetime(${parts.join(', ')})`;
  }
  override compare(other: Special): number | undefined {
    if (!(other instanceof DateTime)) return undefined;
    return this.date.getTime() - other.date.getTime() || this.micros - other.micros;
  }
  override attribute(name: string): Value | undefined {
    const d = this.date;
    const fields: Record<string, () => Value> = {
      year: () => d.getUTCFullYear(),
      month: () => d.getUTCMonth() + 1,
      day: () => d.getUTCDate(),
      hour: () => d.getUTCHours(),
      minute: () => d.getUTCMinutes(),
      second: () => d.getUTCSeconds(),
      microsecond: () => this.fraction,
    };
    const methods: Record<string, (args: readonly Value[]) => Value> = {
      strftime: ([format]) => strftime(typeof format === 'string' ? format : '', this),
      isoformat: ([separator]) => this.isoformat(typeof separator === 'string' ? separator : 'T'),
      timestamp: () => new Float(this.localEpoch / 1000 + this.micros / 1e6),
      weekday: () => (d.getUTCDay() + 6) % 7,
      isoweekday: () => d.getUTCDay() || 7,
      date: () => inside(new DateTime(new Date(Math.floor(d.getTime() / day) * day))),
    };
    if (Object.hasOwn(fields, name)) return fields[name]?.();
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    return method ? inside(new Callable(name, ({ positional }) => method(positional))) : undefined;
  }
}

export class TimeDelta extends Special {
  readonly typeName = 'timedelta';
  readonly microseconds: number;
  constructor(microseconds: number) {
    super();
    this.microseconds = microseconds;
  }
  get days(): number {
    return Math.floor(this.microseconds / (day * 1000));
  }
  get seconds(): number {
    return Math.floor((this.microseconds - this.days * day * 1000) / 1e6);
  }
  text(): string {
    const fraction = ((this.microseconds % 1e6) + 1e6) % 1e6;
    const days = this.days === 0 ? '' : `${this.days} day${Math.abs(this.days) === 1 ? '' : 's'}, `;
    const clock = `${Math.floor(this.seconds / 3600)}:${pad(Math.floor(this.seconds / 60) % 60)}:${pad(this.seconds % 60)}`;
    return `${days}${clock}${fraction === 0 ? '' : `.${pad(fraction, 6)}`}`;
  }
  override isTrue(): boolean {
    return this.microseconds !== 0;
  }
  override compare(other: Special): number | undefined {
    return other instanceof TimeDelta ? this.microseconds - other.microseconds : undefined;
  }
  override attribute(name: string): Value | undefined {
    if (name === 'days') return this.days;
    if (name === 'seconds') return this.seconds;
    if (name === 'microseconds') return ((this.microseconds % 1e6) + 1e6) % 1e6;
    if (name === 'total_seconds') return inside(new Callable(name, () => new Float(this.microseconds / 1e6)));
    return undefined;
  }
}

function microsecondsOf(time: DateTime): number {
  return time.date.getTime() * 1000 + time.micros;
}

/** date - date, date ± span, span ± span; undefined when there is no such sum. */
export function addDates(operator: '+' | '-', left: Special, right: Special): Value | undefined {
  const sign = operator === '+' ? 1 : -1;
  if (left instanceof DateTime && right instanceof DateTime)
    return operator === '-' ? inside(new TimeDelta(microsecondsOf(left) - microsecondsOf(right))) : undefined;
  if (left instanceof TimeDelta && right instanceof TimeDelta)
    return inside(new TimeDelta(left.microseconds + sign * right.microseconds));
  if (left instanceof DateTime && right instanceof TimeDelta) {
    const total = microsecondsOf(left) + sign * right.microseconds;
    return inside(new DateTime(new Date(Math.floor(total / 1000)), ((total % 1000) + 1000) % 1000));
  }
  return undefined;
}
