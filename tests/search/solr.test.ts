/** What Solr is asked, and what is made of its answers. */
import { createSearch, type SearchOutcome } from '../../app/search/create-search';
import { docs, patiently, send, startSearchServer, type SearchServer } from './search-server';

let server: SearchServer;
beforeEach(async () => {
  server = await startSearchServer();
});
afterEach(() => server.stop());

const searchSolr = async (query: string): Promise<SearchOutcome | undefined> =>
  createSearch({ solrUrl: `${server.origin}/solr/select?key=hush&q={0}&wt=json` }, patiently)?.(query);

describe('Solr', () => {
  it.each([
    ['hello', 'hello'],
    ['a b&c=d#e?f/g%h+i', 'a%20b%26c%3Dd%23e%3Ff%2Fg%25h%2Bi'],
    ['$& $1 {0}', '%24%26%20%241%20%7B0%7D'],
    ['größe', 'gr%C3%B6%C3%9Fe'],
    ['half \uD800 pair', 'half%20%EF%BF%BD%20pair'],
    ['', ''],
  ])('is asked for %j', async (query, encoded) => {
    server.answer = send(docs());
    await searchSolr(query);

    expect(server.requested).toEqual([`/solr/select?key=hush&q=${encoded}&wt=json`]);
  });

  it('is given literal braces where the template doubles them', async () => {
    server.answer = send(docs());
    await createSearch({ solrUrl: `${server.origin}/s?fq={{!term}}&q={0}&again={0}` }, patiently)?.('x');

    expect(server.requested).toEqual(['/s?fq={!term}&q=x&again=x']);
  });

  it('finds our own repositories, to be filtered, and others', async () => {
    server.answer = send(
      docs(
        {
          allTitle: 'demo/hello',
          ir_description: 'says hello',
          publishedAbstract: 'unused',
          ir_automated: true,
          ir_official: false,
          ir_stars: 7,
          documentKind: 'ImageRepository',
        },
        { allTitle: 'demo/other', publishedAbstract: 'from the abstract', ir_official: true },
        { allTitle: 'bare' },
      ),
    );

    await expect(searchSolr('demo')).resolves.toEqual({
      kind: 'found',
      results: [
        {
          name: 'demo/hello',
          description: 'says hello',
          isTrusted: true,
          isOfficial: false,
          starCount: 7,
          isFiltered: true,
        },
        {
          name: 'demo/other',
          description: 'from the abstract',
          isTrusted: false,
          isOfficial: true,
          starCount: 0,
          isFiltered: false,
        },
        { name: 'bare', description: '', isTrusted: false, isOfficial: false, starCount: 0, isFiltered: false },
      ],
    });
  });

  it('finds certified software by its pull commands', async () => {
    server.answer = send(
      docs(
        {
          documentKind: 'CertifiedSoftware',
          allTitle: 'A product',
          publishedAbstract: 'certified',
          c_pull_command: [
            'docker pull registry.example.com/a',
            '  docker  pull  registry.example.com/b:1 ',
            'registry.example.com/c',
            'docker pull',
            7,
          ],
        },
        { documentKind: 'CertifiedSoftware', allTitle: 'No command' },
        { documentKind: 'CertifiedSoftware', c_pull_command: 'docker pull registry.example.com/docker pull' },
      ),
    );
    const outcome = await searchSolr('product');

    expect(outcome).toMatchObject({
      results: [
        { name: 'registry.example.com/a', description: 'certified', isFiltered: false },
        { name: 'registry.example.com/b:1' },
        { name: 'registry.example.com/c' },
        { name: 'registry.example.com/docker pull' },
      ],
    });
    expect(outcome).toHaveProperty('results.length', 4);
  });

  it('leaves out what cannot be read, field by field', async () => {
    server.answer = send(
      docs(
        null,
        'x',
        7,
        [],
        {},
        { allTitle: '' },
        { allTitle: ['x'] },
        {
          allTitle: '__proto__',
          ir_description: ['x'],
          ir_automated: 'true',
          ir_official: 1,
          ir_stars: '5',
        },
        { allTitle: 'half', ir_stars: 4.5 },
      ),
    );

    await expect(searchSolr('x')).resolves.toEqual({
      kind: 'found',
      results: [
        { name: '__proto__', description: '', isTrusted: false, isOfficial: false, starCount: 0, isFiltered: false },
        { name: 'half', description: '', isTrusted: false, isOfficial: false, starCount: 4, isFiltered: false },
      ],
    });
  });

  it.each(['', 'not json', 'null', '7', '{}', '{"response":null}', '{"response":{"docs":{}}}', '[]'])(
    'is 502 when it sends %j',
    async (body) => {
      server.answer = send(body);

      await expect(searchSolr('x')).resolves.toEqual({
        kind: 'failed',
        status: 502,
        reason: 'the search service sent something else than results',
      });
    },
  );
});
