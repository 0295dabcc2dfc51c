/** What the emulated old dockers say of themselves in a v1 pull when they have no credentials. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createV1Images } from '../../../scripts/lab/v1-image';
import { createCertificate } from '../certificate';
import { announcedPing, answerJson, scriptV1 } from './content-scripts';
import type { Era } from './eras';
import { createOldDocker } from './old-docker';
import { tryPull } from './pull-outcome';
import { linesOf, startScriptedRegistry, type ReceivedRequest, type Script } from './scripted-registry';

const images = createV1Images();
const top = images[0]?.id ?? '';
const unknown = answerJson({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: {} }] }, 404);
const v1Only: Script = { ...announcedPing, '/v2/solo/manifests/x': unknown, ...scriptV1('solo', { x: images }) };
let tls: { cert: Buffer; key: Buffer };

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-old-docker-'));
  const { certificateFile, keyFile } = await createCertificate(folder);
  tls = { cert: await readFile(certificateFile), key: await readFile(keyFile) };
  await rm(folder, { recursive: true });
});

const isV1 = ({ path }: ReceivedRequest): boolean => path.startsWith('/v1/');

describe('an anonymous v1 pull', () => {
  const tokens: [Era, string | undefined, string | undefined, string[]][] = [
    ['1.5-1.7', '1.5.0', undefined, ['Token']],
    ['1.5-1.7', '1.6.2', undefined, ['Token']],
    ['1.5-1.7', '1.7.1', undefined, []],
    ['1.8-1.9', undefined, undefined, []],
    ['1.10-17.11', undefined, undefined, []],
    ['1.5-1.7', '1.6.2', 'signature=s,access=read', ['Token signature=s,access=read']],
    ['1.8-1.9', undefined, 'signature=s,access=read', ['Token signature=s,access=read']],
    ['1.10-17.11', undefined, 'signature=s,access=read', ['Token signature=s,access=read']],
  ];
  it.each(tokens)(
    '%s, version %s, given the token %s, sends %j from step 3 on',
    async (era, version, token, expected) => {
      const given = {
        '/v1/repositories/solo/images': { headers: { ...(token && { 'X-Docker-Token': token }) }, body: '[]' },
      };
      const trial = { era, name: 'solo', tag: 'x', ...(version && { version }) };
      const { received } = await tryPull({ ...v1Only, ...given }, trial);
      const [second, ...later] = received
        .filter(isV1)
        .map((request) => linesOf(request, 'Authorization').map((line) => line.trim()));
      expect(second).toEqual([]);
      for (const lines of later) expect(lines).toEqual(expected);
    },
  );

  it('does not carry its token to where it is redirected', async () => {
    const script: Script = {
      ...v1Only,
      [`/v1/images/${top}/layer`]: { status: 302, headers: { Location: '/storage' } },
      '/storage': { body: images[0]?.layer ?? '' },
    };
    const { received } = await tryPull(script, { era: '1.5-1.7', name: 'solo', tag: 'x' });
    const [storage] = received.filter(({ path }) => path === '/storage');
    expect(storage && linesOf(storage, 'Authorization')).toEqual([]);
    expect(storage && linesOf(storage, 'User-Agent')).toEqual([expect.stringContaining('docker/1.6.2')]);
  });

  const overHttps: [Era, string, string[]][] = [
    ['1.5-1.7', '1.6.2', []],
    ['1.8-1.9', '1.9.1', []],
    ['1.10-17.11', '1.10.3', []],
    ['1.10-17.11', '1.11.2', ['Basic Og==']],
    ['1.10-17.11', '17.03.2-ce', ['Basic Og==']],
  ];
  it.each(overHttps)(
    'over https: %s, version %s, sends %j, and pings v1 when it does',
    async (era, version, expected) => {
      const registry = await startScriptedRegistry(v1Only, tls);
      const outcome = await createOldDocker({ era, version, registry: registry.url }).pull('solo', 'x');
      await registry.close();
      expect(outcome.protocol).toBe('v1');
      const [first, ...others] = registry.received.filter(isV1);
      expect(first?.path === '/v1/_ping').toBe(expected.length > 0);
      for (const request of others) expect(linesOf(request, 'Authorization')).toEqual(expected);
    },
  );
});
