/**
 * The reading thread: lists, watches, reads and validates redirect files, so that the main thread only swaps results. A
 * file server that hangs, or a file of 64 MiB, holds up other publications, but no request. Started by threaded-reader.ts.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { builder } from '../redirects/build-reference-table';
import { DirectoryReader } from './directory-reader';
import { collectGarbage } from './garbage';
import type { FileReading } from './read-redirect-file';
import { giveWay, lowerPriorityOfThisThread } from './lower-priority';
import { TablePages } from './table-pages';
import type { CallMessage, PackedReadings, ReaderCall, ReadingThreadSettings, ThreadMessage } from './thread-messages';
import { packReadings } from './thread-messages';
import type { Look } from './directory-reader';
import { DirectoryWatch } from './watch-directory';

/** Time without a look at everything, after which what the last one left behind is collected. */
const QUIET_MS = 1000;

/** A message is sent off after this time, however few files are in it. */
const MOST_READING_MS = 50;

/** In a message: fewer would each cost more than what is in them, and more would keep the other thread waiting. */
const MOST_FILES_UNASKED = 128;

function startReadingThread(
  { dataDir, knownFiles }: ReadingThreadSettings,
  port: NonNullable<typeof parentPort>,
): void {
  const tablePages = new TablePages();
  const reader = new DirectoryReader(dataDir, tablePages.allocate);
  reader.remember(knownFiles);
  const post = (message: ThreadMessage, buffers: ArrayBuffer[] = []): void => port.postMessage(message, buffers);
  const watch = new DirectoryWatch(reader, () => post({ kind: 'changed' }));

  const read = (files: string[]): FileReading[] => {
    const readings: FileReading[] = [];
    const startedAt = performance.now();
    tablePages.turn();
    for (const file of files) {
      // Before reading: an edit during it must raise an event. At the first load, the look after it finds such an edit.
      watch.follow(file);
      const reading = reader.read(file);
      if (reading.kind === 'refused' || !reading.isSettled) watch.suspect(file);
      readings.push(reading);
      giveWay();
      if (performance.now() - startedAt > MOST_READING_MS) break;
    }
    return readings;
  };

  /** The main thread is busy with starting, and asks for nothing. */
  const readOn = (files: string[]): void => {
    for (let position = 0; position < files.length;) {
      const readings = read(files.slice(position, position + MOST_FILES_UNASKED));
      position += readings.length;
      const packed = packReadings(readings);
      post({ kind: 'read', readings: packed }, packed.pages);
    }
  };

  let quiet: NodeJS.Timeout | undefined;
  const collectWhenQuiet = (): void => {
    clearTimeout(quiet);
    quiet = setTimeout(collectGarbage, QUIET_MS);
  };

  const answer = (call: ReaderCall): { result: Look | PackedReadings | undefined; buffers: ArrayBuffer[] } => {
    switch (call.call) {
      case 'look': {
        if (call.rereadsAll) reader.rereadAll();
        const look = reader.look(call.scope);
        if (look.kind === 'whole') {
          watch.coverDirectories();
          collectWhenQuiet();
        }
        return { result: look, buffers: [] };
      }
      case 'read': {
        const readings = packReadings(read(call.files));
        return { result: readings, buffers: readings.pages };
      }
      case 'forget':
        reader.forget(call.files);
        for (const file of call.files) watch.forget(file);
        return { result: undefined, buffers: [] };
      case 'watch':
        watch.start();
        // Everything has been read once: from now on, requests are more urgent.
        lowerPriorityOfThisThread();
        return { result: undefined, buffers: [] };
    }
  };

  port.on('message', ({ id, ...call }: CallMessage) => {
    const { result, buffers } = answer(call);
    post({ kind: 'result', id, result }, buffers);
    if (call.call === 'look' && call.readsOn) readOn(reader.changed);
  });
}

if (parentPort) {
  // If it fails, this thread ends: otherwise every file would be a problem, and every name unknown.
  builder.prepare();
  startReadingThread(workerData as ReadingThreadSettings, parentPort);
}
