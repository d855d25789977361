// Filters on IP addresses, as collection ansible.utils has them.
import { bare, isList, textOf, type Value } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import { formatAddress, networkOf, parseAddress, sizeOf, widthOf } from '../network/address.ts';
import { askAddress, wrapped } from '../network/query.ts';
import { text } from '../python/printing.ts';

function askOne(value: Value, query: string, version: 4 | 6 | undefined): Value {
  const inner = bare(value);
  if (typeof inner === 'boolean' || inner === null) return false;
  const answer = askAddress(text(inner), query, version);
  return answer === undefined ? fail(`ipaddr: unknown filter type: ${query}`) : answer;
}

/** A list gives the answers of its members that have one. */
function asking(version?: 4 | 6): Filter {
  return {
    parameters: 'value query',
    run: (args) => {
      const value = bare(args.value('value'));
      const query = args.text('query', '');
      if (!isList(value)) return askOne(value, query, version);
      return value.map((item) => askOne(item, query, version)).filter((answer) => answer !== false);
    },
  };
}

/** Without a size, the network itself; with one, how many such subnets there are, or the one of this number. */
function subnets(written: string, size: string, index: string): Value {
  const network = parseAddress(written);
  if (!network) return false;
  if (size === '') return `${formatAddress(network.version, networkOf(network))}/${network.prefix}`;
  const prefix = Number(size);
  if (!Number.isInteger(prefix) || prefix > widthOf(network.version)) return false;
  if (prefix < network.prefix) {
    const wider = { ...network, prefix };
    return `${formatAddress(network.version, networkOf(wider))}/${prefix}`;
  }
  const count = 1n << BigInt(prefix - network.prefix);
  if (index === '') return Number(count);
  const number = BigInt(index) < 0n ? count + BigInt(index) : BigInt(index);
  if (number < 0n || number >= count) return false;
  const step = sizeOf({ ...network, prefix });
  return `${formatAddress(network.version, networkOf(network) + number * step)}/${prefix}`;
}

export const ipFilters: Table<Filter> = {
  ipaddr: asking(),
  ipv4: asking(4),
  ipv6: asking(6),
  ipwrap: {
    parameters: 'value query',
    run: (args) => {
      const one = (item: Value): Value => {
        const written = textOf(item) ?? '';
        const address = parseAddress(written);
        return address ? wrapped(address, written) : item;
      };
      const value = bare(args.value('value'));
      return isList(value) ? value.map(one) : one(value);
    },
  },
  ipsubnet: {
    parameters: 'value query index',
    run: (args) => subnets(args.text('value'), args.text('query', ''), args.text('index', '')),
  },
  network_in_network: {
    parameters: 'value test',
    run: (args) => askOne(args.text('value'), args.text('test'), undefined) !== false,
  },
  network_in_usable: {
    parameters: 'value test',
    run: (args) => askOne(args.text('value'), args.text('test'), undefined) !== false,
  },
};
