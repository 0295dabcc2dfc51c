/** `tags/list` of every version of redirect file, and `_catalog`; their pages. */
import { ask, jsonAnswer, redirectAnswer, specError, VERSION_HEADER } from './answers';
import {
  DOCKER_1_12,
  DOCKER_1_7,
  DOCKER_1_8,
  DOCKER_1_9,
  DOCKER_17_12,
  repositories,
  storageOf,
  VISIBLE_NAMES,
} from './repositories';
import { serveFront, ways, withFront, type ServedFront } from './ways';

const TAGS_OF_FIVE = ['a-tag', 'latest', 'manifests', 'only1', 'only2', 'tags'];

const pageInvalid = (n: string): object =>
  specError('PAGINATION_NUMBER_INVALID', 'invalid number of results requested', { n });
const nameUnknown = (name: string): object =>
  specError('NAME_UNKNOWN', 'repository name not known to registry', { Name: name });
const onlyInV1 = (name: string): object =>
  specError('MANIFEST_UNKNOWN', 'no tags for the registry API v2', { Name: name });

describe.each(ways)('$title', (way) => {
  let front: ServedFront;
  beforeAll(async () => {
    front = await serveFront(way, { files: repositories });
  });
  afterAll(() => front.stop());

  /** Follows Link from page to page; the entries of each. */
  async function walk(path: string, key: 'tags' | 'repositories'): Promise<string[][]> {
    const pages: string[][] = [];
    for (let next: string | undefined = path; next !== undefined;) {
      const { body, headers } = await ask(front.url, next);
      pages.push((JSON.parse(body) as Record<typeof key, string[]>)[key]);
      next = /^<(\/v2\/[^>]+)>; rel="next"$/.exec(headers['link'] ?? '')?.[1];
      expect(next === undefined).toBe(headers['link'] === undefined);
    }
    return pages;
  }

  describe('tags', () => {
    it('of a file that lists everything, in byte order', async () => {
      expect(await ask(front.url, '/v2/demo/five/tags/list')).toEqual(
        jsonAnswer(200, { name: 'demo/five', tags: TAGS_OF_FIVE }, VERSION_HEADER),
      );
    });

    it.each([
      [2, 'demo/flat'],
      [3, 'demo/three'],
      [4, 'demo/four'],
    ])('of version %d are in the storage', async (version, name) => {
      expect(await ask(front.url, `/v2/${name}/tags/list?n=x`)).toMatchObject({ status: 400 });
      expect(await ask(front.url, `/v2/${name}/tags/list?n=2`)).toEqual(
        redirectAnswer(`${storageOf(version, name)}tags/list`, VERSION_HEADER),
      );
    });

    it.each(['no/such', 'demo/empty'])('of %s are unknown', async (name) => {
      expect(await ask(front.url, `/v2/${name}/tags/list`)).toEqual(jsonAnswer(404, nameUnknown(name), VERSION_HEADER));
    });

    it.each([
      ['?n=2', ['a-tag', 'latest'], '</v2/demo/five/tags/list?last=latest&n=2>; rel="next"'],
      ['?n=2&last=latest', ['manifests', 'only1'], '</v2/demo/five/tags/list?last=only1&n=2>; rel="next"'],
      ['?n=2&last=only1', ['only2', 'tags'], undefined],
      ['?last=m', ['manifests', 'only1', 'only2', 'tags'], undefined],
      ['?last=zzz', [], undefined],
      ['?n=0', [], undefined],
      ['?n=6', TAGS_OF_FIVE, undefined],
      ['?n=1000&ns=example.com', TAGS_OF_FIVE, undefined],
    ])('%s is a page', async (query, tags, link) => {
      expect(await ask(front.url, `/v2/demo/five/tags/list${query}`)).toEqual(
        jsonAnswer(200, { name: 'demo/five', tags }, { ...VERSION_HEADER, ...(link !== undefined && { link }) }),
      );
    });

    it.each(['x', '-1', '1.5', '', '1e3', '99999999999999999'])('n=%s is refused', async (n) => {
      expect(await ask(front.url, `/v2/demo/five/tags/list?n=${n}`)).toEqual(
        jsonAnswer(400, pageInvalid(n), VERSION_HEADER),
      );
    });

    it('can be walked from page to page', async () => {
      const pages = await walk('/v2/demo/five/tags/list?n=4', 'tags');
      expect(pages).toEqual([TAGS_OF_FIVE.slice(0, 4), TAGS_OF_FIVE.slice(4)]);
    });
  });

  describe('tags of a name that only v1 has', () => {
    const names = ['demo/v1', 'demo/v1-in-five', 'demo/v1-in-four'];
    const answer = (name: string, status: number) =>
      jsonAnswer(status, onlyInV1(name), { ...VERSION_HEADER, vary: 'User-Agent' });

    it.each(names.flatMap((name) => [DOCKER_1_8, DOCKER_1_9].map((agent) => [name, agent])))(
      '%s: 400 to %s, which takes a 404 for an empty repository',
      async (name, agent) => {
        expect(await ask(front.url, `/v2/${name}/tags/list`, { 'User-Agent': agent })).toEqual(answer(name, 400));
      },
    );

    it.each(names.flatMap((name) => [DOCKER_1_7, DOCKER_1_12].map((agent) => [name, agent])))(
      '%s: 404 to %s',
      async (name, agent) => {
        expect(await ask(front.url, `/v2/${name}/tags/list`, { 'User-Agent': agent })).toEqual(answer(name, 404));
      },
    );

    it.each(['demo/v1', 'demo/v1-in-five'])('%s: 404 to clients of today', async (name) => {
      for (const agent of [DOCKER_17_12, 'skopeo/1.18.0', 'docker/1.80.0']) {
        expect(await ask(front.url, `/v2/${name}/tags/list`, { 'User-Agent': agent })).toEqual(answer(name, 404));
      }
    });

    it('version 4 may have schema 1 for clients of today', async () => {
      const { status } = await ask(front.url, '/v2/demo/v1-in-four/tags/list', { 'User-Agent': DOCKER_17_12 });
      expect(status).toBe(302);
    });
  });

  describe('catalog', () => {
    it('has what is not protected, in byte order', async () => {
      expect(await ask(front.url, '/v2/_catalog')).toEqual(
        jsonAnswer(200, { repositories: VISIBLE_NAMES }, VERSION_HEADER),
      );
    });

    it('has pages', async () => {
      const link = '</v2/_catalog?last=a%2Fmanifests%2Fb%2Ftags%2Fc&n=1>; rel="next"';
      expect(await ask(front.url, '/v2/_catalog?n=1')).toEqual(
        jsonAnswer(200, { repositories: ['a/manifests/b/tags/c'] }, { ...VERSION_HEADER, link }),
      );
      expect((await walk('/v2/_catalog?n=1', 'repositories')).flat()).toEqual(VISIBLE_NAMES);
      expect((await walk('/v2/_catalog?n=3', 'repositories')).map(({ length }) => length)).toEqual([3, 3, 3, 2]);
    });

    it('has no Link where only hidden repositories follow', async () => {
      const { body, headers } = await ask(front.url, '/v2/_catalog?last=demo/v1-in-four&n=1');
      expect(JSON.parse(body)).toEqual({ repositories: ['open/by-text'] });
      expect(headers['link']).toContain('last=open%2Fby-text');
      const end = await ask(front.url, '/v2/_catalog?last=solo&n=1');
      expect(end).toEqual(jsonAnswer(200, { repositories: [] }, VERSION_HEADER));
    });

    it.each(['0', '1000'])('takes n=%s', async (n) => {
      const names = n === '0' ? [] : VISIBLE_NAMES;
      expect(await ask(front.url, `/v2/_catalog?n=${n}`)).toEqual(
        jsonAnswer(200, { repositories: names }, VERSION_HEADER),
      );
    });

    it.each(['1001', 'x', '-1'])('refuses n=%s', async (n) => {
      expect(await ask(front.url, `/v2/_catalog?n=${n}`)).toEqual(jsonAnswer(400, pageInvalid(n), VERSION_HEADER));
    });
  });
});

describe('a large catalog', () => {
  it('comes in pages of 1000 when no number is asked for', async () => {
    const names = Array.from({ length: 1001 }, (_, number) => `many/${String(number).padStart(4, '0')}`);
    const files = names.map((name) => ({ version: 2, 'repo-registry-id': name, url: 'https://static.example.com/' }));
    for (const way of ways) {
      const first = await withFront(way, { files }, ({ url }) => ask(url, '/v2/_catalog'));
      expect(JSON.parse(first.body)).toEqual({ repositories: names.slice(0, 1000) });
      expect(first.headers['link']).toBe('</v2/_catalog?last=many%2F0999&n=1000>; rel="next"');
    }
  });
});
