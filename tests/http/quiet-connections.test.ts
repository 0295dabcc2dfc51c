/** Who is quiet is disconnected after the idle time; on who is not, no timer is set that every byte would put off. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { disconnectQuiet } from '../../app/http/quiet-connections';
import { until } from '../support/until';
import { listen } from './listen';

const IDLE_MS = 400;
/** A look, and what a busy machine adds. */
const LATE_MS = IDLE_MS / 4 + 1500;
const REQUEST = 'GET / HTTP/1.1\r\nHost: registry.example.com\r\n\r\n';

const clients: Socket[] = [];
afterEach(() => clients.splice(0).forEach((client) => client.destroy()));

interface Connection {
  client: Socket;
  /** The server's side. */
  socket: Socket;
  /** Resolves to the time, in milliseconds since the last byte was sent or came. */
  closed: Promise<number>;
  send: (text: string) => void;
}

async function open(listener: RequestListener): Promise<() => Promise<Connection>> {
  const server = createServer({ keepAliveTimeout: 0 }, listener);
  disconnectQuiet(server, 'connection', IDLE_MS);
  const { port } = new URL(await listen(server));
  return async () => {
    const accepted = once(server, 'connection');
    const client = connect(Number(port), '127.0.0.1');
    clients.push(client);
    const [socket] = (await accepted) as [Socket];
    let movedAt = performance.now();
    const move = (): number => (movedAt = performance.now());
    client.on('data', move);
    const closed = once(client, 'close').then(() => performance.now() - movedAt);
    const send = (text: string): void => {
      client.write(text);
      move();
    };
    return { client, socket, closed, send };
  };
}

const answer: RequestListener = (_request, response) => void response.end();

function expectInTime(afterMs: number): void {
  expect(afterMs).toBeGreaterThan(IDLE_MS - 10);
  expect(afterMs).toBeLessThan(IDLE_MS + LATE_MS);
}

it.each([
  ['nothing was asked', ''],
  ['a request was answered', REQUEST],
  ['half a request came', 'GET / HTTP/1.1\r\nHos'],
])('after the idle time, where %s', async (_what, text) => {
  const connection = await (await open(answer))();
  if (text !== '') connection.send(text);
  expectInTime(await connection.closed);
});

it('where nobody answers for so long', async () => {
  const connection = await (await open(() => undefined))();
  connection.send(REQUEST);
  expectInTime(await connection.closed);
});

it('who asks now and then stays, without a timer while it does', async () => {
  const { socket, closed, send, client } = await (await open(answer))();
  let isClosed = false;
  void closed.then(() => (isClosed = true));
  for (let turn = 0; turn < 20; turn++) {
    send(REQUEST);
    await delay(IDLE_MS / 8);
  }
  expect(isClosed).toBe(false);
  expect(socket.timeout ?? 0).toBe(0);
  // A rest shorter than the idle time sets it, and the next request takes it back.
  await until('a timer is set', () => (socket.timeout ?? 0) > 0);
  send(REQUEST);
  await until('no timer is set', () => socket.timeout === 0);
  expect(client.destroyed).toBe(false);
  expectInTime(await closed);
});

it('who reads slowly stays, who reads nothing does not', async () => {
  const body = Buffer.alloc(64 * 2 ** 20);
  const openOne = await open((_request, response) => void response.end(body));
  const [slow, deaf] = [await openOne(), await openOne()];
  let read = 0;
  slow.client.on('data', (piece) => {
    read += piece.length;
    slow.client.pause();
    setTimeout(() => slow.client.resume(), 10);
  });
  deaf.client.pause();
  slow.send(REQUEST);
  deaf.send(REQUEST);
  await until('the deaf one is disconnected', () => deaf.socket.destroyed);
  // As long again, for who has the same timer.
  await delay(2 * IDLE_MS);
  expect(read).toBeLessThan(body.length);
  expect(slow.socket.destroyed).toBe(false);
});

it('a connection that has been closed is forgotten', async () => {
  const openOne = await open(answer);
  const { client, socket } = await openOne();
  const spy = jest.spyOn(socket, 'setTimeout');
  client.destroy();
  await once(socket, 'close');
  await delay(2 * IDLE_MS);
  expect(spy).not.toHaveBeenCalled();
});
