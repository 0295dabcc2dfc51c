/** What the appliance is asked, and what is made of its answers. */
import { createSearch, type SearchOutcome } from '../../app/search/create-search';
import { patiently, send, startSearchServer, type SearchServer } from './search-server';

let server: SearchServer;
beforeEach(async () => {
  server = await startSearchServer();
});
afterEach(() => server.stop());

const searchGsa = async (query: string): Promise<SearchOutcome | undefined> =>
  createSearch({ gsaUrl: `${server.origin}/search?site=docker&q=old&client=a%20b` }, patiently)?.(query);

describe('the appliance', () => {
  const results = (...list: string[]): string =>
    `<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<GSP VER="3.2"><TM>0.03</TM><Q>x</Q>\n` +
    `<RES SN="1" EN="2"><M>2</M>${list.join('')}</RES></GSP>\n`;

  it('is asked with q added to its own query', async () => {
    server.answer = send(results());
    await searchGsa('a b&c=ü');

    expect(new URLSearchParams(server.requested[0]?.split('?')[1])).toEqual(
      new URLSearchParams([
        ['site', 'docker'],
        ['q', 'a b&c=ü'],
        ['client', 'a b'],
      ]),
    );
  });

  it('finds our own repositories, all to be filtered', async () => {
    server.answer = send(
      results(
        '<R N="1"><U>https://example.com/</U><FS NAME="date" VALUE=""/><MT N="portal_name" V="demo/hello"/>' +
          '<MT N="portal_short_description" V="Tom &amp; Jerry&#39;s &lt;b&gt; &#x1F600; &quot;&apos; &nbsp; &#x110000;"/><MT N="other" V="x"/></R>',
        '<R N="2"><MT N="portal_name" V="0123"/></R>',
        '<R N="3"><MT N="portal_short_description" V="nameless"/></R>',
        '<R N="4"><MT N="portal_name"/></R>',
        '<R N="5"><MT N="portal_name" V=""/></R>',
        '<R N="6">text</R><R N="7"/>',
      ),
    );
    const flags = { isTrusted: false, isOfficial: false, starCount: 0, isFiltered: true };

    await expect(searchGsa('x')).resolves.toEqual({
      kind: 'found',
      results: [
        { name: 'demo/hello', description: "Tom & Jerry's <b> \u{1F600} \"' &nbsp; &#x110000;", ...flags },
        { name: '0123', description: '', ...flags },
      ],
    });
  });

  it.each(['<GSP/>', '<GSP VER="3.2"><Q>x</Q></GSP>', '<GSP><RES/></GSP>', results()])(
    'finds nothing in %j',
    async (body) => {
      server.answer = send(body);

      await expect(searchGsa('x')).resolves.toEqual({ kind: 'found', results: [] });
    },
  );

  it('may answer in another encoding', async () => {
    const xml = `<?xml version='1.0' encoding='ISO-8859-1'?><GSP><RES><R><MT N="portal_name" V="größe"/></R></RES></GSP>`;
    server.answer = send(Buffer.from(xml, 'latin1'));

    await expect(searchGsa('x')).resolves.toMatchObject({ results: [{ name: 'größe' }] });
  });

  it('does not expand what a DOCTYPE defines', async () => {
    server.answer = send(
      '<!DOCTYPE GSP [<!ENTITY a "boom">]><GSP><RES><R><MT N="portal_name" V="x&a;"/></R></RES></GSP>',
    );

    await expect(searchGsa('x')).resolves.toMatchObject({ results: [{ name: 'x&a;' }] });
  });

  it.each([
    '',
    'not xml',
    '{"response":{"docs":[]}}',
    '<html></html>',
    '<GSP><RES>',
    '<GSP></RES></GSP>',
    '<GSP/><GSP/>',
    '<GSP><__proto__/></GSP>',
    '<?xml version="1.0" encoding="klingon"?><GSP/>',
    '<!DOCTYPE GSP [<!ENTITY a SYSTEM "file:///etc/passwd">]><GSP/>',
  ])('is 502 when it sends %j', async (body) => {
    server.answer = send(body);

    await expect(searchGsa('x')).resolves.toMatchObject({ kind: 'failed', status: 502 });
  });
});
