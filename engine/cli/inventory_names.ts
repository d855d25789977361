// Which variables the inventory gives to hosts, as the check asks: what it gives goes before the defaults of roles.
import type { Inventory } from '../inventory/model.ts';
import type { VariableFiles } from '../inventory/variable_files.ts';
import { InventoryLayers } from '../variables/inventory_layers.ts';

/** Tells whether a host or group has a variable of this name, there or in the folders beside it and the playbook. */
export function inventoryNames(
  inventory: Inventory,
  files: VariableFiles,
  playbookFolder: string,
): (name: string) => boolean {
  let names: ReadonlySet<unknown> | undefined;
  const read = (): ReadonlySet<unknown> => {
    const layers = new InventoryLayers(inventory, files, () => playbookFolder);
    const here = inventory.findHost('localhost');
    const hosts = [...inventory.hosts.values(), ...(here ? [here] : [])];
    const dicts = hosts.flatMap((host) => [...layers.ofHost(host), ...layers.ofGroups(host)]);
    return new Set(dicts.flatMap((layer) => [...layer.keys()]));
  };
  return (name) => (names ??= read()).has(name);
}
