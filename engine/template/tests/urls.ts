// Addresses, told apart as Python's urlparse takes them: nearly any text is some URI.
import { Undefined } from '../../document/value.ts';
import { splitUrl, type Url } from '../filters/encoding.ts';
import { Failure } from '../failure.ts';
import type { Table, Test } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { contains, isTruthy, needed } from '../python/compare.ts';
import { itemsOf } from '../python/sequence.ts';

/** The parts of an address, undefined for nothing or an empty list; false when it cannot be read as one. */
function partsOf(args: Args): Url | undefined | false {
  const value = args.value('value');
  if (value instanceof Undefined) return false;
  const inner = needed(value);
  if (typeof inner === 'string') {
    const url = splitUrl(inner);
    return url.netloc.includes('[') === url.netloc.includes(']') && url;
  }
  const isEmpty = inner === null || itemsOf(inner)?.length === 0 || inner === false || inner === 0;
  return isEmpty ? undefined : false;
}

/** Whether the scheme is among those that are given, as far as any are. */
function hasScheme(scheme: string | undefined, args: Args): boolean {
  const schemes = args.or('schemes', null);
  if (schemes instanceof Undefined) return false;
  if (!isTruthy(schemes)) return true;
  try {
    return scheme !== undefined && contains(schemes, scheme);
  } catch (problem) {
    if (problem instanceof Failure) return false;
    throw problem;
  }
}

function test(holds: (url: Url | undefined, args: Args) => boolean): Test {
  return {
    parameters: 'value schemes',
    lazy: true,
    run: (args) => {
      const url = partsOf(args);
      return url !== false && holds(url, args);
    },
  };
}

export const urlTests: Table<Test> = {
  uri: test((url, args) => hasScheme(url?.scheme, args)),
  url: test(
    (url, args) =>
      hasScheme(url?.scheme, args) && url !== undefined && (url.netloc !== '' || url.scheme === 'file'),
  ),
  urn: { ...test((url) => url?.scheme === 'urn'), parameters: 'value' },
};
