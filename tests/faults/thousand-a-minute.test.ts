/**
 * A thousand republications a minute, as Pulp makes them, for some seconds and with requests running: one repository again and
 * again, and many in turn. Every answer is that of a version that was published, and the last versions are seen within a second.
 *
 * The pace is that of the publisher, which is a part of this test, on the clock: so many publications in so much time were there for davit.
 * That they are seen in time is davit's, without what the machine kept the programs waiting: ../support/own-time.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createSchema2Image } from '../../scripts/lab/image';
import { Publisher } from '../../scripts/lab/publisher';
import { startDavit, type Davit } from '../support/davit';
import { bestRound } from '../support/best-round';
import { ownTimeOf } from '../support/own-time';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { Published } from './published';
import { SEEN_MS } from './seen-in-time';
import { noteAnswers } from './site';
import { SteadyRequests } from './steady-requests';

jest.setTimeout(180_000);

const PUBLICATIONS = 120;
const ENOUGH_MS = (PUBLICATIONS * 60_000) / 1000;
/** A tenth more than a thousand a minute, so that it is a thousand also where the publisher is held up now and then. */
const NEXT_MS = ENOUGH_MS / PUBLICATIONS / 1.1;
/** What is published while the last but these must have been seen: with as many, it is once more as it was after all of them. */
const IN_TIME = Math.ceil(SEEN_MS / NEXT_MS);
/** Each is short. */
const MOST_ROUNDS = 6;
const BUSY = 'busy';
const OTHERS = Array.from({ length: 20 }, (_, number) => `repository-${number}`);

let davit: Davit | undefined;
let requests: SteadyRequests | undefined;

afterEach(async () => {
  await requests?.stop();
  await davit?.stop();
  davit = requests = undefined;
});

it.each([1, 2])('with %d processes', async (workers) => {
  const publisher = new Publisher(createTemporaryDirectory());
  const published = new Published();
  const image = createSchema2Image();
  const publish = async (id: string, version: number): Promise<void> => {
    const url = `https://static.example.com/${id}/${version}/`;
    const tags = ['latest', `version-${version}`];
    noteAnswers(published, id, { url, tags });
    const order = version % 5 === 0 ? 'racy' : 'modern';
    await publisher.publish({ id, version: 5, url, manifests: [{ manifest: image, tags }] }, { order });
  };
  for (const id of [BUSY, ...OTHERS]) await publish(id, 1);
  davit = await startDavit({ config: { general: { data_dir: publisher.published }, server: { workers } } });
  const stream = (requests = new SteadyRequests(davit.url, published));
  await stream.untilLatest();

  let version = 1;
  const publishMany = async (count: number): Promise<number> => {
    const startedAt = performance.now();
    for (let done = 0; done < count; done++) {
      await delay(Math.max(0, startedAt + done * NEXT_MS - performance.now()));
      const other = OTHERS[(done >> 1) % OTHERS.length] ?? '';
      await publish(done % 2 === 0 ? BUSY : other, ++version);
    }
    return performance.now() - startedAt;
  };
  expect(await bestRound(ENOUGH_MS, () => publishMany(PUBLICATIONS))).toBeLessThan(ENOUGH_MS);
  const untilSeen = async (round: number): Promise<number> => {
    if (round > 0) await publishMany(IN_TIME);
    return ownTimeOf(() => stream.untilLatest());
  };
  const seenMs = await bestRound(SEEN_MS, untilSeen, { mostRounds: MOST_ROUNDS });
  expect(seenMs).toBeLessThan(SEEN_MS);
  expect(await stream.stop()).toEqual([]);
});
