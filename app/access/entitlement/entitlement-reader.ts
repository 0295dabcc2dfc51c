/**
 * Reads entitlement certificates of requests. A client sends its certificate with every request, and reading one takes
 * about a millisecond: so the last ones are kept, also those that are none. Time is judged anew at each request.
 */
import { createHash } from 'node:crypto';
import type { Covers } from './covers';
import { type Entitlement, parseEntitlement } from './entitlement';

export interface EntitlementReaderOptions {
  /** Milliseconds since 1970. */
  now?: () => number;
  /** How many certificates are kept. */
  capacity?: number;
}

/** What is kept of one takes some kilobytes; of the worst that a client can make up, a megabyte. */
const CAPACITY = 256;

/** Gives undefined for what is no entitlement certificate, or is not valid now. `der` is not kept. */
export type EntitlementReader = (der: Buffer) => Covers | undefined;

export function createEntitlementReader({
  now = Date.now,
  capacity = CAPACITY,
}: EntitlementReaderOptions = {}): EntitlementReader {
  /** SHA-256 of the DER → what it is; the one used last is the last one. */
  const known = new Map<string, Entitlement | undefined>();

  const find = (der: Buffer): Entitlement | undefined => {
    const key = createHash('sha256').update(der).digest('base64');
    const entitlement = known.has(key) ? known.get(key) : parseEntitlement(der);
    known.delete(key);
    known.set(key, entitlement);
    if (known.size > capacity) known.delete(known.keys().next().value as string);
    return entitlement;
  };

  return (der) => {
    const entitlement = find(der);
    if (!entitlement) return undefined;
    const time = now();
    return entitlement.validFrom.getTime() <= time && time <= entitlement.validTo.getTime()
      ? entitlement.covers
      : undefined;
  };
}
