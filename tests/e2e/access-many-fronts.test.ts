/** Access control with several fronts that have nothing in common but a Redis: what one has issued the others accept. */
import { startDavit, type CraneConf, type Davit } from '../support/davit';
import * as site from '../support/guarded-site';
import { request } from '../support/http';
import { startRedis, type RedisServer } from '../support/redis';
import { saidOf } from '../support/log-lines';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

const { ALICE, CLOSED, basicOf } = site;
const REFUSED = 'Redis refuses the signing key; other processes may refuse what this one signs';
const TAGS = `/v2/${CLOSED}/tags/list`;

let redis: RedisServer;
let alone: CraneConf = {};
const davits: Davit[] = [];
beforeAll(async () => {
  redis = await startRedis();
  const folder = createTemporaryDirectory();
  const { config } = await site.publishGuardedTree(folder);
  const { htpasswd = '' } = site.writePasswords(folder);
  const shared = { auth: { htpasswd }, redis: { url: redis.url } };
  alone = { ...config, ...shared };
  davits.push(await startDavit({ config: alone }));
  // Without a data directory: all that they know is from Redis.
  for (let count = 0; count < 2; count++) davits.push(await startDavit({ config: shared }));
});
afterAll(async () => {
  await Promise.all(davits.map((davit) => davit.stop()));
  await redis.stop();
});

const fetchKeys = async ({ url }: Davit): Promise<string> =>
  (await request(url, { path: '/.well-known/jwks.json' })).body.toString();

it('tokens of each are good at all of them', async () => {
  await until('they have one key to sign by', async () => {
    const keys = await Promise.all(davits.map(fetchKeys));
    return new Set(keys.map((text) => (JSON.parse(text) as { keys: { kid: string }[] }).keys[0]?.kid)).size === 1;
  });
  for (const issuer of davits) {
    const path = `/token?service=davit&scope=repository:${CLOSED}:pull`;
    const { body } = await request(issuer.url, { path, headers: [basicOf(ALICE)] });
    const { token } = JSON.parse(body.toString()) as { token: string };
    const headers: [string, string][] = [['Authorization', `Bearer ${token}`]];
    for (const { url } of davits) expect((await request(url, { path: TAGS, headers })).status).toBe(200);
  }
});

it('what is closed is closed at all of them', async () => {
  for (const { url } of davits) expect((await request(url, { path: TAGS })).status).toBe(401);
});

it('the log says when a user of Redis may not write the key, and when he may', async () => {
  await redis.run('ACL', 'SETUSER', 'reader', 'on', '>p', '~*', '&*', '+@all', '-set');
  const url = redis.url.replace('//', '//reader:p@');
  const davit = await startDavit({ config: { ...alone, redis: { url, prefix: 'apart' } } });
  davits.push(davit);
  const refusals = (): unknown[] => saidOf(davit, REFUSED).map(({ reason }) => reason);
  await until('it is told', () => refusals().length > 0);
  expect(refusals()).toEqual(['the Redis user may not do this: its ACL rules lack a command or a key']);

  await redis.run('ACL', 'SETUSER', 'reader', '+set');
  await until('it is told', () => saidOf(davit, 'the signing key is in Redis again').length > 0, { timeoutMs: 30_000 });
  expect(await redis.run('EXISTS', 'apart:1:{shared}:signing-key')).toBe('1');
});
