// Prices of a table and what parts cost by them. A figure stands by one unit: an hour, a month, a GiB that is kept for a
// month, or a GiB that is moved.
import { nearestName } from '../../engine/document/nearest.ts';

/** A month as price lists reckon it: 365 days of 24 hours by twelve. */
const hoursPerMonth = 730;
const hoursPerDay = 24;

const units = ['hour', 'month', 'gib_month', 'gib'] as const;
type Unit = (typeof units)[number];

export interface Price {
  readonly unit: Unit;
  readonly amount: number;
  /** GiB of a month that cost nothing. */
  readonly free: number;
  /** Where the figure is from: a name of the table's sources. */
  readonly from: string;
}

export interface Part {
  readonly name: string;
  /** The thing's name in the table. */
  readonly price: string;
  readonly count: number;
  /** How many there may come to be. */
  readonly most?: number | undefined;
  /** Of each: kept, or moved in a month. */
  readonly gib?: number | undefined;
  /** The most that is paid for an hour of each, whatever the table says: a spot price. */
  readonly hour_limit?: number | undefined;
}

export interface Cost {
  readonly name: string;
  readonly price: string;
  readonly count: number;
  readonly most: number;
  readonly gib: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  /** With as many as there may come to be. */
  readonly month_at_most: number;
  readonly from: string;
}

type Table = { readonly [name: string]: unknown };

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The figure in an entry such as `{ hour: 0.0228, from: list }`; a sentence where it is none. */
export function readPrice(name: string, entry: unknown): Price | string {
  const fields: Table = isTable(entry) ? entry : {};
  const given = units.filter((one) => fields[one] !== undefined);
  const [unit] = given;
  const amount = unit === undefined ? undefined : fields[unit];
  if (unit === undefined || given.length > 1 || typeof amount !== 'number')
    return `The price of ${name} must be a number by one of ${units.join(', ')}`;
  const { from, free = 0 } = fields;
  if (typeof from !== 'string') return `The price of ${name} does not say where it is from`;
  if (typeof free !== 'number') return `What is free of ${name} must be a number of GiB`;
  return { unit, amount, free, from };
}

/** The prices of a region; a sentence where there are none. */
export function pricesOf(regions: Table, region: string, place: string): Table | string {
  const found = regions[region];
  if (isTable(found)) return found;
  const near = nearestName(region, Object.keys(regions));
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  return `${place} has no prices for ${region === '' ? 'no region' : region}, but for ${Object.keys(regions).join(', ')}.${meant} Name one of these, or add the region's prices there`;
}

function monthOf(price: Price, gib: number, count: number, limit: number | undefined): number {
  switch (price.unit) {
    case 'hour':
      return Math.min(price.amount, limit ?? price.amount) * hoursPerMonth * count;
    case 'month':
      return price.amount * count;
    case 'gib_month':
      return price.amount * gib * count;
    case 'gib':
      return price.amount * Math.max(0, gib * count - price.free);
  }
}

/** To a millionth of a dollar. */
export function rounded(dollars: number): number {
  return Math.round(dollars * 1e6) / 1e6;
}

/** What a part costs; a sentence where the table does not tell. */
export function costOf(part: Part, prices: Table, region: string, place: string): Cost | string {
  const { name, count, most = count, gib = 0, hour_limit: limit } = part;
  const entry = prices[part.price];
  const near = nearestName(part.price, Object.keys(prices));
  if (entry === undefined)
    return `There is no price for ${part.price} (${name}) in ${region}${near === undefined ? '' : `; did you mean ${near}?`}${near === undefined ? ': add' : ' Else add'} a line \`${part.price}: { hour: …, from: … }\` under ${region} in ${place}`;
  const price = readPrice(part.price, entry);
  if (typeof price === 'string') return `${price}: see ${region} in ${place}`;
  const isKept = price.unit === 'gib' || price.unit === 'gib_month';
  if (isKept && part.gib === undefined) return `${name}: ${part.price} is paid by the GiB; say how many`;
  const month = monthOf(price, gib, count, limit);
  const isLimited = limit !== undefined && limit < price.amount;
  return {
    ...{ name, price: part.price, count, most, gib },
    hour: rounded(month / hoursPerMonth),
    day: rounded((month / hoursPerMonth) * hoursPerDay),
    month: rounded(month),
    month_at_most: rounded(monthOf(price, gib, most, limit)),
    from: isLimited ? 'limit' : price.from,
  };
}
