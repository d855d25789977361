// Host patterns of plays and of --limit that name nothing: probably misspelt.
import type { Diagnostic } from '../document/diagnostic.ts';
import { nearestName } from '../document/nearest.ts';
import { isList, type Position, textOf } from '../document/value.ts';
import type { Host, Inventory } from '../inventory/model.ts';
import type { Catalog } from '../module/catalog.ts';
import type { ListedPlay } from '../playbook/listing.ts';
import type { Play } from '../playbook/model.ts';

function nearestHost(part: string, inventory: Inventory): string {
  const name = part.replace(/^[!&]/, '');
  const nearest = nearestName(name, [...inventory.groups.keys(), ...inventory.hosts.keys(), 'localhost']);
  return nearest === undefined
    ? 'It is neither a host nor a group of the inventory'
    : `Did you mean ${nearest}?`;
}

function unmatched(
  pattern: string,
  inventory: Inventory,
  where: { readonly what: string; readonly position?: Position },
): readonly Diagnostic[] {
  return inventory.unmatched(pattern).map((part) => ({
    code: 'unknown-host-pattern',
    severity: 'warning',
    summary: `${part} in ${where.what} matches no host`,
    detail: nearestHost(part, inventory),
    ...(where.position ? { position: where.position } : {}),
  }));
}

function isEverybody(pattern: string): boolean {
  return pattern === 'all' || pattern === '*';
}

function noInventory({ hosts }: Play): Diagnostic {
  return {
    code: 'unknown-host-pattern',
    severity: 'warning',
    summary: 'No inventory is given, so this play has no hosts',
    detail: 'Name one: -i FILE, or -i host,other-host, or `inventory` in ansible.cfg',
    position: hosts.position,
  };
}

/** The host pattern of a play as it is written, templates included. */
export function writtenPattern({ hosts }: Play): string {
  const items = isList(hosts.value) ? hosts.value : [hosts.value];
  return items.map((item) => textOf(item) ?? '').join(',');
}

/** Hosts of the plays, as far as they are known before the run. */
export function hostsOf(
  plays: readonly Play[],
  inventory: Inventory,
  limit: string | undefined,
): ReadonlySet<Host> {
  const matched = plays.map((play) => inventory.match(writtenPattern(play), limit));
  return new Set(matched.flatMap((hosts) => (hosts.ok ? hosts.value : [])));
}

/** What of a limit names nobody, and why it cannot be read. */
export function limitProblems(limit: string, inventory: Inventory): readonly Diagnostic[] {
  const left = inventory.match('all', limit);
  const unread: Diagnostic[] = left.ok ? [] : [{ ...left.problem, severity: 'error' }];
  return [...unmatched(limit, inventory, { what: '--limit' }), ...unread];
}

/** As in Ansible, a localhost that no inventory names is no reason to begin. */
function isImplicit(limit: string, inventory: Inventory): boolean {
  const named = inventory.match('localhost', limit);
  return named.ok && named.value.length > 0;
}

/**
 * Warnings for parts of patterns that match nothing. Plays are left out when tasks of theirs make hosts, and so is
 * an empty inventory, of which the loader has told already. A limit that leaves no host of the inventory is an error.
 */
export function hostPatternProblems(
  listed: readonly ListedPlay[],
  inventory: Inventory,
  limit: string | undefined,
  modules: Catalog,
): readonly Diagnostic[] {
  const isDynamic = listed.some(({ tasks }) =>
    tasks.some(({ task }) => modules.module(task.action.module)?.makesHosts),
  );
  const problems: Diagnostic[] = [];
  if (!isDynamic)
    for (const { play } of listed) {
      const pattern = writtenPattern(play);
      if (pattern.includes('{{')) continue;
      const found = inventory.match(pattern);
      if (!found.ok) problems.push({ ...found.problem, severity: 'error', position: play.hosts.position });
      problems.push(...unmatched(pattern, inventory, { what: 'hosts', position: play.hosts.position }));
      if (inventory.hosts.size === 0 && inventory.sources.length === 0 && isEverybody(pattern))
        problems.push(noInventory(play));
    }
  if (limit === undefined) return problems;
  problems.push(...limitProblems(limit, inventory));
  const left = inventory.match('all', limit);
  if (left.ok && left.value.length === 0 && inventory.hosts.size > 0)
    problems.push({
      code: 'unknown-host-pattern',
      severity: 'error',
      summary: `--limit ${limit} leaves no host of the inventory`,
      ...(isImplicit(limit, inventory)
        ? { detail: 'The inventory does not name localhost. Add it, or name it in the limit beside a host' }
        : {}),
    });
  return problems;
}
