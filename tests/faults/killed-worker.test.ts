/** A worker is killed with SIGKILL while requests run: the others answer all of theirs, and its place is filled within two seconds. */
import { join } from 'node:path';
import { ownTimeOf } from '../support/own-time';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { startWorkers, type Workers } from '../support/workers';
import { portsOf } from './connection-owner';
import { SEEN_MS, timeUntilSeen } from './seen-in-time';
import { NAMES, Site } from './site';
import { SteadyRequests } from './steady-requests';
import { createVolume, type Volume } from './volume';

jest.setTimeout(120_000);

const NUMBERS = [1, 2, 3];
const CONNECTIONS = 24;

let workers: Workers | undefined;
let requests: SteadyRequests | undefined;
let volume: Volume | undefined;

afterEach(async () => {
  await requests?.stop();
  await workers?.stop();
  await volume?.remove();
  workers = requests = volume = undefined;
});

async function start(dataDir: string): Promise<{ site: Site; running: Workers; stream: SteadyRequests }> {
  const site = new Site(dataDir);
  workers = await startWorkers(NUMBERS.length, { general: { data_dir: dataDir } });
  requests = new SteadyRequests(workers.url, site.published, CONNECTIONS);
  await requests.untilLatest();
  return { site, running: workers, stream: requests };
}

/** The clients' ports of the connections that it had. */
function kill(running: Workers, number: number): { pid: number; ports: number[] } {
  const pid = running.pids().get(number) ?? 0;
  // Stopped first, so that it accepts no connection after they have been counted.
  process.kill(pid, 'SIGSTOP');
  const ports = portsOf(pid, running.port);
  process.kill(pid, 'SIGKILL');
  return { pid, ports };
}

const isReplaced = ({ pids }: Workers, number: number, pid: number): Promise<number> =>
  until('it is replaced', () => pids().get(number) !== pid, { timeoutMs: 60_000 });

it('only requests on its connections fail, once each, and the new one gives right answers', async () => {
  const { site, running, stream } = await start(join(createTemporaryDirectory(), 'data'));
  const connectionCounts: number[] = [];
  const replacedMs: number[] = [];
  for (const number of NUMBERS) {
    stream.wrong.length = 0;
    const { pid, ports } = kill(running, number);
    connectionCounts.push(ports.length);
    replacedMs.push(await ownTimeOf(() => isReplaced(running, number, pid)));
    expect(await timeUntilSeen([stream], () => NAMES.forEach((name) => site.publish(name)))).toBeLessThan(SEEN_MS);

    const failed = stream.wrong.map(({ port }) => port);
    expect(failed.filter((port) => !ports.includes(port))).toEqual([]);
    expect(new Set(failed).size).toBe(failed.length);
    const unexpected = stream.wrong.filter(({ what }) => !/ECONNRESET|EPIPE|socket hang up/.test(what));
    expect(unexpected).toEqual([]);
  }
  expect(median(replacedMs)).toBeLessThan(2000);
  // Somebody was served by those that were killed, or nothing was tested.
  expect(Math.max(...connectionCounts)).toBeGreaterThan(0);

  stream.wrong.length = 0;
  expect(await stream.stop()).toEqual([]);
  for (const number of NUMBERS) {
    for (const path of site.published.paths.filter((each) => each.endsWith('/tags/list'))) {
      // The one that came last may have had no connection of those that have seen it.
      await until(`worker ${number} answers the last version of ${path}`, async () => {
        const { status, body } = await running.ask(number, path);
        return site.published.isLatest(path, `${status} ${body}`);
      });
    }
  }
});

it('while the data directory is unmounted: the new one does not answer before it knows as much as the others', async () => {
  volume = createVolume();
  const { site, running, stream } = await start(volume.path);
  await volume.detach();
  const { pid, ports } = kill(running, 1);
  const foundNothing = (): boolean =>
    running.lines().some(({ message, state }) => state === 'emptied' && String(message).includes('stays in service'));
  await until('the others have noticed', foundNothing);
  await stream.more(1000);
  expect(running.pids().get(1)).toBe(pid);

  volume.attach();
  await isReplaced(running, 1, pid);
  expect(await timeUntilSeen([stream], () => NAMES.forEach((name) => site.publish(name)))).toBeLessThan(SEEN_MS);
  await stream.more(300);
  expect(stream.wrong.filter(({ port }) => !ports.includes(port))).toEqual([]);
});

const median = (times: number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? Infinity;
