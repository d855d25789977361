// Where the time went, by role.
import { duration } from '../recap.ts';
import type { Markup } from './markup.ts';
import type { View } from './view.ts';

const mostRoles = 40;

export function roleTimes({ markup, record }: View): Markup | undefined {
  const roles = [...record.byRole].sort(([, a], [, b]) => b - a);
  const longest = roles[0]?.[1] ?? 0;
  if (longest <= 0 || (roles.length === 1 && roles[0]?.[0] === '')) return undefined;
  const shown = roles.slice(0, mostRoles);
  return markup`<section id="roles">
    <h2>Time by role</h2>
    <div class="bars">
      ${shown.map(
        ([role, milliseconds]) =>
          markup`<b>${role === '' ? '(no role)' : role}</b>
            <span><i style="width:${((milliseconds / longest) * 100).toFixed(1)}%"></i></span>
            <em>${duration(milliseconds)}</em> `,
      )}
    </div>
    ${shown.length < roles.length ? markup`<p class="note">${roles.length - shown.length} more roles took less.</p>` : undefined}
  </section> `;
}
