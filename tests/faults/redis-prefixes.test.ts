/** Two deployments in one Redis, under different prefixes and with the same names: neither sees anything of the other. */
import { until } from '../support/until';
import { countCurrent } from './redis-programs';
import { deploy, startServer, stopStreams, untilLatest, untilReading } from './redis-deployment';
import { NAMES } from './site';

jest.setTimeout(180_000);

it('with requests running on both, while both publish, and when the keys of one are taken away', async () => {
  const server = await startServer();
  const first = await deploy({ redis: { url: server.url, prefix: 'davit' } });
  const second = await deploy({ redis: { url: server.url, prefix: 'davit2' } });
  const deployments = [first, second];
  // The answers of their versions are told apart by this.
  NAMES.forEach((name) => first.site.publish(name));
  await untilLatest(first.fronts);
  for (const { stream } of second.fronts) await stream.more(150);
  for (let round = 0; round < 3; round++) {
    for (const { site } of deployments) NAMES.forEach((name) => site.publish(name));
    for (const { fronts } of deployments) await untilLatest(fronts);
  }
  for (const { judge } of second.fronts) judge.excuse('everything');
  const before = countCurrent(second.writer);
  await server.run('EVAL', "for _, key in ipairs(redis.call('KEYS', 'davit2:*')) do redis.call('DEL', key) end", '0');
  for (const { stream } of first.fronts) await stream.more(150);
  // The fronts look twice a second, and may see nothing of it; its writer counts what it has written.
  await until('it is written again', () => countCurrent(second.writer) > before);
  for (const { stream } of second.fronts) stream.forget();
  for (const front of second.fronts) await untilReading(front, 'ok');
  for (const { fronts } of deployments) await untilLatest(fronts);
  for (const { judge } of second.fronts) judge.excuse('nothing');
  for (const { fronts } of deployments) expect(await stopStreams(fronts)).toEqual([]);
});
