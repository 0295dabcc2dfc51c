/**
 * Reads a plain redirect file of versions 3 to 5 from its bytes, without a string for any of its references: a few times
 * faster than JSON.parse of the whole, and next to nothing for the garbage collector.
 *
 * It knows no problems. Whatever is not as publishers write it, good or bad, is left to ./parse-redirect-file, which alone
 * says what is right; tests/redirects/plain-file.property.test.ts compares the two. Pure.
 */
import type { Allocate } from './build-reference-table';
import { builder } from './build-reference-table';
import type { FormDocument } from './document-facts';
import { factsOf, warn } from './document-facts';
import type { ParsedRedirectFile } from './parse-redirect-file';
import { isPlainDocument } from './plain-document';
import type { ReferenceTable } from './reference-table';
import type { Repository } from './repository';
import type { StorageUrl } from './storage-url';
import { parseStorageUrl } from './storage-url';
import { ANY_FORM } from './table-layout';

/** Undefined: ./parse-redirect-file has to say. `allocate`: where the table goes; default: into memory of its own. */
export function parsePlainFile(text: Buffer, file: string, allocate?: Allocate): ParsedRedirectFile | undefined {
  try {
    return parse(text, file, allocate);
  } finally {
    builder.clear();
  }
}

function parse(text: Buffer, file: string, allocate: Allocate | undefined): ParsedRedirectFile | undefined {
  const rest = builder.cutLists(text);
  const document = rest === undefined ? undefined : parseRest(rest);
  if (!document) return undefined;
  const storageUrl = parseStorageUrl(document.url);
  if (!storageUrl) return undefined;
  const references = buildReferences(document, allocate);
  if (!references) return undefined;
  return { kind: 'parsed', repository: describe(document, storageUrl, references), warnings: warn(document, file) };
}

function parseRest(rest: string): FormDocument | undefined {
  try {
    const document: unknown = JSON.parse(rest);
    return isPlainDocument(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

/** Name by name: to what is spread into it first, V8 adds all others slowly, with a shape of its own for each object. */
function describe(document: FormDocument, storageUrl: StorageUrl, references: ReferenceTable): Repository {
  const { name, publisherId, isProtected, version } = factsOf(document, storageUrl);
  const listsSchema1 = document.schema1_data !== undefined;
  return { name, publisherId, storageUrl, isProtected, version, layout: 'forms', references, listsSchema1 };
}

function buildReferences(document: FormDocument, allocate: Allocate | undefined): ReferenceTable | undefined {
  if (document.version !== 3 && !builder.addImages()) return undefined;
  return builder.addLists() ? builder.build(ANY_FORM, allocate) : undefined;
}
