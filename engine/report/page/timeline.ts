// When each host did what: a lane of SVG for each, blocks coloured by how the task ended. Times stand in the coordinates.
import type { Status } from '../../run/events.ts';
import type { Block, Lane } from './lane.ts';
import type { Markup } from './markup.ts';
import { limits } from './limits.ts';
import { counted, shortTime } from './shown.ts';
import type { View } from './view.ts';

const classes: Readonly<Record<Status, string>> = {
  ok: 'o',
  changed: 'c',
  skipped: 's',
  failed: 'f',
  unreachable: 'r',
  unknown: 'u',
};

/** In ten-thousandths of the run: what takes no time can still be seen. */
const thinnest = 6;

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800];

/** Round times, at most eight. */
function ticks(duration: number): number[] {
  const step = (steps.find((seconds) => duration / (seconds * 1000) <= 8) ?? 86_400) * 1000;
  const times: number[] = [];
  for (let time = 0; time <= duration; time += step) times.push(time);
  return times;
}

function tickText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return rest === 0 ? `${minutes} min` : `${minutes}:${String(rest).padStart(2, '0')}`;
}

export function timeline(view: View): Markup | undefined {
  const { markup, record } = view;
  const lanes = [...record.lanes.values()];
  const duration = Math.max(record.duration, 1);
  if (lanes.length === 0) return undefined;
  const slots = Math.min(900, Math.max(60, limits.blocksDrawn / lanes.length));
  const percent = (time: number): string => ((time / duration) * 100).toFixed(2);
  const bands = record.plays.filter((play) => play.tasks.length > 0);
  const others = record.recap.size - lanes.length;
  return markup`<section id="timeline">
    <h2>Timeline</h2>
    <p class="legend">
      ${(Object.keys(classes) as Status[]).map((status) => markup`<span><i class="dot ${status}"></i>${status}</span> `)}
    </p>
    <div class="wide chart" data-duration="${Math.round(duration)}">
      <div class="lanes">
        <div class="label"></div>
        <div class="bands">
          ${bands.map(
            (play) =>
              markup`<span style="left:${percent(play.start)}%;width:${percent(play.end - play.start)}%" title="${play.name}">${
                play.end - play.start > duration / 25 ? play.name : undefined
              }</span>`,
          )}
        </div>
        ${lanes.map((lane) => laneRow(view, lane, duration, duration / slots))}
        <div class="label"></div>
        <div class="axis">
          ${ticks(duration).map((time) => markup`<span style="left:${percent(time)}%">${tickText(time)}</span>`)}
        </div>
      </div>
    </div>
    <p class="detail" aria-live="polite">
      Point at a block, tap it, or focus a lane and use the arrow keys; Enter goes to the task.
    </p>
    ${others > 0 ? markup`<p class="note">The first ${counted(lanes.length, 'host')} are drawn, ${counted(others, 'host')} more are not.</p>` : undefined}
  </section> `;
}

function laneRow({ markup }: View, lane: Lane, duration: number, grain: number): Markup {
  const blocks = lane.drawn(grain);
  const scale = 10_000 / duration;
  const busy = blocks.reduce((sum, block) => sum + block.end - block.start, 0);
  const width = ({ start, end }: Block): number => Math.max(thinnest, Math.round((end - start) * scale));
  const spoken = `${lane.host}: ${counted(blocks.length, 'block')}, busy ${shortTime(busy)}`;
  return markup`<div class="label">${lane.host}</div>
    <svg class="lane" viewBox="0 0 10000 20" preserveAspectRatio="none" tabindex="0" role="img" aria-label="${spoken}" data-host="${lane.host}">
      ${blocks.map(
        (block) =>
          markup`<rect class="${classes[block.status]}" x="${Math.round(block.start * scale)}" width="${width(block)}" height="20" data-t="${block.task}"${
            block.tasks > 1 ? markup` data-n="${block.tasks}"` : undefined
          }/>`,
      )}
    </svg> `;
}
