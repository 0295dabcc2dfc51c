/**
 * What the main thread and the reading thread say to each other. A repository crosses as plain data, and the tables
 * of a message in a few transferred pages: the size of a repository costs the main thread nothing.
 */
import type { ImageRepository, FormRepository, FlatRepository } from '../redirects/repository';
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
  | { call: 'look'; scope: Scope; rereadsAll: boolean }
  | { call: 'read'; files: string[] }
  | { call: 'forget'; files: string[] }
  | { call: 'watch' };

export type CallMessage = ReaderCall & { id: number };

export type ThreadMessage =
  | { kind: 'result'; id: number; result: Look | PackedReadings | undefined }
  /** Something may have changed. */
  | { kind: 'changed'; scope: Scope };

/** The place of a table: its page by number. */
interface PackedPlace {
  page: number;
  offset: number;
}

type Packed<R> = R extends { references: ReferenceTable } ? Omit<R, 'references'> & { references: PackedPlace } : R;

type PackedRepository = FlatRepository | Packed<FormRepository> | Packed<ImageRepository>;

type PackedReading =
  | (Omit<Extract<FileReading, { kind: 'parsed' }>, 'repository'> & { repository: PackedRepository })
  | Extract<FileReading, { kind: 'refused' }>;

export interface PackedReadings {
  readings: PackedReading[];
  pages: ArrayBuffer[];
}

/** Tables in the order in which they were built. The pages are to be transferred. */
export function packReadings(readings: FileReading[]): PackedReadings {
  const used = new Map<TablePage, { number: number; bytes: number }>();
  const packPlace = ({ place: { page, offset }, byteLength }: ReferenceTable): PackedPlace => {
    const { number } = used.get(page) ?? { number: used.size };
    used.set(page, { number, bytes: offset + byteLength });
    return { page: number, offset };
  };
  const packed = readings.map((reading): PackedReading => {
    if (reading.kind === 'refused') return reading;
    const { repository } = reading;
    if (repository.layout === 'flat') return { ...reading, repository };
    return { ...reading, repository: { ...repository, references: packPlace(repository.references) } };
  });
  return { readings: packed, pages: [...used].map(([page, { bytes }]) => trimPage(page, bytes)) };
}

/** Changes what came, and gives it back: of 10,000 files, a second object for each would be much. */
export function unpackReadings({ readings, pages: buffers }: PackedReadings): FileReading[] {
  const pages = buffers.map(createPage);
  for (const reading of readings) {
    if (reading.kind === 'refused' || reading.repository.layout === 'flat') continue;
    const { page, offset } = reading.repository.references;
    const references = new ReferenceTable({ page: pages[page] as TablePage, offset });
    Object.assign(reading.repository, { references });
  }
  return readings as FileReading[];
}
