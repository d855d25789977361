// How quantities and places are written on the page.
import path from 'node:path';
import type { Status } from '../../run/events.ts';
import { duration } from '../recap.ts';

/** Whoever reads the page starts with what went wrong. */
export const statuses: readonly Status[] = ['unreachable', 'failed', 'unknown', 'changed', 'ok', 'skipped'];

/** Short times in milliseconds: most tasks take some. */
export function shortTime(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : duration(milliseconds);
}

export function byteCount(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = bytes / 1000;
  let unit = 0;
  for (; size >= 999.5 && unit < units.length - 1; unit += 1) size /= 1000;
  return `${size.toFixed(size < 9.95 ? 1 : 0)} ${units[unit] ?? ''}`;
}

/** 12345 as "12 345", with a thin space that does not break. */
export function count(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** Relative to the folder of the run when it is below it. */
export function shownPlace(place: string, folder: string): string {
  const match = /^(.*):(\d+)$/s.exec(place);
  const [file, line] = match ? [match[1] ?? '', `:${match[2] ?? ''}`] : [place, ''];
  const relative = path.relative(folder, file);
  return `${relative.startsWith('..') || relative === '' ? file : relative}${line}`;
}
