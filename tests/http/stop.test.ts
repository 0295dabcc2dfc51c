/** A graceful stop: what runs is finished, what idles is closed, and what never ends is cut. */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type ListeningServer } from '../../app/http/server';
import type { Lookup } from '../../app/redirects/lookup';
import { request } from '../support/http';
import { alterIndex } from './altered-index';
import { createIndex, createTestFront, type TestFrontOptions } from './front';
import { repositories, UNLISTED } from './repositories';

const LONG_MS = 20_000;
const REQUEST = 'GET /v2/demo/five/manifests/only1 HTTP/1.1\r\nHost: registry.example.com\r\n\r\n';

const servers: ListeningServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map(({ stop }) => stop(0))));

async function start(options: TestFrontOptions): Promise<ListeningServer> {
  const { front } = await createTestFront(options);
  const server = await startServer({ front, host: '127.0.0.1', port: 0 });
  servers.push(server);
  return server;
}

interface Connection {
  socket: Socket;
  /** Everything that came. */
  received: () => string;
  closed: Promise<unknown>;
}

async function open({ address }: ListeningServer): Promise<Connection> {
  const { hostname, port } = new URL(`http://${address}`);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  // A cut connection may end in a reset.
  socket.on('error', () => undefined);
  return { socket, received: () => text, closed: once(socket, 'close') };
}

/** An index that holds every lookup back until it is told to answer. */
async function createHeldIndex() {
  const index = await createIndex(repositories);
  let answer = (): void => undefined;
  let noteAsked = (): void => undefined;
  const asked = new Promise<void>((resolve) => (noteAsked = resolve));
  const held = alterIndex(index, {
    find: (name, reference) =>
      new Promise<Lookup>((resolve) => {
        answer = () => resolve(index.find(name, reference));
        noteAsked();
      }),
  });
  return { index: held, asked, answer: () => answer() };
}

it('a request in flight is finished, and no other is taken', async () => {
  const { index, asked, answer } = await createHeldIndex();
  const server = await start({ index });
  const { socket, received, closed } = await open(server);
  socket.write(REQUEST);
  await asked;
  const stopped = server.stop(LONG_MS);
  await expect(request(`http://${server.address}`, { path: '/v2/' })).rejects.toThrow('ECONNREFUSED');
  expect(received()).toBe('');
  answer();
  await Promise.all([closed, stopped]);
  expect(received()).toMatch(/^HTTP\/1\.1 302 Found\r\n/);
});

it('a slow reader gets all of a file', async () => {
  const sizeBytes = 48 * 1024 * 1024;
  const folder = await mkdtemp(join(tmpdir(), 'davit-stop-'));
  const blob = join(folder, 'tree/blobs', UNLISTED);
  await mkdir(join(folder, 'tree/blobs'), { recursive: true });
  await writeFile(blob, '');
  await truncate(blob, sizeBytes);
  const server = await start({
    files: [{ version: 2, repository: 'tree', 'repo-registry-id': 'x', url: 'https://static.example.com/' }],
    config: { serveContent: { isEnabled: true, usesXSendfile: false, contentDirV2: folder } },
  });
  const [response] = (await once(get(`http://${server.address}/v2/x/blobs/${UNLISTED}`), 'response')) as [
    IncomingMessage,
  ];
  // Not read so far: more is on its way than the system buffers.
  const stopped = server.stop(LONG_MS);
  let receivedBytes = 0;
  for await (const chunk of response) receivedBytes += (chunk as Buffer).length;
  expect(receivedBytes).toBe(sizeBytes);
  await stopped;
  await rm(folder, { recursive: true });
});

it('idle connections are closed', async () => {
  const server = await start({ files: repositories });
  const { socket, received, closed } = await open(server);
  socket.write(REQUEST);
  while (!received().includes('\r\n\r\n')) await once(socket, 'data');
  expect(received()).toContain('Connection: keep-alive');
  const startedAt = performance.now();
  await Promise.all([server.stop(LONG_MS), closed]);
  expect(performance.now() - startedAt).toBeLessThan(LONG_MS / 2);
});

it.each([
  ['says nothing', ''],
  ['stops in the middle of a request', REQUEST.slice(0, 30)],
])('a client that %s is cut after the grace', async (_what, sent) => {
  const server = await start({ files: repositories });
  const { socket, received, closed } = await open(server);
  await new Promise((resolve) => socket.write(sent, resolve));
  // An answer on another connection: the server has seen this one.
  await request(`http://${server.address}`, { path: '/v2/' });
  await Promise.all([server.stop(100), closed]);
  expect(received()).toBe('');
});

it('a request that never ends is cut after the grace', async () => {
  const { index, asked } = await createHeldIndex();
  const server = await start({ index });
  const { socket, closed } = await open(server);
  socket.write(REQUEST);
  await asked;
  const startedAt = performance.now();
  await Promise.all([server.stop(100), closed]);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(95);
});
