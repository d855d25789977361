// Reckons what parts cost in an hour, a day and a month, by a table of prices that is given: it asks nobody. What is not
// in the table is refused, never guessed.
import { defineModule } from '../engine/module/define.ts';
import { dict, float, int, list, listOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import { costOf, pricesOf, rounded, type Cost, type Part } from './shared/prices.ts';

const params = {
  parts: listOf(
    {
      name: str({ doc: 'Parts of one name, price and size are one line' }),
      price: str({ doc: 'Name in the table: t3.small, gp3, public_ipv4 …' }),
      count: optional(int(), 1),
      most: optional(int({ doc: 'How many there may come to be; default: count' })),
      gib: optional(float({ doc: 'Of each, where the price is by the GiB' })),
      hour_limit: optional(float({ doc: 'The most that is paid for an hour of each: a spot price' })),
    },
    { doc: 'What is paid for' },
  ),
  regions: dict({
    doc: 'Region to prices: `t3.small: { hour: 0.0208, from: list }`; also by month, gib_month, gib (with free)',
  }),
  region: str(),
  place: optional(str({ doc: 'Where the table stands, for messages' }), 'The table'),
};

type Wish = Parameters<typeof params>;

/** Equal parts as one. */
function merged(parts: readonly Part[]): readonly Part[] {
  const found = new Map<string, Part>();
  for (const part of parts) {
    const key = JSON.stringify([part.name, part.price, part.gib, part.hour_limit]);
    const has = found.get(key);
    const most = (has?.most ?? has?.count ?? 0) + (part.most ?? part.count);
    found.set(key, { ...part, count: (has?.count ?? 0) + part.count, most });
  }
  return [...found.values()];
}

interface Estimate {
  /** The dearest first. */
  readonly costs: readonly Cost[];
  readonly problems: readonly string[];
}

function estimate({ parts, regions, region, place }: Wish): Estimate {
  const prices = pricesOf(regions, region, place);
  if (typeof prices === 'string') return { costs: [], problems: [prices] };
  const found = merged(parts).map((part) => costOf(part, prices, region, place));
  return {
    costs: found.filter((one) => typeof one !== 'string').sort((a, b) => b.month - a.month),
    problems: found.filter((one) => typeof one === 'string'),
  };
}

type Sum = Readonly<{ hour: number; day: number; month: number; month_at_most: number }>;

function sumOf(costs: readonly Cost[]): Sum {
  const of = (field: keyof Sum): number => rounded(costs.reduce((sum, one) => sum + one[field], 0));
  return { hour: of('hour'), day: of('day'), month: of('month'), month_at_most: of('month_at_most') };
}

function row(name: string, { hour, day, month }: Sum, end: string): string {
  const figures = [hour.toFixed(4), day.toFixed(2), month.toFixed(2)].map((one) => one.padStart(9));
  return `${name.padEnd(44)}${figures.join(' ')}  ${end}`.trimEnd();
}

function nameOf({ name, price, count, gib }: Cost): string {
  return `${name}: ${count} x ${price}${gib > 0 ? ` of ${gib} GiB` : ''}`;
}

function tableOf(costs: readonly Cost[]): readonly string[] {
  const sum = sumOf(costs);
  const share = ({ month }: Cost): string =>
    sum.month === 0 ? '' : `${Math.round((month / sum.month) * 100)} %`;
  const grows = sum.month_at_most > sum.month;
  return [
    `${'part'.padEnd(44)}${['$/hour', '$/day', '$/month'].map((one) => one.padStart(9)).join(' ')}  share, source`,
    ...costs.map((one) => row(nameOf(one), one, `${share(one).padStart(5)}, ${one.from}`)),
    row('together', sum, ''),
    ...(grows ? [`at most, grown as far as may be: ${sum.month_at_most.toFixed(2)} $/month`] : []),
  ];
}

export const costEstimate = defineModule({
  name: 'cost_estimate',
  summary: 'Reckon what parts cost by a table of prices',
  reach: 'nothing',
  params,
  returns: {
    parts: listOf({
      name: str(),
      price: str(),
      count: int(),
      most: int(),
      gib: float(),
      hour: float(),
      day: float(),
      month: float(),
      month_at_most: float(),
      from: str(),
    }),
    hour: float(),
    day: float(),
    month: float(),
    month_at_most: float({ doc: 'With as many of each as there may come to be' }),
    table: list(str(), { doc: 'The same as lines to read, the dearest part first' }),
  },
  plan: (wish) => {
    const { problems } = estimate(wish);
    return problems.length === 0 ? { steps: [] } : { steps: [], fail: problems.join('\n') };
  },
  result: (wish) => {
    const { costs } = estimate(wish);
    return { parts: costs.map((one) => ({ ...one })), ...sumOf(costs), table: [...tableOf(costs)] };
  },
});
