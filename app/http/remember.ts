/**
 * Keeps the answers of a pure function of a header, for the headers that came last.
 *
 * Each header has one place, found by a sample of its characters, and takes it from another one. So a lookup costs a
 * comparison, where a map would hash hundreds of characters for every request; and a client that invents headers only
 * makes others be read again.
 */
const PLACES = 1024;

/** One character of so many is looked at: docker sends the same media types in every order, and these must differ. */
const SAMPLE_STRIDE = 12;

/** Longer headers are nobody's habit, and are not kept. */
const LONGEST_HEADER = 1024;

type Parse<T> = (header: string | undefined) => T;

export function remember<T>(parse: Parse<T>): Parse<T> {
  const places = new Array<{ header: string | undefined; answer: T } | undefined>(PLACES).fill(undefined);
  return (header) => {
    const length = header?.length ?? 0;
    if (length > LONGEST_HEADER) return parse(header);
    const place = header === undefined ? 0 : placeOf(header, length);
    const known = places[place];
    if (known && known.header === header) return known.answer;
    const answer = parse(header);
    places[place] = { header, answer };
    return answer;
  };
}

/**
 * The same for a header that may come in several lines, which mean what one line of all of them would, joined by ", ". They are compared
 * as they came: to look into what has been joined, it would be copied first.
 */
export function rememberLines<T>(parse: Parse<T>): (lines: readonly string[]) => T {
  const places = new Array<{ lines: readonly string[]; answer: T } | undefined>(PLACES).fill(undefined);
  return (lines) => {
    let [length, mixed] = [0, 0];
    for (const line of lines) {
      length += line.length;
      if (length > LONGEST_HEADER) return parse(lines.join(', '));
      mixed = mix(mixed, line, line.length);
    }
    const place = placeOfMixed(mixed);
    const known = places[place];
    if (known && areSame(known.lines, lines)) return known.answer;
    const answer = parse(lines.length === 0 ? undefined : lines.join(', '));
    places[place] = { lines, answer };
    return answer;
  };
}

function areSame(lines: readonly string[], others: readonly string[]): boolean {
  if (lines.length !== others.length) return false;
  for (let at = 0; at < lines.length; at++) if (lines[at] !== others[at]) return false;
  return true;
}

const placeOf = (header: string, length: number): number => placeOfMixed(mix(0, header, length));

function mix(before: number, header: string, length: number): number {
  let mixed = Math.imul(before ^ length, 0x01000193);
  for (let at = length % SAMPLE_STRIDE; at < length; at += SAMPLE_STRIDE) {
    mixed = Math.imul(mixed ^ header.charCodeAt(at), 0x01000193);
  }
  return mixed;
}

const placeOfMixed = (mixed: number): number => (mixed ^ (mixed >>> 10) ^ (mixed >>> 20)) & (PLACES - 1);
