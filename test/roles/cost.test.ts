// cost.yml with the shapes that the repository brings: every line by figures that were reckoned by hand, a month of 730
// hours. Nothing is asked of AWS or of any other host.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { toData } from '../../engine/module/data.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { costEstimate } from '../../modules/cost_estimate.ts';
import { readPrice } from '../../modules/shared/prices.ts';
import { play, type Played } from '../support/play_here.ts';
import { describe } from '../support/suite.ts';
import { at, yamlData, type Fields } from '../support/yaml_data.ts';

const playbooks = path.resolve(import.meta.dirname, '../../playbooks');

async function costOf(shape: string, region: string, ...more: readonly string[]): Promise<Played> {
  return play('', {
    playbook: path.join(playbooks, 'cost.yml'),
    extraVars: [`@${path.join(playbooks, 'aws', `${shape}.yml`)}`, `aws_region=${region}`, ...more],
  });
}

/** What the task registers as lines to read. */
function tableOf({ result }: Played): string[] {
  return toData(result('localhost', 'What the shape costs').values.get('table') ?? null) as string[];
}

interface Figures {
  /** `name: count x price` to the dollars of a month. */
  readonly lines: Readonly<Record<string, number>>;
  readonly month: number;
  readonly atMost?: number;
}

/** In Ireland, three of them; S4's own shape in Virginia, where its figures are from. */
const shapes: Readonly<Record<string, Figures>> = {
  'small eu-west-1': {
    lines: {
      'controller: 3 x t3.small': 49.932,
      'worker: 2 x t3.small': 33.288,
      'balancer kubernetes: 1 x network_balancer': 18.396,
      'controller: 3 x public_ipv4': 10.95,
      'worker: 2 x public_ipv4': 7.3,
      'controller: 3 x gp3 of 20 GiB': 5.28,
      'balancer kubernetes: 1 x balancer_unit': 4.38,
      'balancer kubernetes: 1 x public_ipv4': 3.65,
      'worker: 2 x gp3 of 20 GiB': 3.52,
    },
    month: 136.696,
  },
  'private us-east-1': {
    lines: {
      'controller: 3 x t3.small': 45.552,
      'worker: 2 x t3.small': 30.368,
      'balancer kube: 1 x network_balancer': 16.425,
      'controller: 3 x gp3 of 20 GiB': 4.8,
      'balancer kube: 1 x balancer_unit': 4.38,
      'gateway: 1 x public_ipv4': 3.65,
      'gateway: 1 x t3a.nano': 3.431,
      'worker: 2 x gp3 of 20 GiB': 3.2,
      'gateway: 1 x gp3 of 8 GiB': 0.64,
    },
    month: 112.446,
  },
  'nine eu-west-1': {
    lines: {
      'etcd: 3 x t3.small': 49.932,
      'controller: 3 x t3.small': 49.932,
      'worker: 3 x t3.small': 49.932,
      'balancer kubernetes: 1 x network_balancer': 18.396,
      'etcd: 3 x public_ipv4': 10.95,
      'controller: 3 x public_ipv4': 10.95,
      'worker: 3 x public_ipv4': 10.95,
      'etcd: 3 x gp3 of 20 GiB': 5.28,
      'controller: 3 x gp3 of 20 GiB': 5.28,
      'worker: 3 x gp3 of 20 GiB': 5.28,
      'balancer kubernetes: 1 x balancer_unit': 4.38,
      'balancer kubernetes: 1 x public_ipv4': 3.65,
    },
    month: 224.912,
  },
  'scaling eu-west-1': {
    lines: {
      'controller: 3 x t3.medium': 91.542,
      'worker: 3 x t3.medium': 91.542,
      'balancer k8s-nlb: 1 x network_balancer': 18.396,
      'controller: 3 x public_ipv4': 10.95,
      'worker: 3 x public_ipv4': 10.95,
      'balancer k8s-nlb: 3 x public_ipv4': 10.95,
      'controller: 3 x gp3 of 30 GiB': 7.92,
      'worker: 3 x gp3 of 30 GiB': 7.92,
      'balancer k8s-nlb: 1 x balancer_unit': 4.38,
    },
    month: 254.55,
    // Workers may become six: 91.542 + 10.95 + 7.92 more.
    atMost: 364.962,
  },
};

/** Of a table's line: what it names, and dollars of an hour, a day and a month as printed. */
function readLine(line: string): { name: string; figures: readonly string[] } {
  const [, name = '', ...figures] = /^(.*?) {2,}(\d+\.\d{4}) +(\d+\.\d\d) +(\d+\.\d\d)/.exec(line) ?? [];
  return { name, figures };
}

const printed = (month: number): string[] => [
  (month / 730).toFixed(4),
  ((month / 730) * 24).toFixed(2),
  month.toFixed(2),
];

