// What Systems Manager knows of instances, as the variable ssm_inventory.
import type { Aws } from '../../aws/clients.ts';
import { snakeName } from '../../aws/snake_name.ts';
import { type AwsRecord, awsText } from '../../aws/xml_values.ts';

/** Values that a filter of GetInventory may have. */
const idsOfACall = 40;
const type = 'AWS:InstanceInformation';

export async function addSsmInventory(aws: Aws, instances: readonly AwsRecord[]): Promise<void> {
  const byId = new Map(instances.map((instance) => [awsText(instance.get('instance_id')), instance]));
  const ids = [...byId.keys()];
  const { client, sdk } = await aws.ssm();
  for (let at = 0; at < ids.length; at += idsOfACall) {
    const Filters = [{ Key: `${type}.InstanceId`, Values: ids.slice(at, at + idsOfACall) }];
    for await (const { Entities = [] } of sdk.paginateGetInventory({ client }, { Filters }))
      for (const { Id, Data } of Entities) {
        const [content] = Data?.[type]?.Content ?? [];
        if (content)
          byId
            .get(Id ?? '')
            ?.set(
              'ssm_inventory',
              new Map(Object.entries(content).map(([key, value]) => [snakeName(key), value])),
            );
      }
  }
}
