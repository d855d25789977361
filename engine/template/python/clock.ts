// This machine's wall clock.
import { DateTime } from './datetime.ts';

/** A moment as this machine's clock shows it. */
export function localTime(moment: Date): DateTime {
  return new DateTime(new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000));
}

/** The offset and name of this machine's time zone at a moment, for %z and %Z. */
export function localZone(moment: Date): { offset: string; name: string } {
  const minutes = -moment.getTimezoneOffset();
  const size = Math.abs(minutes);
  const digits = String(Math.floor(size / 60)).padStart(2, '0') + String(size % 60).padStart(2, '0');
  const name = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
    .formatToParts(moment)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return { offset: `${minutes < 0 ? '-' : '+'}${digits}`, name: name ?? '' };
}
