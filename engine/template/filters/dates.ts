// Dates: reading, formatting.
import { type Value, bare } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table, Tools } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { localTime, localZone } from '../python/clock.ts';
import { DateTime } from '../python/datetime.ts';
import { numeric, parseFloatText } from '../python/numbers.ts';
import { text } from '../python/printing.ts';
import { inside } from '../python/special.ts';
import { strftime, strptime } from '../python/strftime.ts';

function toDatetime(args: Args): Value {
  const format = args.text('format', '%Y-%m-%d %H:%M:%S');
  const read = strptime(args.text('value'), format);
  if (!read) return fail(`time data '${args.text('value')}' does not match format '${format}'`);
  return inside(new DateTime(read.date, read.micros));
}

function secondsOf(value: Value): number {
  const number = numeric(value)?.value ?? parseFloatText(text(value));
  return number === undefined ? fail(`strftime: '${text(value)}' is no time in seconds`) : Number(number);
}

function formatTime(args: Args, tools: Tools): Value {
  const second = args.optional('second');
  if (second === undefined || bare(second) === null) tools.impure('strftime without a time');
  const epoch = second === undefined || bare(second) === null ? Date.now() / 1000 : secondsOf(second);
  const moment = new Date(Math.floor(epoch) * 1000);
  const format = args.text('value').replaceAll('%s', String(Math.floor(epoch)));
  if (args.bool('utc', false))
    return strftime(format, new DateTime(moment), { offset: '+0000', name: 'GMT' });
  return strftime(format, localTime(moment), localZone(moment));
}

export const dateFilters: Table<Filter> = {
  to_datetime: { parameters: 'value format', run: toDatetime },
  strftime: { parameters: 'value second utc', run: formatTime },
};
