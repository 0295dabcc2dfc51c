/** What crosses from the reading thread: the same repositories, in pages that keep little else in memory. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import type { FileReading } from '../../app/load/read-redirect-file';
import { readRedirectFile } from '../../app/load/read-redirect-file';
import { TablePages } from '../../app/load/table-pages';
import { packReadings, unpackReadings } from '../../app/load/thread-messages';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { redirectText } from './loading';

const directory = createTemporaryDirectory();
const pages = new TablePages();

function read(name: string, text: string): FileReading {
  const file = join(directory, `${name}.json`);
  writeFileSync(file, text);
  return readRedirectFile(file, undefined, pages.allocate);
}

const readTags = (name: string, count: number): FileReading =>
  read(
    name,
    redirectText(
      name,
      Array.from({ length: count }, (_, number) => `${name}-${number}`),
    ),
  );

/** As the main thread gets them. */
function send(readings: FileReading[]): { received: FileReading[]; pageBytes: number[] } {
  const packed = packReadings(readings);
  const received = structuredClone(packed, { transfer: packed.pages });
  pages.turn();
  // There was no time for the last one.
  const files = [...readings.map(({ file }) => file), 'not-read.json'];
  return { received: unpackReadings(received, files), pageBytes: received.pages.map((page) => page.byteLength) };
}

function tagsOf(reading: FileReading | undefined): string[] {
  if (reading?.kind !== 'parsed' || reading.repository.layout === 'flat') throw new Error('no tags');
  return reading.repository.references.tags();
}

it('one small repository takes the memory that it needs', () => {
  const { received, pageBytes } = send([readTags('alone', 3)]);
  expect(received.map(tagsOf)).toEqual([['alone-0', 'alone-1', 'alone-2']]);
  expect(pageBytes).toHaveLength(1);
  expect(pageBytes[0]).toBeLessThan(200);
});

it('small ones share pages, a large one has its own', () => {
  const names = Array.from({ length: 100 }, (_, number) => `small${number}`);
  const readings = names.map((name) => readTags(name, 100));
  const { received, pageBytes } = send([...readings.slice(0, 50), readTags('large', 5000), ...readings.slice(50)]);
  expect(received.map((reading) => tagsOf(reading).length)).toEqual([
    ...Array.from({ length: 50 }, () => 100),
    5000,
    ...Array.from({ length: 50 }, () => 100),
  ]);
  expect(tagsOf(received[99])).toContain('small98-42');
  expect(pageBytes.length).toBeLessThan(10);
  expect(pageBytes.filter((bytes) => bytes > 64 * 1024)).toHaveLength(1);
});

it('what has no table crosses too', () => {
  const flat = { version: 2, 'repo-registry-id': 'flat', url: 'https://static.example.com/flat/' };
  const images = { ...flat, version: 1, images: [{ id: 'a' }], tags: { latest: 'a' } };
  const { received } = send([read('flat', JSON.stringify(flat)), read('bad', '{'), read('v1', JSON.stringify(images))]);
  expect(received.map(({ kind }) => kind)).toEqual(['parsed', 'refused', 'parsed']);
  expect(tagsOf(received[2])).toEqual(['latest']);
});

it('a file that is refused makes its message no longer than its values, nor those after it', () => {
  const [good, bad] = [readTags('good', 1), read('bad', '{')];
  for (const readings of [[bad, good], [good]]) {
    const { values } = packReadings(readings);
    const dense: unknown[] = [];
    for (const value of values) dense.push(value);
    expect(serialize(values)).toHaveLength(serialize(dense).length);
  }
});
