/** A publication is visible within a second on a local disk, whoever writes it and whatever else goes on there. */
import { mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createSchema2Image } from '../../scripts/lab/image';
import { Publisher, type Publication } from '../../scripts/lab/publisher';
import { createV1Images, type V1Image } from '../../scripts/lab/v1-image';
import { editInPlace, renameOver, rsyncOver } from '../../scripts/lab/writers';
import { bestRound } from '../support/best-round';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { type Loading, redirectText, startUrgently } from './loading';

const VISIBLE_MS = 1000;
/** A directory that was not there at the start is looked for once a second. */
const APPEARED_MS = 1500;
const ROUNDS = 5;

const measure = (round: (number: number) => Promise<number>, boundMs = VISIBLE_MS): Promise<number> =>
  bestRound(boundMs, round, { mostRounds: ROUNDS });

describe('Pulp publishes', () => {
  const image = createSchema2Image();
  const tagged = (tag: string): Publication => ({
    id: 'hello',
    name: 'demo/hello',
    version: 5,
    manifests: [{ manifest: image, tags: [tag] }],
  });

  it.each(['modern', 'racy'] as const)('a new version, in the %s order', async (order) => {
    const publisher = new Publisher(createTemporaryDirectory());
    await publisher.publish(tagged('first'));
    const loading = await startUrgently(publisher.published);
    const took = await measure(async (round) => {
      await publisher.publish(tagged(`tag-${round}`), { order });
      return until('it is served', () => loading.serves('demo/hello', `tag-${round}`));
    });
    expect(took).toBeLessThan(VISIBLE_MS);
  });

  it('for the first time v1', async () => {
    const top = createV1Images()[0] as V1Image;
    const took = await measure(async () => {
      const publisher = new Publisher(createTemporaryDirectory());
      await publisher.publish(tagged('first'));
      const loading = await startUrgently(publisher.published);
      await publisher.publish({ ...tagged('first'), v1: { images: [top], tags: { old: top.id } } });
      return until('v1 is known', () => loading.index.find('demo/hello', 'old').image?.value === top.id);
    });
    expect(took).toBeLessThan(VISIBLE_MS);
  });
});

describe('other writers', () => {
  let dataDir: string;
  let loading: Loading;
  const file = (name: string): string => join(dataDir, `${name}.json`);
  const targets = createTemporaryDirectory();

  beforeEach(async () => {
    dataDir = createTemporaryDirectory();
    for (const name of ['a', 'b']) writeFileSync(file(name), redirectText(name, ['first']));
    writeFileSync(join(targets, 'c.json'), redirectText('c', ['first']));
    symlinkSync(join(targets, 'c.json'), file('c'));
    loading = await startUrgently(dataDir);
  });

  it.each([
    ['edit in place', 'a', editInPlace],
    ['rename over', 'a', renameOver],
    ['rsync with an old time', 'a', rsyncOver],
    ['replace the target of a link', 'c', renameOver],
    ['edit the target of a link in place', 'c', editInPlace],
  ])('%s', async (_title, name, write) => {
    const path = name === 'c' ? join(targets, 'c.json') : file(name);
    const took = await measure(async (round) => {
      await write(path, redirectText(name, [`tag-${round}`]));
      return until('it is served', () => loading.serves(name, `tag-${round}`));
    });
    expect(took).toBeLessThan(VISIBLE_MS);
  });

  it('take a file away', async () => {
    const took = await measure(async (round) => {
      writeFileSync(file(`new-${round}`), redirectText(`new-${round}`));
      await until('it is known', () => loading.isKnown(`new-${round}`));
      rmSync(file(`new-${round}`));
      return until('it is gone', () => !loading.isKnown(`new-${round}`));
    });
    expect(took).toBeLessThan(VISIBLE_MS);
  });

  it('publish among a series of deletions, which does not hold it back', async () => {
    const took = await measure(async (round) => {
      const old = Array.from({ length: 12 }, (_, number) => `old-${round}-${number}`);
      for (const name of old) writeFileSync(file(name), redirectText(name));
      await until('all are known', () => old.every((name) => loading.isKnown(name)));
      const deleting = (async () => {
        for (const name of old) {
          unlinkSync(file(name));
          await delay(100);
        }
      })();
      writeFileSync(file(`new-${round}`), redirectText(`new-${round}`));
      const visibleMs = await until('new is known', () => loading.isKnown(`new-${round}`));
      await deleting;
      await until('the old ones are gone', () => !old.some((name) => loading.isKnown(name)));
      return visibleMs;
    });
    expect(took).toBeLessThan(VISIBLE_MS);
  });
});

it('a data directory that was not there at the start', async () => {
  const took = await measure(async () => {
    const dataDir = join(createTemporaryDirectory(), 'data');
    const loading = await startUrgently(dataDir);
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'a.json'), redirectText('a', ['first']));
    return until('it is loaded', () => loading.loader.isLoaded && loading.serves('a', 'first'));
  }, APPEARED_MS);
  expect(took).toBeLessThan(APPEARED_MS);
});
