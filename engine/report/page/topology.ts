// Groups and hosts that took part, each group a card. Groups of the same hosts share one.
import type { Markup } from './markup.ts';
import { limits } from './limits.ts';
import { counted } from './shown.ts';
import type { TopologyHost, View } from './view.ts';

interface Card {
  readonly names: string[];
  readonly hosts: readonly TopologyHost[];
}

function cardsOf({ record, topology }: View): Card[] {
  const hosts = topology.hosts.filter(({ name }) => record.recap.has(name));
  const byName = new Map(hosts.map((host) => [host.name, host]));
  const cards = new Map<string, Card>();
  for (const group of topology.groups) {
    const members = group.hosts.map((name) => byName.get(name)).filter((host) => host !== undefined);
    if (members.length === 0) continue;
    const key = JSON.stringify(members.map(({ name }) => name).sort());
    const card = cards.get(key) ?? { names: [], hosts: members };
    card.names.push(group.name);
    cards.set(key, card);
  }
  const grouped = new Set([...cards.values()].flatMap((card) => card.hosts.map(({ name }) => name)));
  const alone = hosts.filter(({ name }) => !grouped.has(name));
  return [...cards.values(), ...(alone.length > 0 ? [{ names: ['ungrouped'], hosts: alone }] : [])];
}

/** Nothing when the inventory tells nothing that the table of hosts does not. */
export function topologySection(view: View): Markup | undefined {
  const { markup } = view;
  const cards = cardsOf(view);
  if (cards.length < 2 && cards[0]?.names[0] !== undefined && cards[0].names[0] === 'ungrouped')
    return undefined;
  if (cards.length === 0) return undefined;
  let room: number = limits.topologyHosts;
  let leftOut = 0;
  const shown = cards.map((card) => {
    const hosts = card.hosts.slice(0, Math.max(0, room));
    room -= hosts.length;
    leftOut += card.hosts.length - hosts.length;
    return markup`<div class="group">
      <h3>${card.names.join(' · ')}</h3>
      <ul>
        ${hosts.map((host) => hostChip(view, host))}
      </ul>
    </div> `;
  });
  return markup`<section id="topology">
    <h2>Groups</h2>
    <div class="groups">${shown}</div>
    ${leftOut > 0 ? markup`<p class="note">${counted(leftOut, 'host')} more, not drawn here.</p>` : undefined}
  </section> `;
}

function hostChip({ markup, record }: View, { name, address }: TopologyHost): Markup {
  const recap = record.recapOf(name);
  const status =
    recap.unreachable > 0
      ? 'unreachable'
      : recap.failed > 0
        ? 'failed'
        : recap.unknown > 0
          ? 'unknown'
          : recap.changed > 0
            ? 'changed'
            : 'ok';
  const where = address === undefined ? undefined : markup` <span>${address}</span>`;
  return markup`<li><i class="dot ${status}" title="${status}"></i><b>${name}</b>${where}</li>`;
}
