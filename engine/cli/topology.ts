// Groups and hosts of an inventory as the page draws them.
import { textOf } from '../document/value.ts';
import type { Group, Host, Inventory } from '../inventory/model.ts';
import type { Topology } from '../report/page/view.ts';

/** As the inventory's own line has it; templates would need a run. */
function addressOf(host: Host): string | undefined {
  const address = textOf(host.vars.get('ansible_host') ?? null);
  return address === undefined || address === host.name || address.includes('{{') ? undefined : address;
}

export function topologyOf(inventory: Inventory): Topology {
  const groups: Group[] = [...inventory.groups.values()].filter(
    ({ name }) => name !== 'all' && name !== 'ungrouped',
  );
  return {
    groups: groups.map((group) => ({
      name: group.name,
      hosts: inventory.hostsOf(group).map(({ name }) => name),
    })),
    hosts: [...inventory.hosts.values()].map((host) => ({ name: host.name, address: addressOf(host) })),
  };
}
