// playbooks/aws/iam_policy.json, the policy for whoever runs our playbooks.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Call } from './aws_proxy.ts';

export interface Policy {
  readonly Statement: readonly { readonly Action: readonly string[] }[];
}

export const policy = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../playbooks/aws/iam_policy.json'), 'utf8'),
) as Policy;

export const allowedActions: readonly string[] = policy.Statement.flatMap(({ Action }) => Action);

/** Of what was asked of AWS, as IAM names it, what the policy does not allow. */
export function notAllowed(calls: readonly Call[]): string[] {
  const asked = new Set(calls.map(({ service, action }) => `${service}:${action}`));
  return [...asked].filter((action) => !allowedActions.includes(action)).sort();
}
