/**
 * Reads a plain redirect file of versions 3 to 5 from its bytes, without a string for any of its references: a few times
 * faster than JSON.parse of the whole, and next to nothing for the garbage collector.
 *
 * It knows no problems. Whatever is not as publishers write it, good or bad, is left to ./parse-redirect-file, which alone
 * says what is right; tests/redirects/plain-file.property.test.ts compares the two. Pure.
 */
import type { Allocate } from './build-reference-table';
import { ReferenceTableBuilder } from './build-reference-table';
import type { CutText, ListKey, ListRange } from './cut-lists';
import { cutLists, skipSpace } from './cut-lists';
import type { FormDocument } from './document-facts';
import { addAmd64Images, factsOf, warn } from './document-facts';
import type { ByteWords } from './pack-quoted';
import { createByteWords, QUOTE } from './pack-quoted';
import type { ParsedRedirectFile } from './parse-redirect-file';
import { isPlainDocument } from './plain-document';
import type { ReferenceTable } from './reference-table';
import { ANY_FORM, IN_LISTS, IN_SCHEMA1, IN_SCHEMA2 } from './reference-table';
import { parseStorageUrl } from './storage-url';

/** In the order in which their references are added to a table. */
const FORMS: readonly [key: ListKey, form: number][] = [
  ['manifest_list_data', IN_LISTS],
  ['schema2_data', IN_SCHEMA2],
  ['schema1_data', IN_SCHEMA1],
];

const COMMA = 0x2c;

/** Empty between two files, and kept for the next: nothing waits while a table is built. */
const builder = new ReferenceTableBuilder();

/** Undefined: ./parse-redirect-file has to say. `allocate`: where the table goes; default: into memory of its own. */
export function parsePlainFile(text: Buffer, file: string, allocate?: Allocate): ParsedRedirectFile | undefined {
  const cut = cutLists(text);
  const document = cut && parseRest(cut.rest);
  if (!document) return undefined;
  const storageUrl = parseStorageUrl(document.url);
  if (!storageUrl) return undefined;
  const references = buildReferences(document, text, cut.lists, allocate);
  if (!references) return undefined;
  const listsSchema1 = document.schema1_data !== undefined;
  const repository = { ...factsOf(document, storageUrl), layout: 'forms' as const, references, listsSchema1 };
  return { kind: 'parsed', repository, warnings: warn(document, file) };
}

function parseRest(rest: string): FormDocument | undefined {
  try {
    const document: unknown = JSON.parse(rest);
    return isPlainDocument(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

function buildReferences(
  document: FormDocument,
  text: Buffer,
  lists: CutText['lists'],
  allocate: Allocate | undefined,
): ReferenceTable | undefined {
  try {
    addAmd64Images(builder, document);
    return addLists(createByteWords(text), lists) ? builder.build(ANY_FORM, allocate) : undefined;
  } finally {
    // Also where there was no memory for a table: the next file must not get the references of this one.
    builder.clear();
  }
}

const addLists = (text: ByteWords, lists: CutText['lists']): boolean =>
  FORMS.every(([key, form]) => {
    const range = lists.get(key);
    return range === undefined || addList(text, range, form);
  });

/** False: something else than tags and sha256 digests, with commas between them, is in the list. */
function addList(text: ByteWords, { from, to }: ListRange, form: number): boolean {
  const { bytes } = text;
  let at = skipSpace(bytes, from);
  if (at === to) return true;
  for (;;) {
    if (bytes[at] !== QUOTE) return false;
    const end = builder.addQuoted(text, at + 1, form);
    if (end < 0) return false;
    at = skipSpace(bytes, end);
    if (at === to) return true;
    if (bytes[at] !== COMMA) return false;
    at = skipSpace(bytes, at + 1);
  }
}
