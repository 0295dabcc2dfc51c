/** The raw requests that other tests are built on. */
import { request, requestFollowing } from './http';
import { startScriptedRegistry, type ScriptedRegistry } from './old-docker/scripted-registry';

const asWritten = '/v2/a%2Fb/../%2e%2e/x?n=%31&last=a%20b';
let registry: ScriptedRegistry;

beforeEach(async () => {
  registry = await startScriptedRegistry({
    [asWritten]: { headers: { 'Set-Cookie': ['a=1', 'b=2'] }, body: Buffer.from([0, 255]) },
    '/here': { status: 302, headers: { Location: 'there?x=1' } },
    '/there?x=1': { status: 307, headers: { Location: '/end' } },
    '/end': { body: 'end' },
  });
});
afterEach(() => registry.close());

describe('request', () => {
  it('sends path and header lines as they are, and gives all of the answer', async () => {
    const headers: [string, string][] = [
      ['accept', 'b/b'],
      ['Accept', 'a/a'],
      ['X-Odd', ' spaced  inside '],
    ];
    const answer = await request(registry.url, { path: asWritten, headers });
    expect(registry.received).toEqual([
      {
        method: 'GET',
        path: asWritten,
        headers: [
          ['Host', registry.host],
          ...headers.slice(0, 2),
          ['X-Odd', 'spaced  inside'],
          ['Connection', 'close'],
        ],
      },
    ]);
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'set-cookie': ['a=1', 'b=2'] },
      body: Buffer.from([0, 255]),
    });
    expect(answer.rawHeaders.filter((line) => line === 'Set-Cookie')).toHaveLength(2);
  });

  it('sends a body with its length, and a Host of the caller’s', async () => {
    await request(registry.url, { method: 'POST', path: '/end', headers: [['Host', 'example.com']], body: 'é' });
    const [{ method, headers } = { method: '', headers: [] }] = registry.received;
    expect(method).toBe('POST');
    expect(headers.slice(0, 2)).toEqual([
      ['Host', 'example.com'],
      ['Content-Length', '2'],
    ]);
  });

  it('follows nothing', async () => {
    expect(await request(registry.url, { path: '/here' })).toMatchObject({
      status: 302,
      headers: { location: 'there?x=1' },
    });
  });

  it('rejects when nobody listens', async () => {
    const gone = await startScriptedRegistry({});
    await gone.close();
    await expect(request(gone.url, { path: '/' })).rejects.toThrow('ECONNREFUSED');
  });
});

describe('requestFollowing', () => {
  it('follows to the end with the same headers, and says which way it went', async () => {
    const { answer, urls } = await requestFollowing(registry.url, { path: '/here', headers: [['Accept', 'a/a']] });
    expect(answer.body.toString()).toBe('end');
    expect(urls).toEqual(['/here', '/there?x=1', '/end'].map((path) => registry.url + path));
    expect(registry.received.map(({ headers }) => headers[1])).toEqual(Array(3).fill(['Accept', 'a/a']));
  });

  it('sends the first path undecoded too', async () => {
    const { urls } = await requestFollowing(registry.url, { path: asWritten });
    expect(urls).toEqual([registry.url + asWritten]);
    expect(registry.received.map(({ path }) => path)).toEqual([asWritten]);
  });
});
