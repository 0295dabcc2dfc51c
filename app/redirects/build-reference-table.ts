/**
 * Builds a reference table (its layout: reference-table.ts) from what a redirect file lists, in one pass: a million
 * references are packed in the time in which their text is parsed. What is done for every reference is in WebAssembly, ./packing;
 * this is what calls it.
 *
 * Pure, but for the memory that it works in.
 */
import { isHashAt, packKey } from './packed-key';
import type { PackingModule } from './packing-module';
import { createPackingModule } from './packing-module';
import type { TablePlace } from './reference-table';
import { createPage, ReferenceTable } from './reference-table';

/** What is kept of the memory of the module, which never shrinks: more than files usually take. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

/** Gives a place of that many bytes, all of them 0. */
export type Allocate = (byteLength: number) => TablePlace;

/** A page for each table. */
export const allocateAlone: Allocate = (byteLength) => ({
  page: createPage(new ArrayBuffer(4 * Math.ceil(byteLength / 4))),
  offset: 0,
});

export class ReferenceTableBuilder {
  #module: PackingModule | undefined;
  /** All memory of the module; empty since that has grown. */
  #memory = NOTHING;

  /** Throws where nothing at all can be built, which is no fault of the files. */
  prepare(): void {
    this.#open();
  }

  /**
   * Begins with the text of a redirect file, and gives it without the lists of references in it, which `addLists` adds;
   * undefined: the text is not plain.
   */
  cutLists(text: Uint8Array): string | undefined {
    return this.#call((module) => {
      const address = module.textAddress(text.length);
      this.#bytes.set(text, address);
      const restBytes = module.cutLists();
      if (restBytes === 0) return undefined;
      const rest = module.restAddress();
      return this.#bytes.toString('latin1', rest, rest + restBytes);
    });
  }

  /** To be called first, if at all. False: something else than tags and images is among the amd64 images of manifest lists, or a tag twice. */
  addImages(): boolean {
    return this.#call((module) => module.addImages() !== 0);
  }

  /** False: something else than tags and sha256 digests, with commas between them, is in a list. */
  addLists(): boolean {
    return this.#call((module) => module.addLists() !== 0);
  }

  /**
   * Adds a form to a reference; forms add up, the last value counts. True: the reference is a digest or an image id, and
   * well-formed as such. Otherwise the caller knows whether it is; what is not ASCII of 1 to 253 characters is left out.
   */
  add(reference: string, form: number, value = '', valueNumber = 0): boolean {
    return this.#call((module) => {
      const key = module.keyAddress();
      const bytes = this.#bytes;
      const end = packKey(reference, bytes, key);
      if (end < 0) return false;
      const isHash = isHashAt(bytes, key);
      if (value === '') {
        module.add(form, end - key);
      } else {
        bytes[end] = valueNumber;
        module.addWithValue(form, end - key, packKey(value, bytes, end + 1) - end);
      }
      return isHash;
    });
  }

  /** `listedForms`: a tag that has one of them is listed by `tags()`. The builder is empty again. */
  build(listedForms: number, allocate: Allocate = allocateAlone): ReferenceTable {
    const place = this.#call((module) => {
      const byteLength = module.build(listedForms);
      const table = module.tableAddress();
      const found = allocate(byteLength);
      found.page.bytes.set(this.#bytes.subarray(table, table + byteLength), found.offset);
      return found;
    });
    this.clear();
    return new ReferenceTable(place);
  }

  /** Forgets what was added, and lets go of much memory. */
  clear(): void {
    if (!this.#module) return;
    if (this.#module.memory.buffer.byteLength > MOST_KEPT_BYTES) this.#close();
    else this.#module.clear();
  }

  /** A module that has failed in the middle of something is used no more: it would fail with the next file, too. */
  #call<T>(work: (module: PackingModule) => T): T {
    try {
      return work(this.#open());
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  #open(): PackingModule {
    return (this.#module ??= createPackingModule());
  }

  #close(): void {
    this.#module = undefined;
    this.#memory = NOTHING;
  }

  get #bytes(): Buffer {
    // Asking the module each time takes longer than what is done with it.
    if (this.#memory.length === 0) this.#memory = Buffer.from(this.#open().memory.buffer);
    return this.#memory;
  }
}

/** Empty between two files, and kept for the next: nothing waits while a table is built. */
export const builder = new ReferenceTableBuilder();
