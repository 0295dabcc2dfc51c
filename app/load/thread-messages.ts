/**
 * What the main thread and the reading thread say to each other. A repository crosses as plain data with its table as a
 * transferred buffer: the size of a repository costs the main thread nothing.
 */
import type { ImageRepository, FormRepository, FlatRepository, Repository } from '../redirects/repository';
import { ReferenceTable } from '../redirects/reference-table';
import type { Look, Scope } from './directory-reader';
import type { FileReading } from './read-redirect-file';

/** What one message holds at most: the main thread applies it in one go. */
export const MOST_FILES_A_MESSAGE = 64;

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
  | { kind: 'result'; id: number; result: Look | PackedReading[] | undefined }
  /** Something may have changed. */
  | { kind: 'changed'; scope: Scope };

type Packed<R> = R extends { references: ReferenceTable } ? Omit<R, 'references'> & { references: ArrayBuffer } : R;

type PackedRepository = FlatRepository | Packed<FormRepository> | Packed<ImageRepository>;

export type PackedReading =
  | (Omit<Extract<FileReading, { kind: 'parsed' }>, 'repository'> & { repository: PackedRepository })
  | Extract<FileReading, { kind: 'refused' }>;

export function packReading(reading: FileReading): { packed: PackedReading; buffers: ArrayBuffer[] } {
  if (reading.kind === 'refused') return { packed: reading, buffers: [] };
  const { repository } = reading;
  if (repository.layout === 'flat') return { packed: { ...reading, repository }, buffers: [] };
  const { buffer } = repository.references;
  return { packed: { ...reading, repository: { ...repository, references: buffer } }, buffers: [buffer] };
}

export function unpackReading(packed: PackedReading): FileReading {
  return packed.kind === 'refused' ? packed : { ...packed, repository: unpackRepository(packed.repository) };
}

function unpackRepository(repository: PackedRepository): Repository {
  if (repository.layout === 'flat') return repository;
  return { ...repository, references: new ReferenceTable(repository.references) };
}