describe('cost.yml', ({ test }) => {
  for (const [where, { lines, month, atMost }] of Object.entries(shapes))
    test(`tells each part of ${where}, the dearest first, and their sum (S4-41)`, async () => {
      const [shape = '', region = ''] = where.split(' ');
      const played = await costOf(shape, region);
      assert.ok(
        played.lines.every((line) => line.endsWith(' ok')),
        played.lines.join('\n'),
      );
      const table = tableOf(played);
      const last = atMost === undefined ? undefined : table.pop();
      const [heading, ...rows] = table;
      assert.match(heading ?? '', /^part .* \$\/hour +\$\/day +\$\/month/);
      assert.equal(
        rows.map(readLine),
        [...Object.entries(lines), ['together', month] as const].map(([name, dollars]) => ({
          name,
          figures: printed(dollars),
        })),
      );
      if (atMost !== undefined) assert.match(last ?? '', `: ${atMost.toFixed(2)} $/month`);
    });

  test('the page of docs tells the same sums', () => {
    const page = readFileSync(path.join(playbooks, '../docs/aws.md'), 'utf8');
    for (const [where, { month }] of Object.entries(shapes)) {
      const [shape = '', region = ''] = where.split(' ');
      const line = page.split('\n').find((one) => one.startsWith(`| ${shape}.yml, ${region} |`)) ?? '';
      assert.match(line, `| ${(month / 730).toFixed(3)} | ${month.toFixed(2)} `, where);
    }
  });

  test('traffic is counted when it is told, beyond what is free (S4-43)', async () => {
    const played = await costOf('small', 'us-east-1', 'cost_internet_gib=300', 'cost_zone_gib=50');
    const rows = tableOf(played).map(readLine);
    const dollars = (name: string): string | undefined =>
      rows.find((row) => row.name.startsWith(name))?.figures[2];
    assert.is(dollars('to the internet'), '18.00');
    assert.is(dollars('between zones'), '1.00');
  });

  test('what has no price is refused with the nearest name and the place to add it', async () => {
    const { result } = await costOf('private', 'us-east-1', 'infra_instance_type=t3.smal');
    const { status, message = '' } = result('localhost', 'What the shape costs');
    assert.is(status, 'failed');
    assert.match(message, 'There is no price for t3.smal (controller) in us-east-1; did you mean t3.small?');
    assert.match(message, 'under us-east-1 in playbooks/aws/prices.yml');
  });

  test('a region without prices is refused with those that have some', async () => {
    const { result } = await costOf('small', 'eu-west-2');
    assert.match(
      result('localhost', 'What the shape costs').message ?? '',
      'has no prices for eu-west-2, but for us-east-1, eu-west-1. Did you mean eu-west-1?',
    );
  });
});

const table = at(yamlData(readFileSync(path.join(playbooks, 'aws/prices.yml'), 'utf8')), 'price_table');

describe('playbooks/aws/prices.yml', ({ test }) => {
  test('has a figure for the same things in each region, each with a source that is told', () => {
    assert.match(at(table, 'dated') as string, /^\d{4}-\d\d-\d\d$/);
    const sources = Object.keys(at(table, 'sources') as Fields);
    const regions = Object.values(at(table, 'regions') as Record<string, Fields>);
    const names = Object.keys(regions[0] ?? {}).sort();
    assert.ok(names.length > 20 && regions.length > 1);
    for (const prices of regions) {
      assert.equal(Object.keys(prices).sort(), names);
      for (const [name, entry] of Object.entries(prices)) {
        const price = readPrice(name, entry);
        if (typeof price === 'string') assert.unreachable(price);
        else assert.ok(sources.includes(price.from) && price.amount > 0, name);
      }
    }
  });
});

// S4-41 and S4-43 as they reckon: their sums come out of their own figures.
const theirs = {
  host: { hour: 0.0047, from: 'S4-41' },
  balancer: { hour: 0.025, from: 'S4-41' },
  address: { hour: 0.0007, from: 'S4-41' },
  vpn: { hour: 0.1, from: 'S4-43' },
};
const request = { regions: { there: theirs }, region: 'there', place: 'the guide' };

describe('cost_estimate', ({ test }) => {
  checkModule(
    costEstimate,
    [
      {
        name: "S4's cluster of four hosts, a balancer and an address costs its 0.045 $ an hour (S4-41)",
        params: {
          ...request,
          parts: [
            { name: 'gateway', price: 'host' },
            { name: 'controllers', price: 'host', count: 3 },
            { name: 'gateway', price: 'address' },
            { name: 'api', price: 'balancer' },
          ],
        },
        seen: {},
        result: { hour: 0.0445 },
      },
      {
        name: 'and each of its first stages, of three hosts and an address, its 0.015 (S4-41)',
        params: {
          ...request,
          parts: [
            { name: 'hosts', price: 'host', count: 3 },
            { name: 'gateway', price: 'address' },
          ],
        },
        seen: {},
        result: { hour: 0.0148 },
      },
      {
        name: "AWS's own VPN costs 73 $ a month (S4-43)",
        params: { ...request, parts: [{ name: 'people', price: 'vpn' }] },
        seen: {},
        result: { month: 73, month_at_most: 73 },
      },
      {
        name: 'a spot price bounds the hour, and a figure below it stays',
        params: {
          ...request,
          parts: [
            { name: 'a', price: 'host', hour_limit: 0.001 },
            { name: 'b', price: 'host', hour_limit: 1 },
          ],
        },
        seen: {},
        result: { hour: 0.0057 },
      },
      {
        name: 'figures that say nothing of their unit or source are refused, all at once',
        params: {
          ...request,
          regions: { there: { a: { hour: 1 }, b: { from: 'list' }, c: { gib_month: 1, from: 'list' } } },
          parts: ['a', 'b', 'c'].map((price) => ({ name: 'part', price })),
        },
        seen: {},
        fail: [
          'The price of a does not say where it is from: see there in the guide',
          'The price of b must be a number by one of hour, month, gib_month, gib: see there in the guide',
          'part: c is paid by the GiB; say how many',
        ].join('\n'),
      },
    ],
    test,
  );
});
