// What inventories keep of a region's instances is void once we began to change them, however that ends.
import type { Aws } from '../../aws/clients.ts';
import { noteInstancesChanged } from '../../aws/instance_cache.ts';

export async function forgettingInstances<T>(aws: Aws, change: () => Promise<T>): Promise<T> {
  const { client } = await aws.ec2();
  try {
    return await change();
  } finally {
    noteInstancesChanged(await client.config.region());
  }
}
