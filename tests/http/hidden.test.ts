/**
 * A protected repository is hidden on every route: a front that serves one answers, byte for byte, as a front that has
 * never heard of it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSchema2Image } from '../../scripts/lab/image';
import { Publisher } from '../../scripts/lab/publisher';
import { docs, send, startSearchServer, type SearchServer } from '../search/search-server';
import { ask } from './answers';
import { HIDDEN_NAMES, HIDDEN_PATHS, openRepositories } from './hidden-paths';
import { exchange, formatRequest, withoutDate } from './raw-exchange';
import { DOCKER_1_12, DOCKER_1_9, imageIdOf, LISTS_TYPE, repositories, SCHEMA2_TYPE } from './repositories';
import { serveFront, ways, type ServedFront } from './ways';

const CLIENTS = [
  [],
  [`User-Agent: ${DOCKER_1_9}`],
  [`User-Agent: ${DOCKER_1_12}`, `Accept: ${SCHEMA2_TYPE}`, `Accept: ${LISTS_TYPE}`],
  ['User-Agent: containerd/1.7', 'Accept: */*', 'Authorization: Basic dTpw'],
];

describe.each(ways)('$title', (way) => {
  let search: SearchServer;
  let folder: string;
  let publisher: Publisher;
  const fronts: ServedFront[] = [];

  beforeAll(async () => {
    search = await startSearchServer();
    search.answer = send(
      docs(...[...HIDDEN_NAMES, 'solo', 'no/such'].map((allTitle) => ({ allTitle, documentKind: 'ImageRepository' }))),
    );
    folder = await mkdtemp(join(tmpdir(), 'davit-hidden-'));
    publisher = new Publisher(folder);
    await publisher.publish({ id: 'secret-five', manifests: [{ manifest: createSchema2Image(), tags: ['latest'] }] });
    const serveContent = {
      isEnabled: true,
      usesXSendfile: false,
      contentDirV1: join(publisher.published, 'v1/web'),
      contentDirV2: join(publisher.published, 'v2/web'),
    };
    const searched = { search: { solrUrl: `${search.origin}/?q={0}` } };
    for (const config of [searched, { ...searched, serveContent }]) {
      fronts.push(await serveFront(way, { config, files: repositories }));
      fronts.push(await serveFront(way, { config, files: openRepositories }));
    }
  });
  afterAll(async () => {
    await Promise.all([search, ...fronts].map((server) => server.stop()));
    await rm(folder, { recursive: true });
  });

  it.each(HIDDEN_PATHS)('%s does not tell', async (path) => {
    for (const request of [
      ...CLIENTS.map((headers) => formatRequest('GET', path, headers)),
      ...['HEAD', 'POST'].map((method) => formatRequest(method, path)),
    ]) {
      const answers = await Promise.all(fronts.map(({ url }) => exchange(url, request)));
      const [redirecting, ignorant, serving, ignorantlyServing] = answers.map(withoutDate);
      expect(redirecting).toMatch(/^HTTP\/1\.1 \d/);
      expect([redirecting, serving]).toEqual([ignorant, ignorantlyServing]);
    }
  });

  it('a search shows what may be pulled', async () => {
    const { body } = await ask(fronts[0]?.url ?? '', '/v1/search?q=x');
    expect(JSON.parse(body)).toMatchObject({ num_results: 1, results: [{ name: 'solo' }] });
  });

  it('an image that an open repository has too is served from there', async () => {
    const { headers } = await ask(fronts[0]?.url ?? '', `/v1/images/${imageIdOf('e')}/layer`);
    expect(headers['location']).toMatch(/^https:\/\/static\.example\.com\/v1\/(demo|solo)/);
  });

  it('the string "false" protects nothing', async () => {
    const { status } = await ask(fronts[0]?.url ?? '', '/v2/open/by-text/tags/list');
    expect(status).toBe(200);
  });
});
