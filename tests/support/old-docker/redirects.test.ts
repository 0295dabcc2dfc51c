/** How the emulated old dockers follow redirects. */
import { createSchema2Image } from '../../../scripts/lab/image';
import { createSchema1Image } from '../../../scripts/lab/schema1';
import { announcedPing, scriptV2 } from './content-scripts';
import { schema2Type } from './eras';
import { tryPull } from './pull-outcome';
import { linesOf, startScriptedRegistry, type Script } from './scripted-registry';

const modern = { era: '1.10-17.11', name: 'team/app', tag: 'x' } as const;
const schema1 = createSchema1Image({ name: 'team/app', tag: 'x' });
const schema2 = createSchema2Image();
const [config, layer] = schema2.blobs.map(({ digest }) => `/v2/team/app/blobs/${digest}`) as [string, string];

describe('redirects to storage', () => {
  const statuses = [301, 302, 303, 307, 308];
  const storageScript: Script = {
    '/m': { headers: { 'Content-Type': schema2Type }, body: schema2.bytes },
    '/c': { body: schema2.blobs[0]?.bytes ?? '' },
    '/l': { body: schema2.blobs[1]?.bytes ?? '' },
  };
  const redirectAll = (status: number, to: string): Script => ({
    ...announcedPing,
    '/v2/team/app/manifests/x': { status, headers: { Location: `${to}/m` } },
    [config]: { status, headers: { Location: `${to}/c` } },
    [layer]: { status, headers: { Location: `${to}/l` } },
  });

  it.each(statuses)(
    '%d, absolute to another host: all of it is listed, with the headers of the first',
    async (status) => {
      const storage = await startScriptedRegistry(storageScript);
      const result = await tryPull(redirectAll(status, storage.url), modern);
      await storage.close();
      expect(result.requests.slice(1)).toEqual([
        ...[`GET /v2/team/app/manifests/x ${status}`, `GET ${storage.url}/m 200`],
        ...[
          `GET ${config} ${status}`,
          `GET ${storage.url}/c 200`,
          `GET ${layer} ${status}`,
          `GET ${storage.url}/l 200`,
        ],
      ]);
      expect(storage.received.map((request) => linesOf(request, 'Accept').length)).toEqual([4, 0, 0]);
    },
  );

  it.each(statuses)('%d, relative', async (status) => {
    expect((await tryPull({ ...redirectAll(status, ''), ...storageScript }, modern)).word).toBe('v2');
  });

  it('1.8-1.9: a HEAD stays a HEAD, also after a 303', async () => {
    const blob = schema1.blobs[0];
    const redirect = { [`/v2/team/app/blobs/${blob?.digest ?? ''}`]: { status: 303, headers: { Location: '/b' } } };
    const script = {
      ...announcedPing,
      ...scriptV2('team/app', { x: schema1 }),
      ...redirect,
      '/b': { body: blob?.bytes ?? '' },
    };
    const { requests } = await tryPull(script, { ...modern, era: '1.8-1.9' });
    expect(requests.filter((request) => request.includes(' /b '))).toEqual(['HEAD /b 200', 'GET /b 200']);
  });

  it('a host that only the test knows is asked through fetchStorage', async () => {
    const result = await tryPull(redirectAll(302, 'http://static.example.com'), {
      ...modern,
      fetchStorage: ({ pathname }) => {
        const { headers, body = '' } = storageScript[pathname] ?? {};
        const type = { 'content-type': String(headers?.['Content-Type'] ?? '') };
        return Promise.resolve({ status: 200, headers: type, rawHeaders: [], body: Buffer.from(body) });
      },
    });
    expect(result.word).toBe('v2');
    expect(result.requests).toContain('GET http://static.example.com/l 200');
  });
});
