/**
 * The references of a repository as fields and values of a hash in Redis. In bytes, as in a reference table: a small
 * repository is then kept in a compact list, and a large one takes two thirds of what it would as text.
 *
 *     field   0                                the facts (./facts)
 *     field   key of the reference table       a reference
 *     value   forms (1 byte), then for a form with a value: number (1 byte) and value; for an image: its place (4 bytes)
 *
 * Pure.
 */
import { createHash } from 'node:crypto';
import type { ImageLists } from '../../redirects/lookup';
import { packKey, readKey } from '../../redirects/packed-key';
import type { PublishedReference, ReferenceTable } from '../../redirects/reference-table';
import type { Repository } from '../../redirects/repository';
import { printFacts } from './facts';
import { IS_IMAGE, IS_IMAGE_TAG, LONGEST_KEY, WITH_VALUE } from '../../redirects/table-layout';

/** No key of a reference begins with 0. */
export const FACTS_FIELD = Buffer.from([0]);

/** Asks for no reference: no field is so. */
const NO_FIELD = Buffer.alloc(0);

const room = new Uint8Array(LONGEST_KEY);

/** The field of a reference that is asked for; undefined: none is. */
export function fieldOf(reference: string | undefined): Buffer {
  const end = reference === undefined ? -1 : packKey(reference, room, 0);
  return end < 0 ? NO_FIELD : Buffer.from(room.subarray(0, end));
}

export interface Entry {
  field: Buffer;
  value: Buffer;
}

/** All references, in the order in which the table has them. */
export function* listEntries(references: ReferenceTable): Generator<Entry> {
  let place = 0;
  for (const { forms, key, value } of references.packedEntries()) {
    // A view: what is sent is copied anyway.
    const field = Buffer.from(key.buffer, key.byteOffset, key.length);
    const alone = ALONE[forms] as Buffer;
    if (forms & IS_IMAGE) {
      const placed = Buffer.alloc(PLACE_BYTES);
      placed.writeUInt32LE(place++);
      yield { field, value: Buffer.concat([alone, value, placed]) };
    } else {
      yield { field, value: value.length === 0 ? alone : Buffer.concat([alone, value]) };
    }
  }
}

const PLACE_BYTES = 4;

/** Forms without a value. */
const ALONE = Array.from({ length: 256 }, (_, forms) => Buffer.from([forms]));

/** Null: the hash has no such field. */
export function readEntry(value: Buffer | null): PublishedReference | undefined {
  if (!value) return undefined;
  const forms = value[0] as number;
  if (!(forms & WITH_VALUE)) return { forms, valueNumber: 0, value: '' };
  return { forms, valueNumber: value[1] as number, value: readKey(value, 2) };
}

/** From all fields and values of v1 images, by turns. */
export function readImageLists(all: readonly Buffer[]): ImageLists {
  const placed: { id: string; place: number }[] = [];
  const tags: [tag: string, id: string][] = [];
  for (let at = 0; at + 1 < all.length; at += 2) {
    const [field, value] = [all[at] as Buffer, all[at + 1] as Buffer];
    if (field.equals(FACTS_FIELD)) continue;
    const key = readKey(field, 0);
    const { forms, value: imageId } = readEntry(value) as PublishedReference;
    if (forms & IS_IMAGE) placed.push({ id: key, place: value.readUInt32LE(value.length - PLACE_BYTES) });
    if (forms & IS_IMAGE_TAG) tags.push([key, imageId]);
  }
  placed.sort((a, b) => a.place - b.place);
  tags.sort(([a], [b]) => (a < b ? -1 : 1));
  return { ids: placed.map(({ id }) => id), tags: new Map(tags) };
}

/** Changes whenever anything of a repository does that an answer depends on. */
export function digestOf(repository: Repository): string {
  const hash = createHash('sha256').update(printFacts(repository));
  if (repository.layout !== 'flat') hash.update('\n').update(repository.references.entryBytes);
  return hash.digest('base64url').slice(0, DIGEST_CHARACTERS);
}

/** 132 bits. */
const DIGEST_CHARACTERS = 22;
