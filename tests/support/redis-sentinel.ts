/**
 * A Redis master with one replica, and sentinels that watch over them: all on free loopback ports. Ready means that every
 * sentinel knows the other sentinels, and the replica as one that could take over.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from './ports';
import { runRedisCli, startRedis, type RedisServer } from './redis';
import { startService, type Service } from './service';
import { until } from './until';

export interface RedisSentinel {
  /** As they were at the start. */
  readonly master: RedisServer;
  readonly replica: RedisServer;
  readonly ports: readonly number[];
  readonly masterName: string;
  /** redis-sentinel://[:password]@127.0.0.1:port,…/<masterName>; the password is that of the master. */
  readonly url: string;
  /** The port of the master, as the first sentinel sees it. */
  findMasterPort(): Promise<number>;
  /** The sentinels swap the two, and both stay. Resolves when the replica is the master. */
  failover(): Promise<void>;
  /** The same by SIGKILL: then the sentinels find out by themselves. */
  killMaster(): Promise<void>;
  stop(): Promise<void>;
}

const masterName = 'davit-master';
/** The sentinels look for a replica that heard of its master within ten times that; a master that is only held up is not given up. */
const downAfterMs = 2000;
/** Sentinels that could not agree on one of them try again after twice that. */
const failoverTimeoutMs = 5000;
const FAILED_OVER_AT_LAST_MS = 60_000;

/** The password is that of the two servers; the sentinels have none. */
export async function startSentinel({ sentinels = 1, password = '' } = {}): Promise<RedisSentinel> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-sentinel-'));
  const ended: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of ended.splice(0).reverse()) await end();
  };
  try {
    const secret = password === '' ? {} : { password };
    const args = ['--repl-diskless-sync-delay', '0', ...(password === '' ? [] : ['--masterauth', password])];
    const master = await startRedis({ ...secret, args });
    ended.push(() => master.stop());
    const replica = await startRedis({ ...secret, args: [...args, '--replicaof', '127.0.0.1', String(master.port)] });
    ended.push(() => replica.stop());
    const isInStep = async (): Promise<boolean> =>
      (await replica.run('INFO', 'replication')).includes('master_link_status:up');
    await until('the replica has the data of its master', isInStep, { timeoutMs: 60_000 });
    const ports: number[] = [];
    for (let n = 0; n < sentinels; n += 1) {
      const port = await findFreePort();
      const service = await startOne(folder, port, { master, password, quorum: Math.floor(sentinels / 2) + 1 });
      ports.push(port);
      ended.push(() => service.stop());
    }
    const run = (port: number, ...command: string[]): Promise<string> =>
      runRedisCli(['-p', String(port), 'SENTINEL', ...command]);
    const knowsAll = async (port: number): Promise<boolean> => {
      const seen = (await run(port, 'MASTER', masterName)).split('\n');
      const count = (name: string): number => Number(seen[seen.indexOf(name) + 1]);
      // Until it has heard from the replica itself, it would not make it a master.
      const isReplicaGood = (await run(port, 'REPLICAS', masterName)).includes('master-link-status\nok');
      return isReplicaGood && count('num-slaves') === 1 && count('num-other-sentinels') === sentinels - 1;
    };
    const isWhole = async (): Promise<boolean> => (await Promise.all(ports.map(knowsAll))).every(Boolean);
    await until('every sentinel knows the replica and the others', isWhole, { timeoutMs: 60_000 });

    const findMasterPort = async (): Promise<number> => {
      const [, port] = (await run(ports[0] ?? 0, 'GET-MASTER-ADDR-BY-NAME', masterName)).split('\n');
      return Number(port);
    };
    const awaitFailover = async (): Promise<void> => {
      await until('the replica is the master', async () => (await findMasterPort()) === replica.port, {
        timeoutMs: FAILED_OVER_AT_LAST_MS,
      });
    };
    const credentials = password === '' ? '' : `:${encodeURIComponent(password)}@`;
    return {
      ...{ master, replica, ports, masterName, findMasterPort, stop },
      url: `redis-sentinel://${credentials}${ports.map((port) => `127.0.0.1:${port}`).join(',')}/${masterName}`,
      async failover() {
        // Refused, for as long as the sentinel has not heard from the replica for a moment.
        const isTaken = async (): Promise<boolean> =>
          (await findMasterPort()) === replica.port || (await succeeds(run(ports[0] ?? 0, 'FAILOVER', masterName)));
        await until('the sentinel takes the order', isTaken);
        await awaitFailover();
      },
      async killMaster() {
        await master.kill();
        await awaitFailover();
      },
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

const succeeds = (answer: Promise<unknown>): Promise<boolean> =>
  answer.then(
    () => true,
    () => false,
  );

interface Watched {
  master: RedisServer;
  password: string;
  quorum: number;
}

/** A sentinel writes what it learns into its own configuration file. */
async function startOne(folder: string, port: number, { master, password, quorum }: Watched): Promise<Service> {
  const file = join(folder, `${port}.conf`);
  const lines = [
    ...['bind 127.0.0.1', `port ${port}`, `dir ${folder}`],
    `sentinel monitor ${masterName} 127.0.0.1 ${master.port} ${quorum}`,
    `sentinel down-after-milliseconds ${masterName} ${downAfterMs}`,
    `sentinel failover-timeout ${masterName} ${failoverTimeoutMs}`,
    ...(password === '' ? [] : [`sentinel auth-pass ${masterName} ${password}`]),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return startService({
    name: 'Sentinel',
    command: 'redis-server',
    args: [file, '--sentinel'],
    isReady: (output) => output.includes('+monitor'),
  });
}
