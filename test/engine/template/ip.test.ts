import * as assert from 'uvu/assert';
import { formatAddress, parseAddress } from '../../../engine/template/network/address.ts';
import { askAddress } from '../../../engine/template/network/query.ts';
import { describe } from '../../support/suite.ts';

describe('template/ipaddr (S0-23, S0-56, S2-29)', ({ test }) => {
  const asked: readonly (readonly [string, string, unknown])[] = [
    ['10.32.0.0/24', '1', '10.32.0.1/24'],
    ['10.32.0.0/24', '-1', '10.32.0.255/24'],
    ['10.32.0.0/24', '256', false],
    ['10.32.0.1/24', 'address', '10.32.0.1'],
    ['10.32.0.7/24', 'network', '10.32.0.0'],
    ['10.32.0.7/24', 'netmask', '255.255.255.0'],
    ['10.32.0.7/24', 'broadcast', '10.32.0.255'],
    ['10.32.0.7/24', 'subnet', '10.32.0.0/24'],
    ['10.32.0.7/24', 'prefix', 24],
    ['10.32.0.0/24', 'size', 256],
    ['10.200.3.4', '10.200.0.0/16', '10.200.3.4'],
    ['10.201.0.0', '10.200.0.0/16', false],
    ['10.0.0.0/255.255.0.0', 'prefix', 16],
    ['192.168.1.1', 'private', '192.168.1.1'],
    ['8.8.8.8', 'private', false],
    ['2001:DB8::1/64', 'subnet', '2001:db8::/64'],
    ['192.0.2.5', 'revdns', '5.2.0.192.in-addr.arpa.'],
    ['no address', '', false],
    ['300.1.1.1', '', false],
  ];
  for (const [value, query, answer] of asked)
    test(`${value} asked for '${query}' gives ${String(answer)}`, () => {
      assert.is(askAddress(value, query), answer);
    });

  test('an unknown query is told from a negative answer', () => {
    assert.is(askAddress('10.0.0.1', 'colour'), undefined);
  });

  test('addresses of version 6 are written in their short form', () => {
    const shortOf = (text: string): string => {
      const address = parseAddress(text);
      return address ? formatAddress(address.version, address.value) : '';
    };
    assert.is(shortOf('2001:0db8:0:0:1:0:0:1'), '2001:db8::1:0:0:1');
    assert.is(shortOf('0:0:0:0:0:0:0:0'), '::');
    assert.is(shortOf('1:2:3:4:5:6:7::'), '1:2:3:4:5:6:7:0');
    assert.is(parseAddress('1::2::3'), undefined);
  });
});
