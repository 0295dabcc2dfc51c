/**
 * Reads entitlement certificates of requests. A client sends its certificate with every request, and reading one takes
 * about a millisecond: so the last ones are kept, also those that are none. Time is judged anew at each request.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
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

/** Undefined: the certificate is no entitlement certificate. */
interface Reading {
  entitlement: Entitlement | undefined;
}

export function createEntitlementReader({
  now = Date.now,
  capacity = CAPACITY,
  mostBytes = MOST_BYTES,
}: EntitlementReaderOptions = {}): EntitlementReader {
  /** SHA-256 of the DER → what it is. */
  const known = new LRUCache<string, Reading>({ max: capacity, maxSize: mostBytes, sizeCalculation: sizeOf });

  const find = (der: Buffer): Entitlement | undefined => {
    const key = createHash('sha256').update(der).digest('base64');
    const reading = known.get(key) ?? { entitlement: parseEntitlement(der) };
    known.set(key, reading);
    return reading.entitlement;
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

/** A size of 0 is not allowed. */
const sizeOf = ({ entitlement }: Reading): number => entitlement?.sizeBytes ?? 1;
