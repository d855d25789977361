// The head of the page: what was run, how it ended, what needs a look.
import path from 'node:path';
import { duration } from '../recap.ts';
import type { Markup } from './markup.ts';
import type { Attention } from './record.ts';
import { byteCount, count, counted, shownPlace } from './shown.ts';
import type { View } from './view.ts';

export function titleOf({ record }: View): string {
  return record.playbooks.map((file) => path.basename(file)).join(', ') || 'Run';
}

interface Verdict {
  readonly kind: 'good' | 'bad' | 'doubt';
  readonly text: string;
}

export function verdictOf({ record }: View): Verdict {
  const recaps = [...record.recap.values()];
  const failed = recaps.filter((host) => host.failed > 0).length;
  const unreachable = recaps.filter((host) => host.unreachable > 0).length;
  const parts = [
    ...(failed > 0 ? [`${counted(failed, 'host')} failed`] : []),
    ...(unreachable > 0 ? [`${counted(unreachable, 'host')} unreachable`] : []),
  ];
  if (record.interrupted) return { kind: 'bad', text: ['Interrupted', ...parts].join(', ') };
  if (parts.length > 0) return { kind: 'bad', text: parts.join(', ') };
  if (recaps.length === 0) return { kind: 'doubt', text: 'No host took part' };
  const changes = recaps.reduce((sum, host) => sum + host.changed, 0);
  const unknown = recaps.some((host) => host.unknown > 0);
  if (record.checkMode)
    return {
      kind: unknown ? 'doubt' : 'good',
      text: changes > 0 ? 'Check mode: there is something to change' : 'Check mode: nothing to change',
    };
  return { kind: 'good', text: changes > 0 ? 'All well' : 'All well, nothing to change' };
}

export function summary(view: View): Markup {
  const { markup, record, command } = view;
  const verdict = verdictOf(view);
  const sums = { changed: 0, roundTrips: 0, bytes: 0 };
  for (const host of record.recap.values()) sums.changed += host.changed;
  for (const totals of record.hosts.values()) {
    sums.roundTrips += totals.roundTrips;
    sums.bytes += totals.bytes;
  }
  const figures: readonly (readonly [string, string])[] = [
    [duration(record.duration), 'in all'],
    [count(record.recap.size), record.recap.size === 1 ? 'host' : 'hosts'],
    [count(record.tasks), record.tasks === 1 ? 'task' : 'tasks'],
    [count(sums.changed), record.checkMode ? 'would change' : 'changed'],
    [count(sums.roundTrips), 'round trips'],
    [byteCount(sums.bytes), 'over the wire'],
  ];
  const began = record.began;
  return markup`<header>
    <p class="when"><time datetime="${began.toISOString()}">${localTime(began)}</time></p>
    <h1>${titleOf(view)}</h1>
    <p class="verdict ${verdict.kind}">${verdict.text}</p>
    <dl class="figures">
      ${figures.map(
        ([figure, what]) =>
          markup`<div>
            <dt>${what}</dt>
            <dd>${figure}</dd>
          </div>`,
      )}
    </dl>
    <pre class="command" tabindex="0" aria-label="Command line"><code>${command}</code></pre>
  </header> `;
}

function localTime(date: Date): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'long' }).format(date);
}

export function attentionSection(view: View): Markup | undefined {
  const { markup, record } = view;
  if (record.attention.length === 0) return undefined;
  const weight = { unreachable: 0, failed: 0, warning: 1 };
  const sorted = [...record.attention].sort((a, b) => weight[a.kind] - weight[b.kind]);
  return markup`<section id="attention">
    <h2>Needs a look</h2>
    <ul class="attention">
      ${sorted.map((one) => attentionLine(view, one))}
    </ul>
    ${record.moreAttention > 0 ? markup`<p class="note">${counted(record.moreAttention, 'more one', 'more')}, not listed here.</p>` : undefined}
  </section> `;
}

function attentionLine(view: View, { kind, host, task, text, place }: Attention): Markup {
  const { markup, folder, record } = view;
  const isRescued = kind === 'failed' && host !== undefined && record.recapOf(host).failed === 0;
  const role = task?.info.role === undefined ? '' : `${task.info.role} : `;
  const where = task
    ? markup`<a href="#t${task.number}">${role}${task.info.name}</a>${host === undefined ? '' : ` on ${host}`}`
    : 'Warning';
  return markup`<li class="${kind === 'warning' ? 'unknown' : kind}">
    <b class="word">${isRescued ? 'failed and rescued' : kind}</b> ${where}
    <pre>${text}</pre>
    ${place === undefined ? undefined : markup`<p class="place">${shownPlace(place, folder)}</p>`}
  </li> `;
}
