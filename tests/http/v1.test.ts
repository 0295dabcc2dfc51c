/** The v1 protocol, as docker 1.5 to 17.11 speak it. */
import supertest from 'supertest';
import { ask, jsonAnswer, manifestUnknown, redirectAnswer, specError, V1_HEADERS } from './answers';
import { imageIdOf, repositories, storageOf } from './repositories';
import { serveFront, ways, withFront, type ServedFront } from './ways';

const STANDALONE = { ...V1_HEADERS, 'x-docker-registry-standalone': 'True' };
const nameUnknown = (name: string): object =>
  specError('NAME_UNKNOWN', 'repository name not known to registry', { Name: name });
const tagsOf = (digit: string): object =>
  JSON.parse(`{"__proto__":"${imageIdOf('e')}","latest":"${imageIdOf(digit)}"}`) as object;
const idsOf = (digit: string): object => [{ id: imageIdOf(digit) }, { id: imageIdOf('e') }];

describe.each(ways)('$title', (way) => {
  let front: ServedFront;
  beforeAll(async () => {
    front = await serveFront(way, { files: repositories });
  });
  afterAll(() => front.stop());

  it('pings', async () => {
    await supertest(front.url).get('/v1/_ping').expect(200, 'true');
    expect(await ask(front.url, '/v1/_ping')).toEqual(jsonAnswer(200, true, STANDALONE));
  });

  it.each(['/v1/users', '/v1/users/'])('%s lets everybody in', async (path) => {
    expect(await ask(front.url, path)).toEqual(jsonAnswer(200, 'OK', STANDALONE));
    expect(await ask(front.url, path, {}, { method: 'POST', body: '{"username":"u"}' })).toEqual(
      jsonAnswer(201, 'User Created', STANDALONE),
    );
    expect(await ask(front.url, path, {}, { method: 'PUT' })).toMatchObject({ status: 405 });
  });

  describe('images of a repository', () => {
    it('come with the host that was asked', async () => {
      const headers = { ...V1_HEADERS, 'x-docker-endpoints': 'registry.example.com:5000' };
      const path = '/v1/repositories/demo/v1/images';
      expect(await ask(front.url, path, { Host: 'registry.example.com:5000', 'X-Docker-Token': 'true' })).toEqual(
        jsonAnswer(200, idsOf('1'), headers),
      );
    });

    it.each([
      ['solo', '2'],
      ['library/solo', '2'],
      ['library/own', '3'],
    ])('%s is found, with library/ or without', async (name, digit) => {
      const { status, body } = await ask(front.url, `/v1/repositories/${name}/images`);
      expect([status, JSON.parse(body)]).toEqual([200, idsOf(digit)]);
    });

    it.each([
      ['no/such', 'no/such'],
      ['library/such', 'such'],
      ['demo/five', 'demo/five'],
      ['own', 'own'],
    ])('%s is unknown', async (name, told) => {
      expect(await ask(front.url, `/v1/repositories/${name}/images`)).toEqual(
        jsonAnswer(404, nameUnknown(told), V1_HEADERS),
      );
    });
  });

  describe('tags', () => {
    it.each([
      ['demo/v1', '1'],
      ['solo', '2'],
      ['library/solo', '2'],
      ['library/own', '3'],
    ])('of %s', async (name, digit) => {
      expect(await ask(front.url, `/v1/repositories/${name}/tags`)).toEqual(jsonAnswer(200, tagsOf(digit), V1_HEADERS));
    });

    it.each([
      ['solo', 'latest', '2'],
      ['library/solo', 'latest', '2'],
      ['demo/v1', '__proto__', 'e'],
    ])('%s: %s names an image', async (name, tag, digit) => {
      expect(await ask(front.url, `/v1/repositories/${name}/tags/${tag}`)).toEqual(
        jsonAnswer(200, imageIdOf(digit), V1_HEADERS),
      );
    });

    it.each([
      ['no/such', 'latest'],
      ['demo/v1', 'nowhere'],
      ['demo/v1', 'constructor'],
      ['demo/v1', imageIdOf('1')],
    ])('%s: %s is unknown', async (name, tag) => {
      expect(await ask(front.url, `/v1/repositories/${name}/tags/${tag}`)).toEqual(
        jsonAnswer(404, manifestUnknown(name, tag), V1_HEADERS),
      );
    });

    it('of an unknown name are unknown', async () => {
      expect(await ask(front.url, '/v1/repositories/no/such/tags')).toEqual(
        jsonAnswer(404, nameUnknown('no/such'), V1_HEADERS),
      );
    });
  });

  describe('files of an image', () => {
    it.each(['ancestry', 'json', 'layer'])('%s is in the storage', async (file) => {
      const id = imageIdOf('1');
      expect(await ask(front.url, `/v1/images/${id}/${file}`)).toMatchObject(
        redirectAnswer(expect.stringMatching(`^https://static.example.com/v1/demo/v1[^/]*/${id}/${file}$`) as string),
      );
      expect(await ask(front.url, `/v1/images/${imageIdOf('2')}/${file}`)).toEqual(
        redirectAnswer(`${storageOf(1, 'solo')}${imageIdOf('2')}/${file}`, V1_HEADERS),
      );
    });

    it('of an image that nobody has are unknown', async () => {
      expect(await ask(front.url, `/v1/images/${imageIdOf('9')}/json`)).toEqual(
        jsonAnswer(404, manifestUnknown(imageIdOf('9'), 'json'), V1_HEADERS),
      );
    });

    it('a tag is no image', async () => {
      expect(await ask(front.url, '/v1/images/latest/json')).toMatchObject({ status: 404 });
    });
  });

  it.each([
    '/v1/images/x/manifest',
    '/v1/images/../json',
    '/v1/images/%2e%2e/json',
    '/v1/images/x/y/json',
    '/v1/repositories/demo/v1',
    '/v1/repositories//images',
    '/v1/repositories/DEMO/images',
    '/v1/repositories/demo/v1/tags/a/b',
    '/v1/other',
  ])('%s is 404 in JSON', async (path) => {
    expect(await ask(front.url, path)).toEqual(
      jsonAnswer(404, specError('UNSUPPORTED', 'the registry does not serve this path', { Path: path }), V1_HEADERS),
    );
  });

  it.each(['PUT', 'DELETE', 'POST', 'PATCH'])('%s is refused', async (method) => {
    for (const path of ['/v1/repositories/demo/v1/images', '/v1/repositories/demo/v1/tags/x', '/v1/_ping']) {
      expect(await ask(front.url, path, {}, { method })).toEqual(
        jsonAnswer(405, specError('UNSUPPORTED', 'the registry is read-only', { Method: method }), {
          ...V1_HEADERS,
          allow: 'GET, HEAD',
        }),
      );
    }
  });
});

it('the configured endpoint goes before the host that was asked', async () => {
  for (const way of ways) {
    const config = { general: { endpoint: 'docker.example.com:443' } };
    const { headers } = await withFront(way, { files: repositories, config }, ({ url }) =>
      ask(url, '/v1/repositories/solo/images', { Host: 'other.example.com' }),
    );
    expect(headers['x-docker-endpoints']).toBe('docker.example.com:443');
  }
});
