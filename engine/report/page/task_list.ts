// Plays and their tasks, to be opened one by one: hosts, messages, items, diffs, and where the task stands.
import type { Status } from '../../run/events.ts';
import { Markup } from './markup.ts';
import { limits } from './limits.ts';
import type { Item, Note } from './note_maker.ts';
import type { HostGroup, PlayRecord, TaskRecord } from './record.ts';
import { counted, shortTime, shownPlace, statuses } from './shown.ts';
import type { View } from './view.ts';

export function taskList(view: View): Markup {
  const { markup, record } = view;
  return markup`<section id="tasks">
    <h2>Plays and tasks</h2>
    <p class="filter" hidden>
      <label><input type="radio" name="show" value="all" checked /> all</label>
      <label><input type="radio" name="show" value="changed" /> changed</label>
      <label><input type="radio" name="show" value="bad" /> failed</label>
      <button type="button" data-open="1">open all</button>
      <button type="button" data-open="">close all</button>
    </p>
    ${record.plays.map((play) => playEntry(view, play))} ${leftOut(view)}
  </section> `;
}

/** What the page's limits cost, in words. */
function leftOut({ markup, record }: View): Markup | undefined {
  const tasks = record.plays.flatMap((play) => play.tasks);
  const notes = tasks.reduce((sum, task) => sum + task.moreNotes, 0);
  const parts = [
    ...(record.tasksLeftOut > 0
      ? [`${counted(record.tasksLeftOut, 'task')} after the first ${limits.tasks} are only counted`]
      : []),
    ...(notes > 0
      ? [`messages and diffs of ${counted(notes, 'result')} are left out, as pages have their limits`]
      : []),
  ];
  return parts.length === 0
    ? undefined
    : markup`<p class="note">
        To keep this page small, ${parts.join('; ')}. The form --output json tells everything.
      </p>`;
}

function worst(counts: ReadonlyMap<Status, number>): Status {
  return statuses.find((status) => (counts.get(status) ?? 0) > 0) ?? 'skipped';
}

function playEntry(view: View, play: PlayRecord): Markup {
  const { markup, folder } = view;
  const changed = play.tasks.filter(({ counts }) => (counts.get('changed') ?? 0) > 0).length;
  const isBad = play.tasks.some(({ counts }) => counts.has('failed') || counts.has('unreachable'));
  const what =
    play.hosts === 0
      ? 'no hosts'
      : [counted(play.hosts, 'host'), counted(play.tasks.length, 'task'), `${changed} changed`].join(', ');
  return markup`<details class="play"${isBad ? markup` open` : undefined}>
    <summary>
      <b>${play.name}</b> <span class="of">${what}</span><em>${shortTime(play.end - play.start)}</em>
    </summary>
    <p class="place">${shownPlace(`${play.position.file}:${play.position.line}`, folder)}</p>
    ${play.tasks.map((task) => taskEntry(view, task))}
  </details> `;
}

function taskEntry(view: View, task: TaskRecord): Markup {
  const { markup, folder } = view;
  const { info } = task;
  const status = worst(task.counts);
  const counts = statuses
    .filter((one) => (task.counts.get(one) ?? 0) > 0)
    .map((one) => markup`<span class="${one}">${task.counts.get(one) ?? 0} ${one}</span> `);
  const kind = info.isHandler ? 'handler ' : '';
  const role = info.role === undefined ? undefined : markup`<span class="role">${info.role}</span> `;
  const change = task.counts.has('changed') ? ' has-change' : '';
  return markup`<details class="task is-${status}${change}" id="t${task.number}">
    <summary>
      <i class="dot ${status}"></i><span class="name">${role}${kind}${info.name}</span>
      <span class="counts">${counts}</span><em>${shortTime(task.end - task.start)}</em>
    </summary>
    <p class="place">${info.module} · ${shownPlace(`${info.position.file}:${info.position.line}`, folder)}</p>
    ${task.notes.map((note) => noteEntry(view, note))}
    ${[...task.groups.values()].map((group) => groupEntry(view, group))}
    ${
      task.moreNotes > 0
        ? markup`<p class="note">Words of ${counted(task.moreNotes, 'more result')} are left out.</p>`
        : undefined
    }
  </details> `;
}

function groupEntry({ markup }: View, { status, reason, hosts, more }: HostGroup): Markup {
  const names = hosts.map(
    ({ host, milliseconds }) => markup`<span>${host} <small>${shortTime(milliseconds)}</small></span> `,
  );
  const others = more > 0 ? markup`<span>and ${counted(more, 'host')} more</span>` : undefined;
  const why = reason === '' ? undefined : markup`<p class="why">${reason}</p>`;
  return markup`<div class="hosts">
    <b class="word ${status}">${status}</b>
    ${names}${others}${why}
  </div> `;
}

function noteEntry(view: View, note: Note): Markup {
  const { markup, folder } = view;
  const host = note.delegatedTo === undefined ? note.host : `${note.host} → ${note.delegatedTo}`;
  const place =
    note.place === undefined
      ? undefined
      : markup`<span class="place">${shownPlace(note.place, folder)}</span>`;
  return markup`<div class="result">
    <p>
      <b class="word ${note.status}">${note.status}</b> ${host}
      <small>${shortTime(note.milliseconds)}</small>
      ${note.ignored ? '· ignored' : ''} ${place}
    </p>
    ${paragraph(view, note.message)}${paragraph(view, note.output)}
    ${note.warnings.map((text) => markup`<p class="why">Warning: ${text}</p>`)}
    ${itemList(view, note)}${note.diffs.map((text) => diff(view, text))}
  </div> `;
}

function itemList(view: View, { items, moreItems }: Note): Markup | undefined {
  const { markup } = view;
  if (items.length === 0) return undefined;
  const more =
    moreItems > 0 ? markup`<li class="note">and ${counted(moreItems, 'item')} more</li>` : undefined;
  return markup`<ul class="items">
    ${items.map((item) => itemEntry(view, item))}${more}
  </ul>`;
}

function itemEntry(view: View, { label, status, message, diffs }: Item): Markup {
  const { markup } = view;
  return markup`<li>
    <b class="word ${status}">${status}</b>
    <code>${label}</code>${paragraph(view, message)}${diffs.map((text) => diff(view, text))}
  </li> `;
}

function paragraph({ markup }: View, text: string): Markup | undefined {
  return text === '' ? undefined : markup`<pre>${text}</pre>`;
}

const newLine = new Markup('\n');

function diff({ markup }: View, text: string): Markup {
  const lines = text.split('\n').map((line) => {
    if (/^(@@|--- |\+\+\+ )/.test(line)) return markup`<i>${line}</i>${newLine}`;
    if (line.startsWith('+')) return markup`<ins>${line}</ins>${newLine}`;
    if (line.startsWith('-')) return markup`<del>${line}</del>${newLine}`;
    return `${line}\n`;
  });
  return markup`<pre class="diff">${lines}</pre>`;
}
