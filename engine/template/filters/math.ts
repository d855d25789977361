// Logarithms, powers and sizes for people.
import { type Value, Float, integer } from '../../document/value.ts';
import { fixedDigits } from '../../document/exact_decimal.ts';
import { fail } from '../failure.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { roundHalfEven } from '../python/numbers.ts';
import { text } from '../python/printing.ts';

const units = ['Y', 'Z', 'E', 'P', 'T', 'G', 'M', 'K', 'B'] as const;
const unitNames = new Map([
  ['B', ['byte', 'bit']],
  ['K', ['kilobyte', 'kilobit']],
  ['M', ['megabyte', 'megabit']],
  ['G', ['gigabyte', 'gigabit']],
  ['T', ['terabyte', 'terabit']],
  ['P', ['petabyte', 'petabit']],
  ['E', ['exabyte', 'exabit']],
  ['Z', ['zetabyte', 'zetabit']],
  ['Y', ['yottabyte', 'yottabit']],
]);

/** How many bytes (or bits) a unit's letter stands for. */
function sizeOf(letter: string): number | undefined {
  const power = units.length - 1 - units.indexOf(letter as (typeof units)[number]);
  return units.includes(letter as (typeof units)[number]) ? 2 ** (10 * power) : undefined;
}

function humanReadable(args: Args): Value {
  const size = args.number('value');
  const isBits = args.bool('isbits', false);
  const wanted = args.has('unit') ? args.text('unit').toUpperCase() : undefined;
  const letter =
    units.find((unit) => (wanted === undefined ? size >= (sizeOf(unit) ?? 1) : wanted === unit)) ?? 'B';
  const limit = sizeOf(letter) ?? 1;
  const suffix = limit === 1 ? (isBits ? 'bits' : 'Bytes') : letter + (isBits ? 'b' : 'B');
  return `${size < 0 ? '-' : ''}${fixedDigits(size / limit, 2)} ${suffix}`;
}

function humanToBytes(args: Args): Value {
  const source = text(args.value('value'));
  const match: readonly (string | undefined)[] | null = /^(\d*\.?\d+)(?:\s*([A-Za-z]+))?\s*$/.exec(source);
  if (!match) return fail(`human_to_bytes() can't interpret following string: ${source}`);
  const unit = match[2] ?? (args.has('default_unit') ? args.text('default_unit') : undefined);
  if (unit === undefined) return integer(BigInt(roundHalfEven(Number(match[1]), 0)));
  const letter = unit.charAt(0).toUpperCase();
  const limit =
    sizeOf(letter) ?? fail(`human_to_bytes: there is no unit '${unit}'`, `Use one of ${units.join(', ')}`);
  const isBits = args.bool('isbits', false);
  const long = unitNames.get(letter)?.[isBits ? 1 : 0];
  const short = letter === 'B' ? (isBits ? 'b' : 'B') : letter + (isBits ? 'b' : 'B');
  if (unit.length > 1 && unit.toLowerCase() !== long && unit !== short)
    return fail(`human_to_bytes: '${source}' is no valid size`, `Use ${short} or ${letter}`);
  return integer(BigInt(roundHalfEven(Number(match[1]) * limit, 0)));
}

function logarithm(args: Args): Value {
  const [value, base] = [args.number('value'), args.number('base', Math.E)];
  if (value <= 0) return fail('math domain error');
  if (base === 10) return new Float(Math.log10(value));
  return new Float(Math.log(value) / Math.log(base));
}

function root(args: Args): Value {
  const [value, base] = [args.number('value'), args.number('base', 2)];
  if (base === 2) return value < 0 ? fail('math domain error') : new Float(Math.sqrt(value));
  return new Float(value ** (1 / base));
}

export const mathFilters: Table<Filter> = {
  log: { parameters: 'value base', run: logarithm },
  pow: { parameters: 'value power', run: (args) => new Float(args.number('value') ** args.number('power')) },
  root: { parameters: 'value base', run: root },
  human_readable: { parameters: 'value isbits unit', run: humanReadable },
  human_to_bytes: { parameters: 'value default_unit isbits', run: humanToBytes },
};
