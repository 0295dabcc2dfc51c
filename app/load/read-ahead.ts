/** Reads many files, some in each message, so that the reader is at work while what it has read is put into service. */
import type { FileReading } from './read-redirect-file';

export interface FilesReader {
  /** What one call reads at most. */
  readonly mostFiles: number;
  /** Reads files from the front of the list, at least one. */
  read(files: string[]): Promise<FileReading[]>;
}

interface Call {
  files: string[];
  readings: Promise<FileReading[]>;
}

/** `ahead`: calls that wait for the reader at once. With more than one it never waits for us, but we get more to do in one go. */
export async function* readAhead(
  reader: FilesReader,
  files: readonly string[],
  ahead: number,
): AsyncGenerator<FileReading[]> {
  const rest = [...files];
  let position = 0;
  const calls: Call[] = [];
  const ask = (): void => {
    while (calls.length < ahead && position < rest.length) {
      const next = rest.slice(position, position + reader.mostFiles);
      position += next.length;
      const readings = reader.read(next);
      // Whoever waits for it hears of a fault; the others are given up then.
      readings.catch(() => undefined);
      calls.push({ files: next, readings });
    }
  };
  ask();
  for (let call = calls.shift(); call; call = calls.shift()) {
    const readings = await call.readings;
    // What there was no time for.
    for (const file of call.files.slice(readings.length)) rest.push(file);
    ask();
    yield readings;
  }
}
