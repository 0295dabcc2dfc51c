/**
 * A thousand republications a minute, as Pulp makes them, for some seconds and with requests running: one repository again and
 * again, and many in turn. Every answer is that of a version that was published, and the last versions are seen within a second.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createSchema2Image } from '../../scripts/lab/image';
import { Publisher } from '../../scripts/lab/publisher';
import { startDavit, type Davit } from '../support/davit';
import { bestOwnTime } from '../support/own-time';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { Published } from './published';
import { SEEN_MS } from './seen-in-time';
import { noteAnswers } from './site';
import { SteadyRequests } from './steady-requests';

jest.setTimeout(180_000);

const A_MINUTE = 1000;
const PUBLICATIONS = 120;
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
  requests = new SteadyRequests(davit.url, published);
  await requests.untilLatest();

  let last = 0;
  const startedAt = performance.now();
  for (let count = 0; count < PUBLICATIONS; count++) {
    // The pace of the publisher.
    await delay(Math.max(0, startedAt + (count * 60_000) / A_MINUTE - performance.now()));
    const other = OTHERS[(count >> 1) % OTHERS.length] ?? '';
    last = count + 2;
    await publish(count % 2 === 0 ? BUSY : other, last);
  }
  const tookMs = performance.now() - startedAt;
  const untilLatest = (): Promise<unknown> => (requests as SteadyRequests).untilLatest();
  const publishAgain = async (): Promise<unknown> => publish(BUSY, ++last).then(untilLatest);
  let round = 0;
  // First of what has just been published.
  expect(await bestOwnTime(SEEN_MS, () => (round++ === 0 ? untilLatest() : publishAgain()))).toBeLessThan(SEEN_MS);
  expect(await requests.stop()).toEqual([]);
  // The publisher is a part of this test: a machine with much to do gives it less than it needs.
  expect((PUBLICATIONS / tookMs) * 60_000).toBeGreaterThan(0.5 * A_MINUTE);
});
