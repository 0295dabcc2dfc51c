/** What the emulated old dockers send after a login. */
import { readFile } from 'node:fs/promises';
import { createV1Images } from '../../../scripts/lab/v1-image';
import { createSchema1Image } from '../../../scripts/lab/schema1';
import { createCertificate } from '../certificate';
import { createTemporaryDirectory } from '../temporary-directory';
import { announcedPing, answerJson, scriptV1, scriptV2, versionHeader } from './content-scripts';
import type { Era } from './eras';
import { createOldDocker } from './old-docker';
import { linesOf, startScriptedRegistry, type ReceivedRequest, type Script } from './scripted-registry';

const login = { user: 'ann', password: 'secret' };
const basic = 'Basic YW5uOnNlY3JldA==';
const images = createV1Images();
const unknown = answerJson({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: {} }] }, 404);
const given = { '/v1/repositories/solo/images': { headers: { 'X-Docker-Token': 'signature=s' }, body: '[]' } };
const v1Only: Script = {
  ...announcedPing,
  '/v2/solo/manifests/x': unknown,
  ...scriptV1('solo', { x: images }),
  ...given,
};

let tls: { cert: Buffer; key: Buffer };
beforeAll(async () => {
  const { certificateFile, keyFile } = await createCertificate(createTemporaryDirectory());
  tls = { cert: await readFile(certificateFile), key: await readFile(keyFile) };
});

const ERAS: Era[] = ['1.5-1.7', '1.8-1.9', '1.10-17.11'];
const authorizationOf = (request: ReceivedRequest): string | undefined => linesOf(request, 'Authorization')[0];

it.each<[scheme: string, version: string, era: Era, later: string]>([
  ['http', '1.6.2', '1.5-1.7', 'Token signature=s'],
  ['http', '1.9.1', '1.8-1.9', 'Token signature=s'],
  ['http', '17.03.2-ce', '1.10-17.11', 'Token signature=s'],
  ['https', '1.6.2', '1.5-1.7', 'Token signature=s'],
  ['https', '1.10.3', '1.10-17.11', 'Token signature=s'],
  ['https', '1.11.2', '1.10-17.11', basic],
  ['https', '17.03.2-ce', '1.10-17.11', basic],
])('v1 over %s: docker %s sends Basic once or always', async (scheme, version, era, later) => {
  const registry = await startScriptedRegistry(v1Only, scheme === 'https' ? tls : undefined);
  await createOldDocker({ era, version, registry: registry.url, login }).pull('solo', 'x');
  await registry.close();
  const [second, ...others] = registry.received.filter(({ path }) => /^\/v1\/(?!_ping)/.test(path));
  expect(second && authorizationOf(second)).toBe(basic);
  for (const request of others) expect(authorizationOf(request)).toBe(later);
});

describe.each(ERAS)('v2, docker %s', (era) => {
  const content = scriptV2('a/b', { x: createSchema1Image({ name: 'a/b', tag: 'x' }) });
  const token = '/token?service=s&scope=repository%3Aa%2Fb%3Apull';
  const pull = async (challenge: string, isAnonymous = false): Promise<ReceivedRequest[]> => {
    const ping = { status: 401, headers: { ...versionHeader, 'WWW-Authenticate': challenge } };
    const answer = answerJson({ token: 't' });
    const script = { ...content, '/v2/': ping, [token]: answer, [`${token}&account=ann`]: answer };
    const registry = await startScriptedRegistry(script);
    await createOldDocker({ era, registry: registry.url, ...(!isAnonymous && { login }) }).pull('a/b', 'x');
    await registry.close();
    return registry.received.slice(1);
  };

  it.each([
    ['with a user', false, `${token}&account=ann`, basic],
    ['without', true, token, undefined],
  ])('gets a token %s, and shows it from then on', async (_who, isAnonymous, path, shown) => {
    const [first, ...others] = await pull('Bearer realm="/token",service="s"', isAnonymous);
    expect(first && [first.path, authorizationOf(first)]).toEqual([path, shown]);
    for (const request of others) expect(authorizationOf(request)).toBe('Bearer t');
  });

  it('shows Basic where that is asked for', async () => {
    for (const request of await pull('Basic realm="r"')) expect(authorizationOf(request)).toBe(basic);
  });
});
