// What a registered result has of a change when `--diff` is on: Ansible's `diff`, a list of texts before and after.
import type { Value } from '../document/value.ts';
import type { Content } from '../module/content.ts';
import type { Difference, ResultData } from '../module/contract.ts';
import { toValue } from '../module/data.ts';
import { fromOutside } from './result_values.ts';
import type { Secrets } from './secrets.ts';

/** As in Ansible: what is larger is not kept in memory for a variable. */
const maxBytes = 104_448;

type Side = Content | string | null;

function textOf(side: Side): string | undefined {
  if (side === null) return '';
  if (typeof side === 'string') return side;
  if (!('bytes' in side) || side.size > maxBytes) return undefined;
  const bytes = Buffer.from(side.bytes as Uint8Array);
  return bytes.includes(0) ? undefined : bytes.toString('utf8');
}

const isSecret = (side: Side): boolean => typeof side === 'object' && side?.secret === true;

/** What is not there has no header; what is secret, large or no text has a header only. */
function told({ header, before, after, secret }: Difference): ResultData {
  const [old, now] = [textOf(before), textOf(after)];
  const isHidden = secret === true || isSecret(before) || isSecret(after);
  return {
    ...(before === null ? {} : { before_header: header }),
    ...(after === null ? {} : { after_header: header }),
    ...(isHidden || old === undefined || now === undefined ? {} : { before: old, after: now }),
  };
}

export function registeredDiff(differences: readonly Difference[], secrets: Secrets): Value {
  return fromOutside(toValue(differences.map(told)), secrets);
}
