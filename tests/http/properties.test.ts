/**
 * Whatever is asked, and whatever a publisher calls his storage: no crash, no HTML, no way out of the storage URLs.
 * Requests go over bare sockets, so that nothing tidies them up.
 */
import fc from 'fast-check';
import { parseRedirectFile } from '../../app/redirects/parse-redirect-file';
import type { Repository } from '../../app/redirects/repository';
import { anyOf, anyRequest, words } from './any-request';
import { createIndex } from './front';
import { exchange, formatRequest } from './raw-exchange';
import { IMAGE, repositories } from './repositories';
import { expectSound, NO_REQUEST, parseAnswer } from './sound-answer';
import { ownServer, serveFront, type ServedFront } from './ways';

const prefixesOf = (known: Iterable<Repository>): string[] =>
  [...known].filter(({ isProtected }) => !isProtected).map(({ storageUrl }) => storageUrl.prefix);

describe('any request', () => {
  let front: ServedFront;
  let prefixes: string[];
  beforeAll(async () => {
    const index = await createIndex(repositories);
    prefixes = prefixesOf([...index.listRegistries(undefined, Infinity), ...index.listImages(undefined, Infinity)]);
    front = await serveFront(ownServer, { index, config: { server: { operators: [] } } });
  });
  beforeEach(() => {
    front.loader.isLoaded = true;
    front.log.length = 0;
  });
  afterAll(() => front.stop());

  it('has a sound answer', async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(anyRequest, async (asked) => {
        const text = await exchange(front.url, asked.text);
        if (NO_REQUEST.test(text)) return;
        const answer = parseAnswer(text);
        statuses.add(answer.status);
        expect(answer.status).toBeLessThan(500);
        expectSound(answer, asked, prefixes);
      }),
      { numRuns: 1500 },
    );
    expect(front.log).toEqual([]);
    // The property means something only when it has met all kinds of answers.
    expect([200, 302, 400, 403, 404, 405].filter((status) => !statuses.has(status))).toEqual([]);
  });

  it('has one before the first load too: 503 at worst, and no redirect', async () => {
    front.loader.isLoaded = false;
    await fc.assert(
      fc.asyncProperty(anyRequest, async (asked) => {
        const text = await exchange(front.url, asked.text);
        if (NO_REQUEST.test(text)) return;
        const answer = parseAnswer(text);
        expect([...Array(500).keys(), 503]).toContain(answer.status);
        expect(answer.headers.has('retry-after')).toBe(answer.status === 503);
        expectSound(answer, asked, []);
      }),
      { numRuns: 500 },
    );
    expect(front.log).toEqual([]);
  });
});

describe('any storage URL', () => {
  it('leads to itself, in one line', async () => {
    const index = await createIndex([]);
    const front = await serveFront(ownServer, { index });
    const oddText = fc.string({ unit: 'binary', maxLength: 20 });
    const storageUrl = fc.oneof(
      fc.webUrl({ withQueryParameters: true, validSchemes: ['http', 'https'] }),
      fc.tuple(anyOf('https://static.example.com', 'http://[::1]:8080', 'HTTPS://x'), anyOf('', '/'), oddText),
      fc.tuple(fc.constant('https://static.example.com/'), fc.array(anyOf(...words, ' ', '\r\n', '\t', 'é', '中'))),
    );
    let acceptedCount = 0;
    try {
      await fc.assert(
        fc.asyncProperty(storageUrl, anyOf('manifests/x', `blobs/${IMAGE}`, 'tags/list'), async (parts, wanted) => {
          const url = [parts].flat(2).join('');
          const parsed = parseRedirectFile(JSON.stringify({ version: 2, 'repo-registry-id': 'x', url }), 'x.json');
          fc.pre(parsed.kind === 'parsed');
          acceptedCount++;
          await index.put({ file: 'x.json', modifiedMs: 0, repository: parsed.repository });
          const { status, headers } = parseAnswer(await exchange(front.url, formatRequest('GET', `/v2/x/${wanted}`)));
          const location = headers.get('location') ?? '';
          expect(status).toBe(302);
          expect(location).toMatch(/^https?:\/\/[\x21-\x7e]+$/);
          const [expected, actual] = [new URL(url), new URL(location)];
          expect([actual.origin, actual.search]).toEqual([expected.origin, expected.search]);
          expect(actual.pathname).toBe(`${expected.pathname.replace(/([^/])$/, '$1/')}${wanted}`);
        }),
        { numRuns: 500 },
      );
    } finally {
      await front.stop();
    }
    expect(acceptedCount).toBeGreaterThanOrEqual(300);
  });
});
