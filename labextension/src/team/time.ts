/** Steps of relative time, the largest first: seconds in one, and its name. */
const UNITS: ReadonlyArray<readonly [number, Intl.RelativeTimeFormatUnit]> = [
  [31_536_000, 'year'],
  [2_592_000, 'month'],
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute']
];

/**
 * "2 minutes ago", in the reader's language.
 *
 * @param at - RFC 3339, as the server writes instants
 */
export function relativeTime(at: string, now: number, locale?: string): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [size, unit] of UNITS) {
    if (Math.abs(seconds) >= size) {
      return format.format(Math.trunc(seconds / size), unit);
    }
  }
  return format.format(0, 'second');
}

/** The whole date and time, for a tooltip. */
export function absoluteTime(at: string, locale?: string): string {
  return new Date(at).toLocaleString(locale);
}
