/**
 * Shows in a message for the log what somebody else wrote: as JSON, in printable ASCII, and not all of it when it is long.
 *     "dept/../key\u0085"
 * Pure.
 */

const LONGEST_SHOWN = 100;

/** `value`: JSON of any kind, or undefined. */
export function quote(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** A time of a token, which may be any number. */
export function quoteTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}
