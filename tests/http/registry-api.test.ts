/** The registry API apart from lists: the ping, manifests, blobs and referrers. */
import supertest from 'supertest';
import { ask, jsonAnswer, manifestUnknown, redirectAnswer, specError, VERSION_HEADER } from './answers';
import {
  DOCKER_1_12,
  DOCKER_17_12,
  IMAGE,
  LIST,
  LISTS_TYPE,
  OLD_IMAGE,
  repositories,
  SCHEMA2_TYPE,
  storageOf,
  UNLISTED,
} from './repositories';
import { serveFront, ways, type ServedFront } from './ways';

const BY_TAG = { ...VERSION_HEADER, vary: 'Accept' };
const SHA512 = `sha512:${'0'.repeat(128)}`;

describe.each(ways)('$title', (way) => {
  let front: ServedFront;
  beforeAll(async () => {
    front = await serveFront(way, { files: repositories });
  });
  afterAll(() => front.stop());

  describe('ping', () => {
    it('is an empty object, in JSON without a charset', async () => {
      const answer = await supertest(front.url).get('/v2/').expect(200, '{}');
      expect(answer.headers).toMatchObject({
        ...VERSION_HEADER,
        'content-type': 'application/json',
        'content-length': '2',
      });
      expect(await ask(front.url, '/v2/')).toEqual(jsonAnswer(200, {}, VERSION_HEADER));
    });

    it.each(['/v2', '/v2?ns=example.com'])('%s has moved', async (path) => {
      expect(await ask(front.url, path)).toEqual({
        status: 301,
        headers: { ...VERSION_HEADER, location: '/v2/', 'content-length': '0' },
        body: '',
      });
    });

    it('ignores a query, and the absolute form of a proxy', async () => {
      const expected = jsonAnswer(200, {}, VERSION_HEADER);
      expect(await ask(front.url, '/v2/?ns=example.com')).toEqual(expected);
      expect(await ask(front.url, 'http://registry.example.com/v2/')).toEqual(expected);
    });
  });

  describe('manifests', () => {
    const five = storageOf(5, 'demo/five');

    it.each([
      ['a list', 'latest', LISTS_TYPE, 'manifests/list/latest', BY_TAG],
      [
        'the image of a list',
        'latest',
        SCHEMA2_TYPE,
        `manifests/2/${IMAGE}`,
        { ...BY_TAG, 'docker-content-digest': IMAGE },
      ],
      ['schema 2', 'only2', SCHEMA2_TYPE, 'manifests/2/only2', BY_TAG],
      ['schema 1', 'only1', '', 'manifests/1/only1', BY_TAG],
      ['a list by digest', LIST, '', `manifests/list/${LIST}`, { ...VERSION_HEADER, 'docker-content-digest': LIST }],
      ['schema 2 by digest', IMAGE, '', `manifests/2/${IMAGE}`, { ...VERSION_HEADER, 'docker-content-digest': IMAGE }],
      [
        'schema 1 by digest',
        OLD_IMAGE,
        '',
        `manifests/1/${OLD_IMAGE}`,
        { ...VERSION_HEADER, 'docker-content-digest': OLD_IMAGE },
      ],
    ])('%s is where the publisher has it', async (_what, reference, accept, path, headers) => {
      const request = `/v2/demo/five/manifests/${reference}`;
      expect(await ask(front.url, request, { Accept: accept })).toEqual(redirectAnswer(five + path, headers));
    });

    it('takes Accept from several lines, and ignores unknown queries', async () => {
      const answer = await supertest(front.url)
        .get('/v2/demo/five/manifests/latest?ns=example.com')
        .set('Accept', [SCHEMA2_TYPE, 'application/json', `${LISTS_TYPE.toUpperCase()};q=0.5`] as unknown as string)
        .expect(302, '');
      expect(answer.headers['location']).toBe(`${five}manifests/list/latest`);
    });

    it.each([
      ['2', 'demo/flat', 'anything', 'manifests/anything'],
      ['3', 'demo/three', 'unlisted', 'manifests/1/unlisted'],
      ['4', 'demo/four', 'unlisted', 'manifests/1/unlisted'],
    ])('version %s points to what it may have', async (version, name, tag, path) => {
      const location = storageOf(Number(version), name) + path;
      expect(await ask(front.url, `/v2/${name}/manifests/${tag}`)).toEqual(redirectAnswer(location, BY_TAG));
    });

    it('an unlisted digest carries no Docker-Content-Digest', async () => {
      expect(await ask(front.url, `/v2/demo/four/manifests/${UNLISTED}`)).toEqual(
        redirectAnswer(`${storageOf(4, 'demo/four')}manifests/1/${UNLISTED}`, VERSION_HEADER),
      );
    });

    it('a query of the storage URL stays at the end', async () => {
      expect((await ask(front.url, '/v2/demo/query/manifests/x')).headers['location']).toBe(
        'https://static.example.com/a%20b/manifests/x?key=1&k=2',
      );
    });

    it('a tag is 404 in the shape that old docker falls back on, with its dependence on Accept', async () => {
      const answer = await supertest(front.url).get('/v2/demo/five/manifests/nowhere').expect(404);
      expect(answer.body).toEqual(manifestUnknown('demo/five', 'nowhere'));
      expect(answer.body).not.toHaveProperty('details');
      expect(await ask(front.url, '/v2/demo/five/manifests/nowhere')).toEqual(
        jsonAnswer(404, manifestUnknown('demo/five', 'nowhere'), BY_TAG),
      );
    });

    it('what v1 certainly has depends on the version of docker too', async () => {
      const headers = { ...VERSION_HEADER, vary: 'Accept, User-Agent' };
      const path = '/v2/demo/v1-in-four/manifests/latest';
      expect(await ask(front.url, path, { 'User-Agent': DOCKER_1_12 })).toEqual(
        jsonAnswer(404, manifestUnknown('demo/v1-in-four', 'latest'), headers),
      );
      expect(await ask(front.url, path, { 'User-Agent': DOCKER_17_12 })).toEqual(
        redirectAnswer(`${storageOf(4, 'demo/v1-in-four')}manifests/1/latest`, headers),
      );
    });

    it.each([
      ['an unknown name', 'no/such', 'latest', manifestUnknown('no/such', 'latest')],
      ['a name that only v1 has', 'demo/v1', 'latest', manifestUnknown('demo/v1', 'latest')],
      ['an impossible name', 'NO', 'latest', specError('NAME_INVALID', 'invalid repository name', { Name: 'NO' })],
      ['an impossible tag', 'demo/five', '.x', manifestUnknown('demo/five', '.x')],
      ['a slash in the tag', 'demo/five', 'a/b', manifestUnknown('demo/five', 'a/b')],
      ['a slash at the end', 'demo/five', 'latest/', manifestUnknown('demo/five', 'latest/')],
      [
        'an impossible digest',
        'demo/five',
        'sha256:12',
        specError('DIGEST_INVALID', 'provided digest is not sha256 or sha512 in lower case hexadecimal', {
          Digest: 'sha256:12',
        }),
      ],
    ])('%s is 404', async (_what, name, reference, body) => {
      expect(await ask(front.url, `/v2/${name}/manifests/${reference}`)).toEqual(jsonAnswer(404, body, VERSION_HEADER));
    });

    it.each([
      ['/v2/a/manifests/b/tags/c/manifests/latest', 'manifests/2/latest'],
      ['/v2/a/manifests/b/tags/c/blobs/', undefined],
      ['/v2/a%2Fmanifests/b/tags/c/manifests/latest', undefined],
      ['/v2/a/manifests/b/tags/c/manifests/%6Catest', 'manifests/2/latest'],
    ])('%s is cut before anything is decoded', async (path, found) => {
      const { status, headers } = await ask(front.url, path, { Accept: SCHEMA2_TYPE });
      const location = found && `${storageOf(5, 'a/manifests/b/tags/c')}${found}`;
      expect([status, headers['location']]).toEqual([location ? 302 : 404, location]);
    });

    it.each(['tags', 'manifests'])('a tag named %s is a tag', async (tag) => {
      expect(await ask(front.url, `/v2/demo/five/manifests/${tag}`, { Accept: SCHEMA2_TYPE })).toEqual(
        redirectAnswer(`${five}manifests/2/${tag}`, BY_TAG),
      );
    });
  });

  describe('blobs', () => {
    it.each([UNLISTED, SHA512])('%s is in the storage', async (digest) => {
      expect(await ask(front.url, `/v2/demo/five/blobs/${digest}`)).toEqual(
        redirectAnswer(`${storageOf(5, 'demo/five')}blobs/${digest}`, {
          ...VERSION_HEADER,
          'docker-content-digest': digest,
        }),
      );
    });

    it.each([
      ['an unknown name', 'no/such', UNLISTED],
      ['a name that only v1 has', 'demo/v1', UNLISTED],
      ['no digest', 'demo/five', 'latest'],
      ['upper case', 'demo/five', UNLISTED.toUpperCase()],
      ['a path', 'demo/five', '..'],
    ])('%s is 404', async (_what, name, digest) => {
      expect(await ask(front.url, `/v2/${name}/blobs/${digest}`)).toEqual(
        jsonAnswer(404, specError('BLOB_UNKNOWN', 'blob unknown to registry', { Digest: digest }), VERSION_HEADER),
      );
    });
  });

  describe('referrers', () => {
    it('are not offered', async () => {
      expect(await ask(front.url, `/v2/demo/five/referrers/${IMAGE}?artifactType=a/b`)).toEqual(
        jsonAnswer(404, manifestUnknown('demo/five', IMAGE), VERSION_HEADER),
      );
    });

    it('with an impossible digest are 404 too', async () => {
      const { status, body } = await ask(front.url, '/v2/demo/five/referrers/latest');
      expect([status, JSON.parse(body)]).toMatchObject([404, { errors: [{ code: 'DIGEST_INVALID' }] }]);
    });
  });
});
