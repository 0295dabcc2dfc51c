/**
 * Reads what a client says it can read: the Accept header of a manifest request.
 *
 * On the wire: one comma list, or several lines that node:http has joined with ", ". Media types compare without case;
 * parameters are ignored, except that `q=0` means "not accepted", which also takes the type out of a wildcard. What one
 * line accepts stays accepted: clients send their lines in any order.
 * Source: RFC 9110 section 12.5.1; docs/manifest-decision.md. Pure.
 */
import { MANIFEST_LIST, MANIFEST_SCHEMA2 } from './media-types';

export interface Accept {
  /** Manifest lists are named in the header. */
  readsLists: boolean;
  /** Image manifests of schema 2 are named in the header. */
  readsSchema2: boolean;
  /** The header holds a wildcard that covers manifest lists and does not refuse them. */
  readsListsByWildcard: boolean;
  /** The header holds a wildcard that covers schema 2 and does not refuse it. */
  readsSchema2ByWildcard: boolean;
}

/** q=0, q=0.0 … q=0.000 */
const ZERO_WEIGHT = /^q=0(?:\.0{0,3})?$/;

export function parseAccept(header: string | undefined): Accept {
  const isAcceptedByRange = new Map<string, boolean>();
  for (const item of (header ?? '').split(',')) {
    const parts = item.split(';').map((part) => part.trim().toLowerCase());
    const [range, ...parameters] = parts as [string, ...string[]];
    const isRefused = parameters.some((parameter) => ZERO_WEIGHT.test(parameter));
    isAcceptedByRange.set(range, !isRefused || isAcceptedByRange.get(range) === true);
  }
  // The more specific range wins, whatever the order of the lines.
  const hasWildcard = isAcceptedByRange.get('application/*') ?? isAcceptedByRange.get('*/*') ?? false;
  return {
    readsLists: isAcceptedByRange.get(MANIFEST_LIST) ?? false,
    readsSchema2: isAcceptedByRange.get(MANIFEST_SCHEMA2) ?? false,
    readsListsByWildcard: isAcceptedByRange.get(MANIFEST_LIST) ?? hasWildcard,
    readsSchema2ByWildcard: isAcceptedByRange.get(MANIFEST_SCHEMA2) ?? hasWildcard,
  };
}
