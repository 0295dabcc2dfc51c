/**
 * What a Google Search Appliance is asked and what its answer means (Google Search Protocol 3.2).
 *
 *     <GSP><RES><R N="1"><MT N="portal_name" V="demo/hello"/><MT N="portal_short_description" V="…"/></R></RES></GSP>
 *
 * No RES: nothing found. An R without a portal_name is left out. Every result is one of ours, shown to those who may pull it.
 * Source: Crane 3.3. Pure.
 */
import { XMLParser } from 'fast-xml-parser';

import type { SearchResult } from './search-result';

// References are decoded below instead: the parser would also expand what a DOCTYPE defines.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  parseTagValue: false,
  processEntities: false,
});

export function createGsaUrl(address: string, query: string): string {
  const url = new URL(address);
  url.searchParams.set('q', query);
  return url.href;
}

/** Undefined when the body is not what an appliance sends. */
export function parseGsaAnswer(body: Buffer): SearchResult[] | undefined {
  let document: unknown;
  try {
    document = parser.parse(decode(body), true);
  } catch {
    return undefined;
  }
  const roots = listChildren(document, 'GSP');
  if (roots.length !== 1) return undefined;
  return listChildren(roots[0], 'RES')
    .flatMap((found) => listChildren(found, 'R'))
    .flatMap(readResult);
}

/** An appliance may be set up to answer in another encoding than UTF-8, and then says so in the XML declaration. */
function decode(body: Buffer): string {
  const declaration = /^<\?xml[^>]*\sencoding=["']([^"']+)["']/.exec(body.toString('latin1', 0, 200));
  return new TextDecoder(declaration?.[1]).decode(body);
}

/** The parser gives an element that occurs once as itself, one that occurs more often as an array, and an empty one as text. */
const listChildren = (element: unknown, tag: string): unknown[] => {
  const child = readField(element, tag);
  return child === undefined ? [] : [child].flat();
};

const readField = (element: unknown, name: string): unknown =>
  typeof element === 'object' && element !== null ? (element as Record<string, unknown>)[name] : undefined;

function readResult(result: unknown): SearchResult[] {
  const read = (name: string): string | undefined => {
    const value = readField(
      listChildren(result, 'MT').findLast((field) => readField(field, '@N') === name),
      '@V',
    );
    return typeof value === 'string' ? decodeReferences(value) : undefined;
  };
  const [name, description = ''] = [read('portal_name'), read('portal_short_description')];
  if (!name) return [];
  return [{ name, description, isTrusted: false, isOfficial: false, starCount: 0, isFiltered: true }];
}

const predefined = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const decodeReferences = (text: string): string =>
  text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (reference, hex?: string, digits?: string, name?: string) => {
      if (name !== undefined) return predefined.get(name) ?? reference;
      const point = hex === undefined ? Number(digits) : parseInt(hex, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : reference;
    },
  );
