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

function placeOf(header: string, length: number): number {
  let mixed = length;
  for (let at = length % SAMPLE_STRIDE; at < length; at += SAMPLE_STRIDE) {
    mixed = Math.imul(mixed, 31) + header.charCodeAt(at);
  }
  return (mixed ^ (mixed >>> 10)) & (PLACES - 1);
}
