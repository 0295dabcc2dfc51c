/** A refresh holds up nothing: not many files, not a huge one, not the death of the reading thread. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bestOf, LONGEST_TURN_MS, longestTurnDuring } from '../support/longest-turn';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { redirectText, startLoading } from './loading';

/** The reading thread leaves its processor to whoever wants it: beside other tests it needs long for so much. */
jest.setTimeout(300_000);

const digest = (number: number): string => `sha256:${number.toString(16).padStart(64, '0')}`;

describe('a refresh', () => {
  it('of 2,000 changed files does not block', async () => {
    const dataDir = createTemporaryDirectory();
    const publish = (tag: string): void => {
      for (let number = 0; number < 2000; number++) {
        const digests = Array.from({ length: 40 }, (_, index) => digest(number * 40 + index));
        writeFileSync(join(dataDir, `${number}.json`), redirectText(`repository-${number}`, [tag, ...digests]));
      }
    };
    publish('start');
    const loading = await startLoading(dataDir);
    const longest = await bestOf(async (attempt) => {
      publish(`tag-${attempt}`);
      return longestTurnDuring(loading.loader.request('all'));
    });
    expect(loading.loader.status.fileCount).toBe(2000);
    expect(longest).toBeLessThanOrEqual(LONGEST_TURN_MS);
  });

  it('of one file with 200,000 references does not block', async () => {
    const dataDir = createTemporaryDirectory();
    const loading = await startLoading(dataDir);
    const digests = Array.from({ length: 200_000 }, (_, number) => digest(number));
    const longest = await bestOf(async (attempt) => {
      writeFileSync(join(dataDir, 'huge.json'), redirectText('huge', [...digests, `tag-${attempt}`]));
      return longestTurnDuring(
        until('the file is served', () => loading.serves('huge', `tag-${attempt}`), { timeoutMs: 60_000 }),
      );
    });
    expect(loading.serves('huge', digest(199_999))).toBe(true);
    expect(loading.serves('huge', digest(200_000))).toBe(false);
    expect(longest).toBeLessThanOrEqual(LONGEST_TURN_MS);
  });

  it('of a v1 file with 50,000 images does not block', async () => {
    const dataDir = createTemporaryDirectory();
    const loading = await startLoading(dataDir);
    const images = Array.from({ length: 50_000 }, (_, number) => ({ id: number.toString(16).padStart(64, '0') }));
    const longest = await bestOf(async (attempt) => {
      const tags = { [`tag-${attempt}`]: images[0]?.id };
      const text = { version: 1, 'repo-registry-id': 'old', url: 'https://static.example.com/old/', images, tags };
      writeFileSync(join(dataDir, 'old.json'), JSON.stringify(text));
      const isServed = (): boolean => loading.index.find('old', `tag-${attempt}`).image !== undefined;
      return longestTurnDuring(until('the tag is served', isServed, { timeoutMs: 60_000 }));
    });
    expect([...loading.index.findImage(images[49_999]?.id ?? '')]).toHaveLength(1);
    expect(longest).toBeLessThanOrEqual(LONGEST_TURN_MS);
  });
});
