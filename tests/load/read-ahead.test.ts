/** Reading ahead: every file once, and never more under way than was asked for. */
import { readAhead } from '../../app/load/read-ahead';
import type { FileReading } from '../../app/load/read-redirect-file';

const FILES = Array.from({ length: 23 }, (_, number) => `${number}.json`);

const readingOf = (file: string): FileReading => ({ kind: 'refused', file, isSettled: true, problems: [] });

interface Call {
  files: string[];
  answer: (count: number) => void;
  fail: (fault: Error) => void;
}

/** Answers when the test says so. */
function createReader(): { mostFiles: number; read: (files: string[]) => Promise<FileReading[]>; calls: Call[] } {
  const calls: Call[] = [];
  return {
    mostFiles: 5,
    calls,
    read: (files) =>
      new Promise((resolve, reject) => {
        calls.push({ files, answer: (count) => resolve(files.slice(0, count).map(readingOf)), fail: reject });
      }),
  };
}

it.each([1, 2])(
  'reads each file once, %i calls ahead, also where there was no time for all of a call',
  async (ahead) => {
    const reader = createReader();
    const read: string[] = [];
    const all = (async (): Promise<void> => {
      for await (const readings of readAhead(reader, FILES, ahead)) read.push(...readings.map(({ file }) => file));
    })();
    let answered = 0;
    while (read.length < FILES.length) {
      expect(reader.calls.length - answered).toBeLessThanOrEqual(ahead);
      const call = reader.calls[answered++];
      expect(call?.files.length).toBeLessThanOrEqual(reader.mostFiles);
      call?.answer(answered % 3 === 0 ? 1 : 5);
      await new Promise(setImmediate);
    }
    await all;
    expect([...read].sort()).toEqual([...FILES].sort());
  },
);

it('asks for more before what was read is given out', async () => {
  const reader = createReader();
  const readings = readAhead(reader, FILES, 2);
  const first = readings.next();
  await new Promise(setImmediate);
  expect(reader.calls).toHaveLength(2);
  reader.calls[0]?.answer(5);
  await first;
  expect(reader.calls.map(({ files }) => files[0])).toEqual(['0.json', '5.json', '10.json']);
  for (const call of reader.calls) call.answer(5);
  await readings.return(undefined);
});

it('a fault is told once, and nothing more is asked for', async () => {
  const reader = createReader();
  const readings = readAhead(reader, FILES, 2);
  const first = readings.next();
  await new Promise(setImmediate);
  for (const call of reader.calls) call.fail(new Error('the reading thread ended'));
  await expect(first).rejects.toThrow('the reading thread ended');
  expect(await readings.next()).toEqual({ done: true, value: undefined });
  expect(reader.calls).toHaveLength(2);
});

it('nothing is asked for where there is nothing to read', async () => {
  const reader = createReader();
  expect(await readAhead(reader, [], 2).next()).toEqual({ done: true, value: undefined });
  expect(reader.calls).toEqual([]);
});
