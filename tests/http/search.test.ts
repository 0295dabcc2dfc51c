/** `GET /v1/search`, with the search service that crane.conf names and without one. */
import type { Overrides } from '../../app/config/config';
import { docs, send, startSearchServer, type SearchServer } from '../search/search-server';
import { ask, jsonAnswer, specError, V1_HEADERS } from './answers';
import { repositories } from './repositories';
import { ways, withFront } from './ways';

const CANNOT_ASK = specError('UNSUPPORTED', 'the search service cannot be asked', {});

describe.each(ways)('$title', (way) => {
  let search: SearchServer;
  beforeEach(async () => {
    search = await startSearchServer();
  });
  afterEach(() => search.stop());

  const askFront = (config: Overrides, path: string) =>
    withFront(way, { config, files: repositories }, ({ url }) => ask(url, path));
  const askWithSolr = (path: string) => askFront({ search: { solrUrl: `${search.origin}/select?words={0}` } }, path);

  const describeFound = (name: string, description: string, isFiltered: boolean) => ({
    name,
    description,
    is_trusted: false,
    is_official: false,
    star_count: 0,
    should_filter: isFiltered,
  });

  it('is 404 without a service', async () => {
    expect(await askFront({}, '/v1/search?q=hello&n=25')).toEqual(
      jsonAnswer(404, specError('UNSUPPORTED', 'no search is configured', {}), V1_HEADERS),
    );
  });

  it.each(['/v1/search', '/v1/search?q='])('%s asks for nothing', async (path) => {
    expect(await askWithSolr(path)).toMatchObject({ status: 400, headers: V1_HEADERS });
    expect(search.requested).toEqual([]);
  });

  it('asks Solr, and shows what is served here or lives elsewhere', async () => {
    search.answer = send(
      docs(
        { allTitle: 'demo/five', ir_description: 'a <b>', documentKind: 'ImageRepository' },
        { allTitle: 'demo/v1', documentKind: 'ImageRepository' },
        { allTitle: 'secret/five', documentKind: 'ImageRepository' },
        { allTitle: 'no/such', documentKind: 'ImageRepository' },
        { c_pull_command: ['docker pull example.com/x'], documentKind: 'CertifiedSoftware' },
      ),
    );
    const results = [
      describeFound('demo/five', 'a <b>', true),
      describeFound('demo/v1', '', true),
      describeFound('example.com/x', '', false),
    ];
    expect(await askWithSolr('/v1/search?q=a%20b%26c&n=25')).toEqual(
      jsonAnswer(200, { query: 'a b&c', num_results: 3, results }, V1_HEADERS),
    );
    expect(search.requested).toEqual(['/select?words=a%20b%26c']);
  });

  it('asks the appliance', async () => {
    search.answer = send('<GSP><RES><R><MT N="portal_name" V="solo"/></R></RES></GSP>');
    expect(await askFront({ search: { gsaUrl: `${search.origin}/gsa` } }, '/v1/search?q=x')).toEqual(
      jsonAnswer(200, { query: 'x', num_results: 1, results: [describeFound('solo', '', true)] }, V1_HEADERS),
    );
  });

  it('is 502 when the service answers with something else', async () => {
    search.answer = send('<html>');
    expect(await askWithSolr('/v1/search?q=x')).toEqual(jsonAnswer(502, CANNOT_ASK, V1_HEADERS));
  });

  it('is 503 when the service hangs up', async () => {
    search.answer = ({ socket }) => socket.destroy();
    expect(await askWithSolr('/v1/search?q=x')).toEqual(
      jsonAnswer(503, CANNOT_ASK, { ...V1_HEADERS, 'retry-after': '5' }),
    );
  });
});
