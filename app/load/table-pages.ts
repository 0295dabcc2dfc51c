/**
 * Where the tables of a message go: small ones together into a page, large ones alone. A page stays in memory as long as
 * one of its tables is in service, so it must not be large, and a message shares none with another.
 */
import type { Allocate } from '../redirects/build-reference-table';
import { allocateAlone } from '../redirects/build-reference-table';
import type { TablePage } from '../redirects/reference-table';
import { createPage } from '../redirects/reference-table';

const PAGE_BYTES = 64 * 1024;
const MOST_SHARING_BYTES = PAGE_BYTES / 4;
const WELL_USED = 7 / 8;

export class TablePages {
  #page: TablePage | undefined;
  #end = 0;

  /** Begins a message: pages of the last one are no longer here. */
  turn(): void {
    this.#page = undefined;
  }

  readonly allocate: Allocate = (byteLength) => {
    if (byteLength > MOST_SHARING_BYTES) return allocateAlone(byteLength);
    if (!this.#page || this.#end + byteLength > PAGE_BYTES) {
      this.#page = createPage(new ArrayBuffer(PAGE_BYTES));
      this.#end = 0;
    }
    const offset = this.#end;
    this.#end += 4 * Math.ceil(byteLength / 4);
    return { page: this.#page, offset };
  };
}

/** The memory of a page as far as it is used: what a small message leaves free is not kept as long as its tables. */
export function trimPage({ bytes }: TablePage, usedBytes: number): ArrayBuffer {
  const buffer = bytes.buffer as ArrayBuffer;
  return usedBytes < buffer.byteLength * WELL_USED ? buffer.slice(0, 4 * Math.ceil(usedBytes / 4)) : buffer;
}
