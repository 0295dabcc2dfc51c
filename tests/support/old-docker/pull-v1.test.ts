/** The v1 pull of the emulated old dockers, request by request, and what makes it fail. */
import { createV1Images } from '../../../scripts/lab/v1-image';
import { announcedPing, answerJson, scriptV1 } from './content-scripts';
import type { Era } from './eras';
import { createOldDocker } from './old-docker';
import { tryPull } from './pull-outcome';
import { linesOf, startScriptedRegistry, type ReceivedRequest, type Script } from './scripted-registry';

const eras: Era[] = ['1.5-1.7', '1.8-1.9', '1.10-17.11'];
const images = createV1Images();
const [top, root] = images.map(({ id }) => id) as [string, string];
const unknown = answerJson({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: {} }] }, 404);
/** The tag list is refused with 400, the one status that lets all eras fall back. */
const noV2 = (name: string): Script => ({
  ...announcedPing,
  [`/v2/${name}/manifests/x`]: unknown,
  [`/v2/${name}/tags/list`]: { ...unknown, status: 400 },
});
const v1Only = (name: string): Script => ({ ...noV2(name), ...scriptV1(name, { x: images }) });

const layersOf = (...ids: string[]): string[] =>
  ids.flatMap((id) => [`GET /v1/images/${id}/json 200`, `GET /v1/images/${id}/layer 200`]);
const isV1 = ({ path }: ReceivedRequest): boolean => path.startsWith('/v1/');

describe('the v1 requests for a tag', () => {
  const names: [name: string, afterwards: string][] = [
    ['team/app', 'team/app'],
    ['solo', 'library/solo'],
    ['a/b/c', 'a/b/c'],
  ];
  const tagRequests: [Era, string][] = [
    ['1.5-1.7', 'tags'],
    ['1.8-1.9', 'tags/x'],
    ['1.10-17.11', 'tags/x'],
  ];
  const rows = tagRequests.flatMap(([era, tags]) => names.map(([name, later]) => [era, name, later, tags] as const));

  it.each(rows)('%s: %s is %s from step 3 on, which asks for %s', async (era, name, later, tags) => {
    const result = await tryPull(v1Only(name), { era, name, tag: 'x' });
    expect(result.requests).toEqual([
      'GET /v2/ 200',
      `GET /v2/${name}/manifests/x 404`,
      `GET /v1/repositories/${name}/images 200`,
      `GET /v1/repositories/${later}/${tags} 200`,
      `GET /v1/images/${top}/ancestry 200`,
      ...layersOf(root, top),
    ]);
    expect(result.images).toEqual([{ tag: 'x', digestOrId: top, layers: 2 }]);
  });

  it.each(eras)('%s: X-Docker-Token is asked for in step 2 only', async (era) => {
    const { received } = await tryPull(v1Only('solo'), { era, name: 'solo', tag: 'x' });
    const asking = received.filter((request) => linesOf(request, 'X-Docker-Token').includes('true'));
    expect(asking.map(({ path }) => path)).toEqual(['/v1/repositories/solo/images']);
  });

  const pings: [Era, string[]][] = [
    ['1.5-1.7', ['/v1/_ping']],
    ['1.8-1.9', []],
    ['1.10-17.11', []],
  ];
  it.each(pings)('%s: where /v2/ is missing, v1 is pinged: %j', async (era, expected) => {
    const script = { ...v1Only('solo'), '/v2/': { status: 404 } };
    const { received, word } = await tryPull(script, { era, name: 'solo', tag: 'x' });
    expect(word).toBe('v1');
    expect(received.map(({ path }) => path).filter((path) => path === '/v1/_ping')).toEqual(expected);
  });
});

describe('the v1 requests for all tags', () => {
  it.each(eras)('%s: the tags once, an image that two tags share once', async (era) => {
    const other = createV1Images({ layers: 3 });
    const script = { ...noV2('solo'), ...scriptV1('solo', { a: images, b: images, c: other }) };
    const result = await tryPull(script, { era, name: 'solo' });
    expect(result.images).toEqual([
      { tag: 'a', digestOrId: top, layers: 2 },
      { tag: 'b', digestOrId: top, layers: 2 },
      { tag: 'c', digestOrId: other[0]?.id, layers: 3 },
    ]);
    const v1Requests = result.requests.filter((request) => request.includes('/v1/'));
    expect(v1Requests[1]).toBe('GET /v1/repositories/library/solo/tags 200');
    expect(v1Requests.filter((request) => request.endsWith('/layer 200'))).toHaveLength(3);
  });
});

