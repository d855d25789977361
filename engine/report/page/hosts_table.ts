// One row a host: how its tasks ended, what they cost.
import type { HostRecap } from '../../run/events.ts';
import type { Markup } from './markup.ts';
import { limits } from './limits.ts';
import { byteCount, count, counted, shortTime } from './shown.ts';
import type { View } from './view.ts';

const columns: readonly (keyof HostRecap)[] = [
  'ok',
  'changed',
  'unknown',
  'failed',
  'unreachable',
  'skipped',
  'rescued',
  'ignored',
];

/** Columns that are rarely filled are shown when they are. */
const rare = new Set<keyof HostRecap>(['unknown', 'rescued', 'ignored']);

function isBad(recap: HostRecap): boolean {
  return recap.failed > 0 || recap.unreachable > 0;
}

export function hostsTable({ markup, record }: View): Markup {
  const shownColumns = columns.filter(
    (name) => !rare.has(name) || [...record.recap.values()].some((recap) => recap[name] > 0),
  );
  const sorted = [...record.recap].sort(
    ([a, x], [b, y]) => Number(isBad(y)) - Number(isBad(x)) || a.localeCompare(b, 'en', { numeric: true }),
  );
  const rows = sorted.slice(0, limits.hostRows);
  const cell = (name: keyof HostRecap, recap: HostRecap): Markup =>
    markup`<td class="${name}${recap[name] === 0 ? ' none' : ''}">${count(recap[name])}</td>`;
  return markup`<section id="hosts">
    <h2>Hosts</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Hosts">
      <table>
        <thead>
          <tr>
            <th scope="col">host</th>
            ${shownColumns.map((name) => markup`<th scope="col">${name}</th>`)}
            <th scope="col">time</th>
            <th scope="col">round trips</th>
            <th scope="col">bytes</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(([host, recap]) => {
            const totals = record.hosts.get(host) ?? { milliseconds: 0, roundTrips: 0, bytes: 0 };
            return markup`<tr>
              <th scope="row">${host}</th>
              ${shownColumns.map((name) => cell(name, recap))}
              <td>${shortTime(totals.milliseconds)}</td>
              <td>${count(totals.roundTrips)}</td>
              <td>${byteCount(totals.bytes)}</td>
            </tr> `;
          })}
        </tbody>
      </table>
    </div>
    ${rows.length < sorted.length ? markup`<p class="note">${counted(sorted.length - rows.length, 'host')} more, not listed here.</p>` : undefined}
  </section> `;
}
