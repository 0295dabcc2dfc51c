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
  /** What is kept of all of them, estimated. */
  mostBytes?: number;
}

const CAPACITY = 256;

/** What is kept of one takes some kilobytes; of the worst that a client can make up, a megabyte. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Gives undefined for what is no entitlement certificate, or is not valid now. `der` is not kept. */
export type EntitlementReader = (der: Buffer) => Covers | undefined;

export function createEntitlementReader({
  now = Date.now,
  capacity = CAPACITY,
  mostBytes = MOST_BYTES,
}: EntitlementReaderOptions = {}): EntitlementReader {
  /** SHA-256 of the DER → what it is; the one used last is the last one. */
  const known = new Map<string, Entitlement | undefined>();

  let keptBytes = 0;

  const keep = (key: string, entitlement: Entitlement | undefined): void => {
    known.set(key, entitlement);
    keptBytes += sizeOf(entitlement);
  };

  const forget = (key: string, entitlement: Entitlement | undefined): void => {
    if (known.delete(key)) keptBytes -= sizeOf(entitlement);
  };

  const find = (der: Buffer): Entitlement | undefined => {
    const key = createHash('sha256').update(der).digest('base64');
    const entitlement = known.has(key) ? known.get(key) : parseEntitlement(der);
    forget(key, entitlement);
    keep(key, entitlement);
    for (const [oldest, its] of known) {
      if (known.size <= capacity && keptBytes <= mostBytes) break;
      forget(oldest, its);
    }
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

const sizeOf = (entitlement: Entitlement | undefined): number => entitlement?.sizeBytes ?? 0;
