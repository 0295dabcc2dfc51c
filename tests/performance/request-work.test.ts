/** What node does for a pull besides reading and writing it, in a server of our own: no more than is asked of a request. */
import { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { printRedirectFile, nameOf, referenceOf } from '../../scripts/bench/data-sets';
import { manifestPath } from '../../scripts/bench/requests';
import { createAccessLog } from '../../app/http/access-log';
import { startServer, type ServerOptions } from '../../app/http/server';
import { ServerCertificate } from '../../app/http/server-certificate';
import { createTestFront, type RedirectDocument } from '../http/front';
import { createCertificate } from '../support/certificate';
import { request } from '../support/http';
import { createTemporaryDirectory } from '../support/temporary-directory';

const silent = () => undefined;
const logger = { error: silent, warn: silent, info: silent, debug: silent };

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function serve(options: Partial<ServerOptions>): Promise<string> {
  const { front } = await createTestFront({ files: [JSON.parse(printRedirectFile(0, 10)) as RedirectDocument] });
  const { address, stop } = await startServer({ front, host: '127.0.0.1', port: 0, ...options });
  stops.push(() => stop(0));
  return `${options.certificate ? 'https' : 'http'}://${address}`;
}

/** Of the requests that came: how often node made a header a property, or began to read what nobody reads. */
function spyOnNode(): () => number {
  const spies = ['_addHeaderLine', 'resume'].map((method) => jest.spyOn(IncomingMessage.prototype, method as 'resume'));
  // What a client gets has no method.
  return () => spies.flatMap(({ mock }) => mock.contexts as IncomingMessage[]).filter(({ method }) => method).length;
}

const pull = { path: manifestPath(nameOf(0), referenceOf(0, 0).text) };

async function workOf(url: string, path: string): Promise<number> {
  const work = spyOnNode();
  expect((await request(url, { path })).status).toBe(path === pull.path ? 302 : 200);
  // Node would do the rest when the answer is out.
  await delay(20);
  return work();
}

it('work is seen: express asks for headers', async () => {
  expect(await workOf(await serve({}), '/healthz')).toBeGreaterThan(0);
});

it('a pull makes no object of headers and reads no stream', async () => {
  expect(await workOf(await serve({}), pull.path)).toBe(0);
});

it('nor with an access log, which has its own line', async () => {
  const lines: string[] = [];
  const url = await serve({ logAccess: createAccessLog((line) => lines.push(line)) });
  expect(await workOf(url, pull.path)).toBe(0);
  expect(lines).toHaveLength(1);
});

it('nor by https', async () => {
  const { certificateFile: certFile, keyFile } = await createCertificate(createTemporaryDirectory());
  const url = await serve({ certificate: new ServerCertificate({ certFile, keyFile }, logger) });
  expect(await workOf(url, pull.path)).toBe(0);
});
