import * as assert from 'uvu/assert';
import { hostBitsWarning, ipv4Range, sentRange } from '../../modules/shared/ip_ranges.ts';
import { describe } from '../support/suite.ts';

describe('ranges of addresses for AWS', ({ test }) => {
  test('a range loses its host bits, an address alone is a range of one', () => {
    assert.is(ipv4Range('10.0.0.7/24'), '10.0.0.0/24');
    assert.is(ipv4Range('10.0.0.7'), '10.0.0.7/32');
    assert.is(ipv4Range('255.255.255.255/1'), '128.0.0.0/1');
    assert.is(ipv4Range('1.2.3.4/0'), '0.0.0.0/0');
  });

  test('what is no range of IPv4 is none', () => {
    for (const text of ['', '10.0.0', '10.0.0.256/8', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/-1', 'x/8'])
      assert.is(ipv4Range(text), undefined, text);
  });

  test('a range of IPv6 is sent as AWS shows it: without host bits, in its shortest form', () => {
    assert.equal(sentRange('2001:DB8::/32'), { range: '2001:db8::/32' });
    assert.equal(sentRange('2001:0db8:0000::0007/48'), { range: '2001:db8::/48' });
    assert.equal(sentRange('2001:db8:0:1:0:0:0:1/64'), { range: '2001:db8:0:1::/64' });
    assert.equal(sentRange('2001:db8:ffff::1/33'), { range: '2001:db8:8000::/33' });
    assert.equal(sentRange('::ffff:1.2.3.4/128'), { range: '::ffff:102:304/128' });
    assert.equal(sentRange('0:0::/0'), { range: '::/0' });
    assert.equal(sentRange('FE80::1'), { range: 'fe80::1/128' });
    for (const text of ['2001:db8::/129', '2001:db8::1::/64', 'fe80::1%eth0/64', '2001:db8::/x'])
      assert.equal(sentRange(text), { wrong: `${text} is no range of addresses, such as 10.0.0.0/24` });
    assert.equal(sentRange('nothing'), { wrong: 'nothing is no range of addresses, such as 10.0.0.0/24' });
  });

  test('host bits are warned of where the text is not what AWS will show', () => {
    assert.is(hostBitsWarning('10.0.0.0/24', '10.0.0.0/24'), undefined);
    assert.is(hostBitsWarning('10.0.0.7', '10.0.0.7/32'), undefined);
    assert.is(
      hostBitsWarning('10.0.0.7/24', '10.0.0.0/24'),
      '10.0.0.7/24 has host bits: 10.0.0.0/24 is meant',
    );
    assert.is(hostBitsWarning('2001:0DB8::/32', '2001:db8::/32'), undefined);
    assert.is(
      hostBitsWarning('2001:db8::7/32', '2001:db8::/32'),
      '2001:db8::7/32 has host bits: 2001:db8::/32 is meant',
    );
  });
});
