/** Connecting to one real server, and what becomes of commands when it goes away. */
import { readFileSync } from 'node:fs';
import nodeTls, { type ConnectionOptions, type TLSSocket } from 'node:tls';
import { bestRound } from '../../support/best-round';
import { createCertificate } from '../../support/certificate';
import { startRedis, type RedisServer, type RedisServerOptions } from '../../support/redis';
import { createTemporaryDirectory } from '../../support/temporary-directory';
import { until } from '../../support/until';
import { awaitConnection, connectTo, endLater, faultOf } from './clients';

/** After a loss it is back so soon, once the server is. */
const BACK_MS = 2000;
/** For what is about answers that do not come: soon, but not so soon that one that comes late is taken for one of them. */
const IMPATIENT_MS = 1000;

afterEach(() => jest.restoreAllMocks());

async function start(options?: RedisServerOptions): Promise<RedisServer> {
  const redis = await startRedis(options);
  endLater(() => redis.stop());
  return redis;
}

describe('connectRedis', () => {
  it('answers, under its name, in the database of the URL', async () => {
    const redis = await start();
    const { client, faults } = connectTo(`${redis.url}/3`, {}, { isAutoPipelined: true });
    await awaitConnection(client);
    expect(await Promise.all([client.set('a', '1'), client.get('a')])).toEqual(['OK', '1']);
    expect(await redis.run('-n', '3', 'GET', 'a')).toBe('1');
    expect(await redis.run('CLIENT', 'LIST')).toContain(' name=davit ');
    expect(faults).toEqual([]);
  });

  it('refuses commands at once while there is no connection', async () => {
    const redis = await start();
    const { client, faults } = connectTo(redis.url);
    expect(await faultOf(client.ping())).toBe('there is no connection to Redis');
    await awaitConnection(client);
    await redis.kill();
    const refused = `Redis refuses the connection: nothing listens there (127.0.0.1:${redis.port})`;
    await until('the fault is told', () => faults.includes(refused));
    expect(await faultOf(client.ping())).toBe('there is no connection to Redis');
  });

  it('is back within two seconds of a server that was killed, however long it was away', async () => {
    const redis = await start();
    const { client, faults } = connectTo(redis.url);
    await awaitConnection(client);
    const backMs = await bestRound(BACK_MS, async () => {
      faults.length = 0;
      await redis.kill();
      // By then the delays have grown to their bound.
      await until('it has tried often', () => faults.length > 12);
      await redis.restart();
      return awaitConnection(client);
    });
    expect(backMs).toBeLessThan(BACK_MS);
    expect(await client.set('a', '1')).toBe('OK');
  });

  it('sends a command once: what was not answered is refused', async () => {
    const redis = await start();
    const { client } = connectTo(redis.url);
    await awaitConnection(client);
    redis.pause();
    const added = faultOf(client.incr('counter'));
    await redis.kill();
    expect(await added).toBe('the connection to Redis was lost');
    await redis.restart();
    await awaitConnection(client);
    expect(await client.get('counter')).toBeNull();
  });

  it('waits no longer for an answer than it may', async () => {
    const redis = await start();
    const { client } = connectTo(redis.url, {}, { commandTimeoutMs: IMPATIENT_MS });
    await awaitConnection(client);
    redis.pause();
    expect(await faultOf(client.get('a'))).toBe('Redis does not answer in time');
    redis.resume();
    await until('it answers', () =>
      client.get('a').then(
        () => true,
        () => false,
      ),
    );
  });

  it('gives a connection up when nothing is answered on it', async () => {
    const redis = await start();
    const { client } = connectTo(redis.url, {}, { commandTimeoutMs: IMPATIENT_MS });
    await awaitConnection(client);
    const readId = async (): Promise<number> =>
      Number(/^id=(\d+) .* name=davit /m.exec(await redis.run('CLIENT', 'LIST'))?.[1]);
    const firstId = await readId();
    const backMs = await bestRound(BACK_MS, async () => {
      redis.pause();
      await until('the connection is given up', () => client.status !== 'ready');
      redis.resume();
      return awaitConnection(client);
    });
    expect(backMs).toBeLessThan(BACK_MS);
    await until('Redis has it as a new one', async () => (await readId()) > firstId);
  });

  it('gives a connection up once, however many questions were not answered', async () => {
    const redis = await start();
    // Longer than it is between two questions, whatever else the machine does meanwhile.
    const commandTimeoutMs = 4000;
    const { client } = connectTo(redis.url, {}, { commandTimeoutMs });
    await awaitConnection(client);
    redis.pause();
    const [asked, leave] = [jest.spyOn(client, 'ping'), jest.spyOn(client, 'disconnect')];
    await until('it was asked twice', () => asked.mock.calls.length === 2);
    // A process that was held up for so long finds that the time for both is over.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, commandTimeoutMs + 200);
    await until('the connection is given up', () => client.status !== 'ready');
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it.each<RedisServerOptions>([{ password: 'p @:/%' }, { user: { name: 'dávid', password: 'p:q' } }])(
    'logs in: %j',
    async (options) => {
      const redis = await start(options);
      const { client, faults } = connectTo(redis.url);
      await awaitConnection(client);
      expect(await client.set('a', '1')).toBe('OK');
      expect(faults).toEqual([]);
    },
  );

  it.each([
    ['a wrong password', ':wrong@', 'Redis refuses the user name or password'],
    ['no password', '', 'Redis asks for a password, and none is configured'],
  ])('says so with %s, and goes on trying', async (_what, credentials, fault) => {
    const redis = await start({ password: 'right' });
    const { client, faults } = connectTo(`redis://${credentials}127.0.0.1:${redis.port}`);
    await until('it was refused twice', () => faults.filter((one) => one === fault).length > 1);
    // A machine that is busy may be late for a connection, too.
    expect([...new Set(faults)].filter((one) => !one.includes('timed out'))).toEqual([fault]);
    await redis.run('CONFIG', 'SET', 'requirepass', 'wrong');
    if (credentials !== '') await awaitConnection(client);
  });

  it('makes a new connection when the server has become a replica', async () => {
    const redis = await start();
    const { client } = connectTo(redis.url);
    await awaitConnection(client);
    await redis.run('REPLICAOF', '127.0.0.1', '1');
    const leave = jest.spyOn(client, 'disconnect');
    const closed = new Promise((resolve) => client.once('close', resolve));
    const faults = await Promise.all(['a', 'b', 'c'].map((key) => faultOf(client.set(key, '1'))));
    expect(new Set(faults)).toEqual(new Set(['this Redis is a replica: it takes no writes']));
    await closed;
    // Once for all: a writer is refused hundreds of commands at once, and each time would leave a listener on the socket.
    expect(leave).toHaveBeenCalledTimes(1);
    await redis.run('REPLICAOF', 'NO', 'ONE');
    await awaitConnection(client);
    expect(await client.set('a', '1')).toBe('OK');
  });
});

describe('TLS', () => {
  it('is spoken with an authority of its own', async () => {
    const tls = await createCertificate(createTemporaryDirectory());
    const redis = await start({ tls, password: 'p' });
    const { client, faults } = connectTo(redis.url, { tlsCa: readFileSync(tls.certificateFile, 'utf8') });
    await awaitConnection(client);
    expect(await client.ping()).toBe('PONG');
    expect(faults).toEqual([]);
  });

  it('that is left on its way to a server that is not trusted has two errors, and neither is thrown', async () => {
    const tls = await createCertificate(createTemporaryDirectory());
    const redis = await start({ tls });
    const sockets: TLSSocket[] = [];
    let closed = 0;
    const { connect } = jest.requireActual<typeof nodeTls>('node:tls');
    jest.spyOn(nodeTls, 'connect').mockImplementation(((options: ConnectionOptions) => {
      const socket = connect(options);
      sockets.push(socket);
      socket.on('close', () => closed++);
      return socket;
    }) as typeof connect);
    for (let number = 0; number < 20; number++) {
      const { client } = connectTo(redis.url);
      // The socket is there, and not connected yet.
      await until('it has a socket', () => sockets.length > number);
      client.disconnect();
    }
    await until('all are closed', () => closed >= 20);
    // As node:tls does when the peer complains of a handshake that was not ended: nobody else listens by then.
    for (const socket of sockets) expect(() => socket.emit('error', new Error('alert decode error'))).not.toThrow();
  });

  it('is refused to a server whose authority is unknown, and to one that does not speak it', async () => {
    const tls = await createCertificate(createTemporaryDirectory());
    const other = await createCertificate(createTemporaryDirectory());
    const [secure, plain] = [await start({ tls }), await start()];
    const wrongCa = connectTo(secure.url, { tlsCa: readFileSync(other.certificateFile, 'utf8') });
    const noCa = connectTo(secure.url);
    const notTls = connectTo(`rediss://127.0.0.1:${plain.port}`);
    const untrusted = 'nobody trusted has issued its certificate';
    for (const { client, faults } of [wrongCa, noCa]) {
      await until('it is refused', () => faults.some((fault) => fault.includes(untrusted)));
      expect(client.status).not.toBe('ready');
    }
    // Redis takes the greeting of TLS for a command that is not complete yet.
    await until('it is given up', () => notTls.faults.includes('Redis does not answer: the connection timed out'));
    expect(notTls.client.status).not.toBe('ready');
  });
});
