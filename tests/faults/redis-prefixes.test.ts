/** Two deployments in one Redis, under different prefixes and with the same names: neither sees anything of the other. */
import { startRedis, type RedisServer } from '../support/redis';
import { deploy, stopStreams, untilLatest, untilReading, type Deployment } from './redis-deployment';
import { NAMES } from './site';

jest.setTimeout(60_000);

let redis: RedisServer | undefined;
const deployments: Deployment[] = [];
afterEach(async () => {
  for (const { stop } of deployments.splice(0)) await stop();
  await redis?.stop();
  redis = undefined;
});

it('with requests running on both, while both publish, and when the keys of one are taken away', async () => {
  const server = (redis = await startRedis());
  for (const prefix of ['davit', 'davit2']) {
    deployments.push(await deploy({ redis: { url: server.url, prefix } }));
  }
  const [first, second] = deployments as [Deployment, Deployment];
  // The answers of their versions are told apart by this.
  NAMES.forEach((name) => first.site.publish(name));
  await untilLatest(first.fronts);
  for (const { stream } of second.fronts) await stream.more(300);
  for (let round = 0; round < 3; round++) {
    for (const { site } of deployments) NAMES.forEach((name) => site.publish(name));
    for (const { fronts } of deployments) await untilLatest(fronts);
  }
  for (const { judge } of second.fronts) judge.excuse('everything');
  await server.run('EVAL', "for _, key in ipairs(redis.call('KEYS', 'davit2:*')) do redis.call('DEL', key) end", '0');
  for (const front of second.fronts) await untilReading(front, 'filling');
  for (const { stream } of first.fronts) await stream.more(300);
  for (const front of second.fronts) await untilReading(front, 'ok');
  for (const { judge } of second.fronts) judge.excuse('nothing');
  for (const { fronts } of deployments) await untilLatest(fronts);
  for (const { fronts } of deployments) expect(await stopStreams(fronts)).toEqual([]);
});