describe('X-Docker-Endpoints', () => {
  const pullVia = async (createHeader: (host: string) => string, registryScript: Script = noV2('solo')) => {
    const endpoint = await startScriptedRegistry(scriptV1('solo', { x: images }));
    const headers = { 'X-Docker-Endpoints': createHeader(endpoint.host) };
    const script = { ...registryScript, '/v1/repositories/solo/images': { headers, body: '[]' } };
    const result = await tryPull(script, { era: '1.8-1.9', name: 'solo', tag: 'x' });
    await endpoint.close();
    return { result, asked: endpoint.received.map(({ path }) => path) };
  };

  it('is where everything after step 2 goes', async () => {
    const { result, asked } = await pullVia((host) => host);
    expect(result.word).toBe('v1');
    expect(result.received.filter(isV1).map(({ path }) => path)).toEqual(['/v1/repositories/solo/images']);
    expect(asked.slice(0, 2)).toEqual(['/v1/repositories/library/solo/tags/x', `/v1/images/${top}/ancestry`]);
    expect(asked).toHaveLength(6);
  });

  it('may name several, of which the next is asked when one fails', async () => {
    const broken = await startScriptedRegistry({
      '/v1/repositories/library/solo/tags/x': { status: 500 },
      [`/v1/images/${top}/ancestry`]: { status: 500 },
    });
    const { result } = await pullVia((host) => `${broken.host}, ${host}`);
    await broken.close();
    expect(result.word).toBe('v1');
  });

  it.each(['http://HOST', 'HOST/v1', 'HOST/'])('%s is more than host and port: nothing is found', async (form) => {
    const { result } = await pullVia((host) => form.replace('HOST', host));
    expect(result).toMatchObject({
      word: 'fails',
      message: expect.stringContaining('invalid X-Docker-Endpoints') as string,
    });
  });
});

describe('a v1 pull that fails', () => {
  const file = (id: string, name: string): string => `/v1/images/${id}/${name}`;
  const otherId = 'f'.repeat(64);
  const inEveryEra: [fault: string, change: Script, message: RegExp][] = [
    [
      'an unknown repository',
      { '/v1/repositories/solo/images': answerJson({}, 404) },
      /^Error: image solo:x not found$/,
    ],
    [
      'a repository that wants a login',
      { '/v1/repositories/solo/images': { status: 401 } },
      /^Authentication is required/,
    ],
    ['images that are no list', { '/v1/repositories/solo/images': { body: '{}' } }, /cannot unmarshal/],
    ['a 404 for the ancestry', { [file(top, 'ancestry')]: { status: 404 } }, /Status 404 while fetching ancestry/],
    ['the ancestry of another image', { [file(top, 'ancestry')]: answerJson([root]) }, /begins with/],
    ['an ancestry that skips', { [file(top, 'ancestry')]: answerJson([top]) }, /is not the next of the ancestry/],
    ['a 404 for json', { [file(root, 'json')]: { status: 404 } }, /Status 404 while fetching json/],
    ['the json of another image', { [file(root, 'json')]: answerJson({ id: otherId }) }, /is that of/],
    ['a 404 for a layer', { [file(root, 'layer')]: { status: 404 } }, /Status 404 while fetching layer/],
    ['a layer that is a page', { [file(root, 'layer')]: { body: '<html>' } }, /is not a tar/],
  ];
  const rows = inEveryEra.flatMap(([fault, ...rest]) => eras.map((era) => [era, fault, ...rest] as const));
  it.each(rows)('%s: %s', async (era, _fault, change, message) => {
    const result = await tryPull({ ...v1Only('solo'), ...change }, { era, name: 'solo', tag: 'x' });
    expect(result).toMatchObject({ word: 'fails', message: expect.stringMatching(message) as string });
  });

  it.each(eras)('%s: a tag that v1 has not either', async (era) => {
    const script = {
      ...v1Only('solo'),
      ...scriptV1('solo', { other: images }),
      '/v1/repositories/library/solo/tags/x': answerJson({}, 404),
    };
    const result = await tryPull(script, { era, name: 'solo', tag: 'x' });
    expect(result).toMatchObject({ word: 'fails', message: 'Tag x not found in repository solo' });
  });

  it.each(eras)('%s: tags that are missing, asked for all', async (era) => {
    const script = { ...v1Only('solo'), '/v1/repositories/library/solo/tags': answerJson({}, 404) };
    expect(await tryPull(script, { era, name: 'solo' })).toMatchObject({
      word: 'fails',
      message: 'Repository not found',
    });
  });

  it.each(['1.8-1.9', '1.10-17.11'] as const)('%s: a tag that is no JSON string', async (era) => {
    const script = { ...v1Only('solo'), '/v1/repositories/library/solo/tags/x': answerJson({ x: top }) };
    const result = await tryPull(script, { era, name: 'solo', tag: 'x' });
    expect(result).toMatchObject({ word: 'fails', message: expect.stringContaining('is invalid') as string });
  });

  it('1.5-1.7: a v1 ping that is not answered', async () => {
    const script = { ...v1Only('solo'), '/v2/': { status: 404 }, '/v1/_ping': { status: 404 } };
    const result = await tryPull(script, { era: '1.5-1.7', name: 'solo', tag: 'x' });
    expect(result).toMatchObject({
      word: 'fails',
      message: expect.stringContaining('invalid registry endpoint') as string,
    });
  });

  it('a registry that does not listen', async () => {
    const registry = await startScriptedRegistry({});
    await registry.close();
    const pull = createOldDocker({ era: '1.10-17.11', registry: registry.url }).pull('solo', 'x');
    await expect(pull).rejects.toMatchObject({
      name: 'PullFailed',
      message: expect.stringContaining('ECONNREFUSED') as string,
      requests: [],
    });
  });
});
