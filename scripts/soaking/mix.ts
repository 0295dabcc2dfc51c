/**
 * The order of the requests: what clients ask most comes most often, about repositories in an order that helps no cache. One in
 * ten is about what has changed in the last seconds. The same every time, but for what has changed. Reads the clock.
 */
import type { Client } from './clients';
import { CLIENTS, OLD_CLIENTS } from './clients';
import { askCatalog } from './catalog';
import type { Contents } from './contents';
import { buildTag } from './contents';
import type { Choose } from './choice';
import { createChoice } from './choice';
import type { Question } from './questions';
import { askBlob, askManifest, askPing, askTags, askV1File, askV1Images, askV1Tag, askV1Tags } from './questions';
import type { Change, Lasting, Site } from './site';

type Topic = 'tag' | 'digest' | 'blob' | 'missing' | 'fallback' | 'tags' | 'v1' | 'ping' | 'catalog' | 'news';

/** Of a hundred requests. */
const SHARES: Record<Topic, number> = {
  tag: 32,
  digest: 20,
  blob: 16,
  missing: 6,
  fallback: 4,
  tags: 4,
  v1: 5,
  ping: 2,
  catalog: 1,
  news: 10,
};
const METHODS: Question['method'][] = ['GET', 'GET', 'HEAD'];
const SEED = 20;
const PAGE = 100;
/** How long a change is news. */
const NEWS_MS = 3000;

const topics = (Object.keys(SHARES) as Topic[]).flatMap((topic) => Array<Topic>(SHARES[topic]).fill(topic));

export function createMix(site: Site): () => Question {
  const choose = createChoice(SEED);
  const old = site.lasting.filter(({ kind }) => kind === 'old');
  const listing = site.lasting.filter(({ kind }) => kind !== 'old');

  const askTag = (client: Client): Question => {
    const repository = choose(site.lasting);
    const tags = [...contentsOf(repository).tags.keys(), buildTag(repository.edition)];
    return askManifest(repository, choose(tags), client, choose(METHODS));
  };

  const askAbout = (topic: Topic): Question => {
    const client = choose(CLIENTS);
    switch (topic) {
      case 'tag':
        return askTag(client);
      case 'digest': {
        const repository = choose(listing);
        return askManifest(repository, choose([...contentsOf(repository).forms.keys()]), client, choose(METHODS));
      }
      case 'blob': {
        const repository = choose(listing);
        return askBlob(repository, choose(contentsOf(repository).blobs), client);
      }
      case 'missing':
        return askManifest(choose(site.lasting), 'gone', client, choose(METHODS));
      case 'fallback':
        return askManifest(choose(old), 'latest', choose(OLD_CLIENTS), 'GET');
      case 'tags':
        return askTags(choose(site.lasting), client);
      case 'v1':
        return askV1(choose(old), choose);
      case 'ping':
        return askPing(choose(['/v2/', '/v1/_ping']), client);
      case 'catalog': {
        const { lasting } = site.catalog;
        return askCatalog(site.catalog, { last: choose(['', choose(lasting)]), most: PAGE }, client);
      }
      case 'news': {
        const news = listNews(site.changes);
        return news.length === 0 ? askTag(client) : askNews(choose(news), client, choose);
      }
    }
  };
  return () => askAbout(choose(topics));
}

function askV1(repository: Lasting, choose: Choose): Question {
  const client = choose(OLD_CLIENTS);
  // Only the images of the latest tag: they are in every edition.
  const id = contentsOf(repository).v1Tags.get('latest') ?? '';
  return choose([
    () => askV1Images(repository, client),
    () => askV1Tags(repository, client),
    () => askV1Tag(repository, 'latest', client),
    () => askV1File(repository, id, choose(['ancestry', 'json', 'layer']), client),
  ])();
}

/** What is changing, and what has changed in the last seconds. */
function listNews(changes: Change[]): Change[] {
  const sinceMs = performance.now() - NEWS_MS;
  const first = changes.findLastIndex(({ edition }) => (edition.publishedAtMs ?? Infinity) <= sinceMs) + 1;
  return changes.slice(first);
}

function askNews({ subject, tags }: Change, client: Client, choose: Choose): Question {
  const tag = choose(tags);
  if (subject.history.at(-1)?.published?.kind === 'old') return askV1Tag(subject, tag, choose(OLD_CLIENTS));
  if (choose([true, false])) return askTags(subject, client);
  return askManifest(subject, tag, client, choose(METHODS));
}

/** Of one that lasts: it is always published. */
function contentsOf({ history, name }: Lasting): Contents {
  const published = history.at(-1)?.published;
  if (!published) throw new Error(`${name} is not published`);
  return published;
}
