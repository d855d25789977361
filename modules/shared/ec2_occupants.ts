// What stands in a place that AWS does not let go: its refusal names nothing.
import type { Aws } from '../../aws/clients.ts';
import { AwsFailure } from '../../aws/failure.ts';
import type { Filters } from './aws_api.ts';
import { interfaces, type Interface } from './ec2_enis.ts';

/** So many are named; the rest is counted. */
const named = 8;

/** `eni-1 of i-1`, or what AWS wrote about one that a service keeps: `eni-2 (ELB net/web/1)`. */
function interfaceWords({ id, attachment, description }: Interface): string {
  if (attachment) return `network interface ${id} of ${attachment.instance_id}`;
  return `network interface ${id}${description === '' ? '' : ` (${description})`}`;
}

interface Place {
  /** Finds the interfaces in it. */
  readonly cards: Filters;
  /** What else is there, in words. */
  readonly others?: () => Promise<readonly string[]>;
}

/** The call that deletes; where AWS says that the place is in use, what stands there is named. */
export async function namingOccupants<T>(
  aws: Aws,
  { cards, others }: Place,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AwsFailure) || error.code !== 'DependencyViolation') throw error;
    const ask = async (): Promise<readonly string[]> => [
      ...(await interfaces.type.list(aws, cards, signal)).map(interfaceWords),
      ...((await others?.()) ?? []),
    ];
    // Where that cannot be asked the refusal stays as it is.
    const found = await ask().catch((): readonly string[] => []);
    if (found.length === 0) throw error;
    const more = found.length > named ? ` and ${found.length - named} more` : '';
    const words = `${error.message}. Still there: ${found.slice(0, named).join(', ')}${more}`;
    throw new AwsFailure(error.code, error.action, words);
  }
}
