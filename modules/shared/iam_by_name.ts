// Things of IAM have no filters: they are read one by one, by their names, and one that is not there is none.
import type { Aws } from '../../aws/clients.ts';
import { isNotFound } from '../../aws/failure.ts';
import type { AwsType, Thing } from './aws_api.ts';

export function listedByName<T extends Thing>(
  read: (aws: Aws, name: string, signal: AbortSignal) => Promise<T>,
): AwsType<T>['list'] {
  return async (aws, { name: names = [] }, signal) => {
    const found: T[] = [];
    for (const name of names)
      try {
        found.push(await read(aws, name, signal));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    return found;
  };
}
