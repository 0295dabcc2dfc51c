/** The index does not know the truth right now: neither what it would answer nor that there is nothing. */
export class IndexUnavailable extends Error {
  override name = 'IndexUnavailable';
}
