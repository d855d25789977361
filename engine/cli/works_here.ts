// Whether a host that the inventory names may be the control machine: then its tasks may make files there.
import type { Dict } from '../document/value.ts';
import type { Inventory } from '../inventory/model.ts';
import type { VariableFiles } from '../inventory/variable_files.ts';
import { InventoryLayers } from '../variables/inventory_layers.ts';

function isLocal(vars: Dict): boolean {
  return (vars.get('ansible_connection') ?? 'ssh') !== 'ssh';
}

/** Looks at what stands in the inventory and in the group_vars and host_vars beside it and beside the playbook. */
export function mayBeHere(inventory: Inventory, files: VariableFiles, playbookFolder: string): boolean {
  const layers = new InventoryLayers(inventory, files, () => playbookFolder);
  return [...inventory.hosts.values()]
    .filter(({ implicit }) => !implicit)
    .some(
      (host) => host.name === 'localhost' || [...layers.ofHost(host), ...layers.ofGroups(host)].some(isLocal),
    );
}

/** What the command line says of all hosts. */
export function isHere(connection: string | undefined, extraVars: Dict): boolean {
  return connection === 'local' || isLocal(extraVars);
}
