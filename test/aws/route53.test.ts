import * as assert from 'uvu/assert';
import { keep } from '../support/aws_keep.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

/** Zones are not made by modules of ours. */
async function ask(aws: TestAws) {
  const sdk = await import('@aws-sdk/client-route-53');
  const client = new sdk.Route53Client({
    region: aws.region,
    endpoint: aws.proxy.url,
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
  return { sdk, client };
}

async function makeZone(aws: TestAws, Name: string): Promise<void> {
  const { sdk, client } = await ask(aws);
  await client.send(new sdk.CreateHostedZoneCommand({ Name, CallerReference: `${Name}${Date.now()}` }));
  client.destroy();
}

describe(
  'route53',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    setup(async () => {
      aws = await useAws();
      await makeZone(aws, 'example.org.');
      await makeZone(aws, 'twice.org.');
      await makeZone(aws, 'twice.org.');
    });
    teardown(() => aws.release());
    const wish = 'zone: example.org, record: api.example.org, type: A, value: [10.0.0.2, 10.0.0.1], ttl: 60';
    const show = "kept.set['values'] | join(' ')";
    const changes = (): readonly string[] =>
      aws.proxy.calls.map(({ action }) => action).filter((action) => action.startsWith('POST'));

    test('a record is foretold, made, and found again in any order', async () => {
      const foretold = await keep(aws, 'route53', wish, { check: true, show });
      assert.is(foretold.message, '');
      assert.is(foretold.shown, '10.0.0.1 10.0.0.2');
      assert.is(foretold.again, 'ok');
      assert.equal(changes(), []);
      const made = await keep(aws, 'amazon.aws.route53', `${wish}, wait: true`, { show });
      assert.is(made.message, '');
      assert.is(made.shown, '10.0.0.1 10.0.0.2');
      assert.is(made.again, 'ok');
      assert.is(changes().length, 1);
    });

    test('one that says something else is replaced only where that is wished', async () => {
      const other = wish.replace('10.0.0.2, ', '');
      const refused = await keep(aws, 'route53', other);
      assert.match(
        refused.message,
        /api\.example\.org\. A is there and says 10\.0\.0\.1 10\.0\.0\.2 \(ttl 60\)/,
      );
      const made = await keep(aws, 'route53', `${other}, overwrite: true`, { show });
      assert.is(made.shown, '10.0.0.1');
      assert.is(made.again, 'ok');
    });

    test('texts get their quotes, names with a star are found, and an alias stands for a balancer', async () => {
      const text = await keep(
        aws,
        'route53',
        'zone: example.org., record: _acme.example.org, type: TXT, value: hello',
        { show },
      );
      assert.is(text.shown, '"hello"');
      assert.is(text.again, 'ok');
      const star = await keep(
        aws,
        'route53',
        "zone: example.org, record: '*.apps.example.org', type: CNAME, value: api.example.org",
        { show },
      );
      assert.is(star.message, '');
      assert.is(star.again, 'ok');
      const alias = await keep(
        aws,
        'route53',
        'zone: example.org, record: lb.example.org, type: A, alias: true, value: kube-1.elb.eu-west-1.amazonaws.com, alias_hosted_zone_id: Z2IFOLAFXWLO4F',
        { show: 'kept.set.alias.name' },
      );
      assert.is(alias.shown, 'kube-1.elb.eu-west-1.amazonaws.com.');
      assert.is(alias.again, 'ok');
    });

    test('a zone that is not there, or is there twice, is told', async () => {
      const none = await keep(aws, 'route53', wish.replaceAll('example.org', 'nowhere.org'));
      assert.match(none.message, 'There is no public zone nowhere.org in this account');
      const two = await keep(aws, 'route53', wish.replaceAll('example.org', 'twice.org'));
      assert.match(two.message, '2 zones are named twice.org: name one by hosted_zone_id');
    });

    test('records of a routing policy are refused, by the names that tell them apart, and stay', async () => {
      const { sdk, client } = await ask(aws);
      const { HostedZones = [] } = await client.send(new sdk.ListHostedZonesCommand({}));
      const HostedZoneId = HostedZones.find(({ Name }) => Name === 'example.org.')?.Id;
      const Changes = ['blue', 'green'].map((SetIdentifier) => ({
        Action: 'CREATE' as const,
        ResourceRecordSet: {
          ...{ Name: 'weighted.example.org.', Type: 'A' as const, TTL: 60, SetIdentifier, Weight: 1 },
          ResourceRecords: [{ Value: '10.0.0.9' }],
        },
      }));
      await client.send(new sdk.ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
      client.destroy();
      const weighted = 'zone: example.org, record: weighted.example.org, type: A';
      for (const words of ['value: 10.0.0.9, ttl: 60', 'value: 10.0.0.1, overwrite: true', 'state: absent']) {
        const refused = await keep(aws, 'route53', `${weighted}, ${words}`);
        assert.match(refused.message, 'has a routing policy (set_identifier blue, green)');
        assert.equal(changes(), []);
      }
      const read = await keep(aws, 'route53', `${weighted}, state: get`, { show });
      assert.is(read.shown, '10.0.0.9');
    });

    test('a record is removed once', async () => {
      const gone = await keep(
        aws,
        'route53',
        'zone: example.org, record: api.example.org, type: A, state: absent',
        {
          show: 'kept.set | length',
        },
      );
      assert.is(gone.shown, '0');
      assert.is(gone.status, 'changed');
      assert.is(gone.again, 'ok');
      assert.is(changes().length, 1);
    });
  },
  { unless: whyNoAws() },
);
