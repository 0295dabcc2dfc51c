/**
 * Reads a Red Hat entitlement certificate: which paths on a content server its holder may use, and when.
 *
 * Extensions under Red Hat's number, 1.3.6.1.4.1.2312.9:
 *     6              version of the certificate, text: `3.4`; without it, 1.0
 *     4.1            version 1: name of the order; what has none is no entitlement certificate
 *     2.<…>.1.6      version 1: a content URL (content-urls.ts)
 *     7              version 3: octets, the tree of paths (parse-path-tree.ts)
 * Source: docs/access-control.md. Pure.
 */
import { createUrlMatcher, estimateUrlBytes } from './content-urls';
import type { Covers } from './covers';
import { parsePathTree } from './parse-path-tree';
import { coversPath, estimateTreeBytes } from './path-tree';
import { parseBytes, parseRedHatCertificate, parseText } from './red-hat-certificate';

export interface Entitlement {
  validFrom: Date;
  validTo: Date;
  /** Says nothing about the time. */
  covers: Covers;
  /** What `covers` keeps in memory, estimated. */
  sizeBytes: number;
}

type Covered = Pick<Entitlement, 'covers' | 'sizeBytes'>;

const VERSION = '6';
const ORDER_NAME = '4.1';
const PATH_TREE = '7';
const CONTENT_URL = /^2\..+\.1\.6$/;

/** More than a real one has: it has more fields for each URL, and for so many the longest certificate has no room. */
const MOST_CONTENT_URLS = 512;

/** Undefined: malformed, or no entitlement certificate of a version that is known. */
export function parseEntitlement(der: Buffer): Entitlement | undefined {
  const certificate = parseRedHatCertificate(der);
  if (!certificate) return undefined;
  const { validFrom, validTo, extensions } = certificate;
  const covered = parseCovered(extensions);
  return covered && { validFrom, validTo, ...covered };
}

function parseCovered(extensions: Map<string, ArrayBuffer>): Covered | undefined {
  const versionValue = extensions.get(VERSION);
  const version = versionValue ? parseText(versionValue) : '1.0';
  switch (version?.split('.')[0]) {
    case '1':
      return extensions.has(ORDER_NAME) ? parseVersion1(extensions) : undefined;
    case '3':
      return parseVersion3(extensions);
    case undefined:
    default:
      return undefined;
  }
}

function parseVersion1(extensions: Map<string, ArrayBuffer>): Covered | undefined {
  const values = [...extensions].filter(([identifier]) => CONTENT_URL.test(identifier));
  if (values.length > MOST_CONTENT_URLS) return undefined;
  const urls: string[] = [];
  for (const [, value] of values) {
    const url = parseText(value);
    if (url === undefined) return undefined;
    urls.push(url);
  }
  return { covers: createUrlMatcher(urls), sizeBytes: estimateUrlBytes(urls) };
}

function parseVersion3(extensions: Map<string, ArrayBuffer>): Covered | undefined {
  const value = extensions.get(PATH_TREE);
  const data = value && parseBytes(value);
  const tree = data && parsePathTree(data);
  return tree && { covers: (path) => coversPath(tree, path), sizeBytes: estimateTreeBytes(tree) };
}
