/** `/crane/…` and `/metrics`: what operators see, and who is one. */
import { ask, jsonAnswer, specError } from './answers';
import { imageIdOf, repositories } from './repositories';
import { serveFront, ways, withFront, type ServedFront } from './ways';

const PAGES = ['/crane/repositories', '/crane/repositories/v1', '/crane/repositories/v2'];

describe.each(ways)('$title', (way) => {
  describe('to an operator', () => {
    let front: ServedFront;
    beforeAll(async () => {
      front = await serveFront(way, {
        files: [
          ...repositories,
          { version: 2, 'repo-registry-id': 'odd', url: "https://static.example.com/<b>'&amp;/" },
          { version: 1, 'repo-registry-id': 'odd', url: "https://static.example.com/'&/", images: [], tags: {} },
        ],
        status: {
          directory: { state: 'emptied', reason: 'holds <no> file', since: new Date(0) },
          problems: [{ file: '<script>.json', pointer: '/"url"', message: "is 'bad' & worse", severity: 'error' }],
        },
      });
    });
    afterAll(() => front.stop());

    it.each(['/crane/repositories', '/crane/repositories/v1'])('%s lists v1 as Crane does', async (path) => {
      const { status, headers, body } = await ask(front.url, path, { Accept: 'application/json' });
      expect([status, headers['content-type']]).toEqual([200, 'application/json']);
      const listed = JSON.parse(body) as Record<string, unknown>;
      expect(Object.keys(listed)).toEqual([
        'demo/v1',
        'demo/v1-in-five',
        'demo/v1-in-four',
        'library/own',
        'odd',
        'secret/five',
        'secret/v1',
        'solo',
      ]);
      expect(JSON.stringify(listed['secret/v1'])).toBe(
        `{"image_ids":["${imageIdOf('5')}","${imageIdOf('e')}"],` +
          `"tags":{"__proto__":"${imageIdOf('e')}","latest":"${imageIdOf('5')}"},"protected":true}`,
      );
      expect(listed['odd']).toEqual({ image_ids: [], tags: {}, protected: false });
    });

    it('/crane/repositories/v2 lists v2 as Crane does', async () => {
      const { body } = await ask(front.url, '/crane/repositories/v2', { Accept: 'text/html, application/json;q=0.5' });
      const listed = JSON.parse(body) as Record<string, unknown>;
      expect(listed).toMatchObject({ solo: { protected: false }, 'secret/text': { protected: true } });
      expect(Object.keys(listed)).toEqual(Object.keys(listed).sort());
      expect(Object.keys(listed)).toHaveLength(15);
    });

    it.each(PAGES)('%s is a page in which everything is escaped', async (path) => {
      const { status, headers, body } = await ask(front.url, path);
      expect({ status, headers }).toEqual({
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8', 'content-length': String(Buffer.byteLength(body)) },
      });
      expect(body).toContain('The data directory is emptied: holds &lt;no&gt; file');
      expect(body).toContain('&lt;script&gt;.json: /&quot;url&quot;: is &#39;bad&#39; &amp; worse');
      expect(body).toContain('https://static.example.com/'.concat(path.endsWith('v2') ? '%3Cb%3E' : '', '&#39;&amp;'));
      expect(body).toContain('<td>secret/five</td><td>yes</td>');
      expect(body).not.toMatch(/<script|<no>|<b>/);
    });

    it('/metrics are counted by rule', async () => {
      await ask(front.url, '/v2/demo/five/manifests/nowhere');
      await ask(front.url, '/v2/no/such/manifests/x');
      const { status, headers, body } = await ask(front.url, '/metrics');
      expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
      for (const line of [
        'davit_answers_total{rule="7b"} 1',
        'davit_answers_total{rule="1"} 1',
        'davit_loaded 1',
        `davit_redirect_files ${repositories.length + 2}`,
        'davit_redirect_file_problems 1',
        'davit_data_directory_state{state="emptied"} 1',
        'davit_data_directory_state{state="ok"} 0',
      ]) {
        expect(body).toContain(`\n${line}\n`);
      }
    });

    it('does not know other pages', async () => {
      expect(await ask(front.url, '/crane/other')).toEqual(
        jsonAnswer(404, specError('UNSUPPORTED', 'the registry does not serve this path', { Path: '/crane/other' })),
      );
      expect(await ask(front.url, '/crane/repositories', {}, { method: 'POST' })).toMatchObject({ status: 405 });
    });
  });

  describe('who is an operator', () => {
    interface Case {
      title: string;
      operators?: string[];
      trustedProxies?: string[];
      headers?: Record<string, string>;
      isOperator: boolean;
    }
    const proxied = { operators: ['10.0.0.0/8', '2001:db8::/32'], trustedProxies: ['127.0.0.0/8', '192.0.2.0/24'] };
    const forwardedFor = (addresses: string) => ({ headers: { 'X-Forwarded-For': addresses } });

    it.each<Case>([
      { title: 'loopback, by default', isOperator: true },
      { title: 'nobody, when there are none', operators: [], isOperator: false },
      { title: 'not loopback, when others are', operators: ['10.0.0.0/8'], isOperator: false },
      { title: 'nobody behind an unknown proxy', ...forwardedFor('127.0.0.1'), isOperator: false },
      { title: 'nobody with an empty header', ...forwardedFor(''), isOperator: false },
      { title: 'nobody with Forwarded', headers: { Forwarded: 'for=127.0.0.1' }, isOperator: false },
      { title: 'a client of a trusted proxy', ...proxied, ...forwardedFor('10.1.2.3'), isOperator: true },
      { title: 'one with IPv6', ...proxied, ...forwardedFor('2001:db8::7'), isOperator: true },
      { title: 'one with IPv4 as IPv6', ...proxied, ...forwardedFor('::ffff:10.1.2.3'), isOperator: true },
      { title: 'one behind two trusted proxies', ...proxied, ...forwardedFor('10.1.2.3,192.0.2.9'), isOperator: true },
      { title: 'one who claims to be another', ...proxied, ...forwardedFor('8.8.8.8, 10.1.2.3'), isOperator: true },
      { title: 'no other client', ...proxied, ...forwardedFor('203.0.113.5'), isOperator: false },
      { title: 'no client who claims to be one', ...proxied, ...forwardedFor('10.1.2.3, 8.8.8.8'), isOperator: false },
      { title: 'not the proxy itself', ...proxied, isOperator: false },
      { title: 'nobody with Forwarded alone', ...proxied, headers: { Forwarded: 'for=10.1.2.3' }, isOperator: false },
      { title: 'nobody with nonsense', ...proxied, ...forwardedFor('10.1.2.3:80, unknown'), isOperator: false },
      {
        title: 'a trusted proxy that asks for itself',
        operators: ['127.0.0.1/32'],
        trustedProxies: ['127.0.0.1/32'],
        ...forwardedFor('127.0.0.1'),
        isOperator: true,
      },
    ])('$title', async ({ operators, trustedProxies, headers, isOperator }) => {
      const server = { ...(operators && { operators }), ...(trustedProxies && { trustedProxies }) };
      await withFront(way, { files: repositories, config: { server } }, async ({ url }) => {
        for (const path of [...PAGES, '/metrics']) {
          const answer = await ask(url, path, headers);
          expect(answer.status).toBe(isOperator ? 200 : 403);
          expect(answer.headers['content-type'] === 'application/json').toBe(!isOperator);
        }
      });
    });

    it('no way of writing a path leads around that', async () => {
      const paths = [
        ...['/CRANE/repositories', '/Crane/Repositories/V2', '/crane/Repositories', '/METRICS', '/Metrics/'],
        ...['//crane/repositories', '/crane//repositories', '/./crane/repositories', '/x/../crane/repositories'],
        ...['/%63rane/repositories', '/crane%2Frepositories', '/crane/repositories/', '/crane/repositories/v2/'],
        ...['/metrics/', '/metrics?x', '/%6Detrics', '/crane', '/crane/repositories?x=/v2/'],
        ...['http://example.com/crane/repositories', 'http://example.com/CRANE/repositories', 'http://x/metrics'],
      ];
      await withFront(way, { files: repositories, config: { server: { operators: [] } } }, async ({ url }) => {
        for (const path of paths) {
          const { status, body } = await ask(url, path, { Accept: 'application/json' });
          expect([path, [403, 404].includes(status), body.includes('secret/')]).toEqual([path, true, false]);
        }
      });
    });
  });
});
