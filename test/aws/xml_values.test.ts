import * as assert from 'uvu/assert';
import { snakeName } from '../../aws/snake_name.ts';
import type { XmlPlan } from '../../aws/xml_plan.ts';
import { type AwsValue, XmlValues } from '../../aws/xml_values.ts';
import { describe } from '../support/suite.ts';

const item: XmlPlan = {
  kind: 'struct',
  members: new Map<string, { name: string; plan: XmlPlan }>([
    ['name', { name: 'name', plan: { kind: 'text' } }],
    ['count', { name: 'count', plan: { kind: 'number' } }],
    ['isOn', { name: 'is_on', plan: { kind: 'truth' } }],
    ['at', { name: 'at', plan: { kind: 'time' } }],
    ['all', { name: 'all', plan: { kind: 'list', item: 'item', of: { kind: 'text' } } }],
  ]),
};
const plan: XmlPlan = {
  kind: 'struct',
  members: new Map([['set', { name: 'set', plan: { kind: 'each', item: 'item', of: item } }]]),
};

function read(xml: string, size: number): { taken: unknown[]; isDone: boolean } {
  const taken: unknown[] = [];
  const values = new XmlValues(plan, (value: AwsValue) =>
    taken.push(value instanceof Map ? Object.fromEntries(value) : value),
  );
  const bytes = Buffer.from(xml);
  for (let at = 0; at < bytes.length; at += size) values.push(bytes.subarray(at, at + size));
  return { taken, isDone: values.isDone };
}

const xml = `<?xml version="1.0"?>
<Reply xmlns="http://x/"><unknown><item>x</item></unknown><set>
  <item><name>a &amp; &lt;b&gt; &#228;&#xE4; ✓</name><count>3</count><isOn>true</isOn><at>2026-11-30T03:00:00.000Z</at><all><item>1</item><item/></all></item>
  <item><name/><count>1.5</count><isOn>false</isOn><at>2026-11-30T03:00:00.120Z</at><all/><more>x</more></item>
</set></Reply>`;

describe('aws/xml_values', ({ test }) => {
  test('values are the same however the reply is cut into pieces', () => {
    const whole = read(xml, xml.length * 2);
    assert.equal(whole, {
      taken: [
        { name: 'a & <b> ää ✓', count: 3, is_on: true, at: '2026-11-30T03:00:00+00:00', all: ['1', ''] },
        { name: '', count: '1.5', is_on: false, at: '2026-11-30T03:00:00.120000+00:00', all: [] },
      ],
      isDone: true,
    });
    for (const size of [1, 2, 3, 7, 50]) assert.equal(read(xml, size), whole, `pieces of ${size}`);
  });

  test('a reply that was cut off is not done', () => {
    assert.is(read(xml.slice(0, -10), 20).isDone, false);
  });

  test('names of the API become those of Ansible', () => {
    const names = [
      'PublicDnsName',
      'Ipv6Addresses',
      'TargetGroupARNs',
      'VpcId',
      'EnaSupport',
      'NetworkInterfaces',
    ];
    assert.equal(names.map(snakeName), [
      ...[
        'public_dns_name',
        'ipv6_addresses',
        'target_group_arns',
        'vpc_id',
        'ena_support',
        'network_interfaces',
      ],
    ]);
  });
});
