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

  test('a range of IPv6 is sent as it is, in small letters', () => {
    assert.equal(sentRange('2001:DB8::/32'), { range: '2001:db8::/32' });
    assert.equal(sentRange('nothing'), { wrong: 'nothing is no range of addresses, such as 10.0.0.0/24' });
  });

  test('host bits are warned of where the text is not what AWS will show', () => {
    assert.is(hostBitsWarning('10.0.0.0/24', '10.0.0.0/24'), undefined);
    assert.is(hostBitsWarning('10.0.0.7', '10.0.0.7/32'), undefined);
    assert.is(
      hostBitsWarning('10.0.0.7/24', '10.0.0.0/24'),
      '10.0.0.7/24 has host bits: 10.0.0.0/24 is meant',
    );
  });
});
