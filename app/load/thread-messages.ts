/**
 * What the main thread and the reading thread say to each other. Readings cross as one list of plain values, and the tables
 * of a message in a few transferred pages: the size of a repository costs the main thread nothing. Objects would be written with
 * the name of each of their properties, and found out again on the other side, which takes longer than all else about them.
 *
 * Each reading is a row of values, in the order in which `packReadings` writes them.
 */
import type { Problem } from '../redirects/problem';
import type { Repository } from '../redirects/repository';
import type { TablePage } from '../redirects/reference-table';
import { createPage, ReferenceTable } from '../redirects/reference-table';
import type { Look, Scope } from './directory-reader';
import type { FileReading } from './read-redirect-file';
import { trimPage } from './table-pages';

export interface ReadingThreadSettings {
  dataDir: string;
  /** Files that an earlier thread has read. */
  knownFiles: string[];
}

export type ReaderCall =
  /** `readsOn`: what has changed is read at once, and sent unasked. */
  | { call: 'look'; scope: Scope; rereadsAll: boolean; readsOn: boolean }
  | { call: 'read'; files: string[] }
  | { call: 'forget'; files: string[] }
  | { call: 'watch' };

export type CallMessage = ReaderCall & { id: number };

export type ThreadMessage =
  | { kind: 'result'; id: number; result: Look | PackedReadings | undefined }
  /** Read unasked, in the order of the last look. */
  | { kind: 'read'; readings: PackedReadings }
  /** Something may have changed, and is noted. */
  | { kind: 'changed' };

type Value = string | number | boolean | Problem[] | undefined;

export interface PackedReadings {
  values: Value[];
  /** To be transferred. */
  pages: ArrayBuffer[];
}

/** Values of one reading. */
const ROW = 13;
const NO_PROBLEMS: Problem[] = [];

/** Tables are in the order in which they were built. */
export function packReadings(readings: FileReading[]): PackedReadings {
  const used = new Map<TablePage, { number: number; bytes: number }>();
  const values: Value[] = [];
  for (const reading of readings) {
    const { isSettled } = reading;
    if (reading.kind === 'refused') {
      values.push(isSettled, reading.problems);
      // Not by its length: an array with holes, even one with none left, crosses far more slowly.
      for (let at = 2; at < ROW; at++) values.push(undefined);
      continue;
    }
    const { repository } = reading;
    const { layout, storageUrl } = repository;
    values.push(isSettled, reading.warnings.length === 0 ? undefined : reading.warnings, layout);
    values.push(reading.modifiedMs, repository.name, repository.publisherId, storageUrl.prefix, storageUrl.suffix);
    values.push(repository.isProtected, repository.version, layout === 'forms' && repository.listsSchema1);
    if (layout === 'flat') {
      values.push(undefined, undefined);
      continue;
    }
    const { place, byteLength } = repository.references;
    const { number } = used.get(place.page) ?? { number: used.size };
    used.set(place.page, { number, bytes: place.offset + byteLength });
    values.push(number, place.offset);
  }
  return { values, pages: [...used].map(([page, { bytes }]) => trimPage(page, bytes)) };
}

/** `files`: what was to be read, from the front of which it was read. */
export function unpackReadings({ values, pages: buffers }: PackedReadings, files: string[]): FileReading[] {
  const pages = buffers.map(createPage);
  return files.slice(0, values.length / ROW).map((file, number) => unpackRow(file, values, number * ROW, pages));
}

function unpackRow(file: string, values: Value[], at: number, pages: TablePage[]): FileReading {
  const isSettled = values[at] as boolean;
  const problems = (values[at + 1] as Problem[] | undefined) ?? NO_PROBLEMS;
  const layout = values[at + 2] as Repository['layout'] | undefined;
  if (layout === undefined) return { kind: 'refused', file, isSettled, problems };
  const modifiedMs = values[at + 3] as number;
  const repository = unpackRepository(layout, values, at + 4, pages);
  return { kind: 'parsed', file, isSettled, modifiedMs, repository, warnings: problems };
}

function unpackRepository(layout: Repository['layout'], values: Value[], at: number, pages: TablePage[]): Repository {
  const name = values[at] as string;
  const publisherId = values[at + 1] as string;
  const storageUrl = { prefix: values[at + 2] as string, suffix: values[at + 3] as string };
  const isProtected = values[at + 4] as boolean;
  const version = values[at + 5] as number;
  if (layout === 'flat') return { name, publisherId, storageUrl, isProtected, version, layout };
  const page = pages[values[at + 7] as number] as TablePage;
  const references = new ReferenceTable({ page, offset: values[at + 8] as number });
  if (layout === 'images') return { name, publisherId, storageUrl, isProtected, version, layout, references };
  const listsSchema1 = values[at + 6] as boolean;
  return { name, publisherId, storageUrl, isProtected, version, layout, references, listsSchema1 };
}
