/** The load itself: a constant rate whatever the server does, and no bad answer that goes unnoticed. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CLIENTS } from '../../scripts/soaking/clients';
import { createEdition, describeContents } from '../../scripts/soaking/contents';
import { createHistory } from '../../scripts/soaking/history';
import type { LoadFacts } from '../../scripts/soaking/load';
import { startLoad } from '../../scripts/soaking/load';
import { askManifest } from '../../scripts/soaking/questions';
import type { Counts } from '../../scripts/soaking/tally';
import { createTally } from '../../scripts/soaking/tally';
import { bestRound } from '../support/best-round';
import { until } from '../support/until';

const contents = describeContents(createEdition(0, 0), 'full');
const subject = { name: contents.name, history: createHistory(contents) };
const [client = { headers: [], readsLists: true, readsSchema2: true, fallsBack: false, missingTagsStatus: 404 }] =
  CLIENTS;
/** Of all the time that an answer takes: what the sender has made of it. */
const MOST_LATE = 0.5;
const RIGHT = { Location: `${contents.storageUrl.v2}manifests/list/latest`, 'Content-Length': '0' };

type Reply = (response: ServerResponse, request: IncomingMessage) => void;

interface Loaded {
  counts: Counts;
  facts: LoadFacts;
}

/** Sends until `count` were answered. */
async function loadServer(reply: Reply, count: number, rate = 400): Promise<Loaded> {
  const server = createServer((request, response) => reply(response, request));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tally = createTally();
  const load = startLoad({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rate,
    ask: () => askManifest(subject, 'latest', client, 'GET'),
    take: tally.take,
  });
  const isEnough = (): boolean => {
    const { answered, failed } = tally.read();
    return answered + failed >= count;
  };
  await until(`${count} answers`, isEnough, { timeoutMs: 60_000 });
  const facts = await load.stop();
  await new Promise((resolve) => server.close(resolve));
  return { counts: tally.read(), facts };
}

it('right answers are no failures, and every request is counted', async () => {
  const { counts, facts } = await loadServer((response) => response.writeHead(302, RIGHT).end(), 200);
  expect(counts).toMatchObject({ answered: facts.sent, failed: 0, outdated: 0, statuses: { 302: facts.sent } });
  expect(counts.latencyMs.p50).toBeGreaterThan(0);
  expect(counts.latencyMs.max).toBeGreaterThanOrEqual(counts.latencyMs.p99);
  expect(counts.lateMs.p50).toBeGreaterThan(0);
  expect(counts.lateMs.p50).toBeLessThanOrEqual(counts.latencyMs.p50);
});

it.each<[string, Reply, string]>([
  ['a status', (response) => response.writeHead(503, { 'Retry-After': '5' }).end(), '503'],
  [
    'another Location',
    (response) => response.writeHead(302, { ...RIGHT, Location: 'https://static.example.com/x' }).end(),
    '302 https://static.example.com/x',
  ],
  ['a body', (response) => response.writeHead(302, { Location: RIGHT.Location }).end('moved'), 'moved'],
  ['no answer at all', (response) => response.destroy(), 'socket hang up'],
  [
    'half an answer',
    (response) => {
      response.writeHead(302, { ...RIGHT, 'Content-Length': '9' }).write('half', () => response.destroy());
    },
    'aborted',
  ],
])('a failure: %s', async (_, reply, explanation) => {
  const { counts, facts } = await loadServer(reply, 50);
  expect(counts.failed).toBe(facts.sent);
  expect(counts.failures).toHaveLength(20);
  expect(counts.failures[0]).toContain(`/v2/${contents.name}/manifests/latest (containerd/v1.7.24): `);
  expect(counts.failures[0]).toContain(explanation);
});

it('one bad answer among many is found', async () => {
  let turn = 0;
  const reply: Reply = (response) => response.writeHead(++turn === 50 ? 500 : 302, RIGHT).end();
  const { counts } = await loadServer(reply, 100);
  expect(counts.failed).toBe(1);
});

it('a server that stands still does not slow the load down, and all that wait are late', async () => {
  let rate = 0;
  // Sender and server are one process here: a machine that holds it up makes all that it sends late.
  const lateShare = await bestRound(MOST_LATE, async () => {
    const { counts, facts } = await standStill();
    rate = facts.sent / facts.seconds;
    expect(counts.latencyMs.p50).toBeGreaterThan(50);
    return counts.lateMs.p50 / counts.latencyMs.p50;
  });
  // What the server makes them wait is no delay of the sender.
  expect(lateShare).toBeLessThan(MOST_LATE);
  expect(rate).toBeGreaterThan(0.95 * 400);
});

/** All of them are answered right. */
async function standStill(): Promise<Loaded> {
  const waiting: ServerResponse[] = [];
  let isStill = true;
  const goOn = (): void => {
    isStill = false;
    for (const late of waiting) late.writeHead(302, RIGHT).end();
  };
  const told = await loadServer((response) => {
    if (!isStill) response.writeHead(302, RIGHT).end();
    else if (waiting.push(response) === 1) setTimeout(goOn, 500);
  }, 300);
  expect(told.counts).toMatchObject({ answered: told.facts.sent, failed: 0 });
  return told;
}
