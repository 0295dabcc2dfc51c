/**
 * Counts what the program does while it answers: calls that cost, not time, which depends on the machine. Only what happens
 * inside of the pull handler counts, between the arrival of a request and its answer.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RepositoryIndex } from '../../app/store/repository-index';
import { alterIndex } from '../http/altered-index';
import { createIndex, createTestFront, type RedirectDocument } from '../http/front';
import { spyOnFiles } from './spy-on-files';

export interface Work {
  /** Calls of JSON.parse. */
  parsed: number;
  /** Calls of JSON.stringify. */
  printed: number;
  /** Names of functions of node:fs. */
  fileCalls: string[];
  /** Names and references that the index was asked for. */
  lookups: string[];
  /** Regular expressions that were matched. */
  matches: number;
}

export interface CountingServer {
  url: string;
  /** What the last request took. */
  work: () => Work;
}

const servers: Server[] = [];

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** `onLookup`: more work, which must be seen. */
export async function startCounting(
  files: RedirectDocument[],
  onLookup: () => void = () => undefined,
): Promise<CountingServer> {
  const index = await createIndex(files);
  let work = nothing();
  let isAnswering = false;
  const note = (take: () => void): void => {
    if (isAnswering) take();
  };
  const counted = alterIndex(index, {
    find: (name, reference) => {
      note(() => work.lookups.push(`${name} ${reference ?? ''}`));
      onLookup();
      return index.find(name, reference);
    },
    ...refuseAllElse,
  });
  const { front } = await createTestFront({ index: counted });
  const server = createServer((request, response) => {
    work = nothing();
    isAnswering = true;
    front.pull(request, response, () => response.destroy());
    isAnswering = false;
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const { parse, stringify } = JSON;
  jest.spyOn(JSON, 'parse').mockImplementation((...of: Parameters<typeof parse>): unknown => {
    note(() => work.parsed++);
    return parse(...of);
  });
  jest.spyOn(JSON, 'stringify').mockImplementation((...of: Parameters<typeof stringify>) => {
    note(() => work.printed++);
    return stringify(...of);
  });
  const exec = Reflect.get<RegExp, 'exec'>(RegExp.prototype, 'exec');
  jest.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, text) {
    note(() => work.matches++);
    return exec.call(this, text);
  });
  spyOnFiles(({ name }) => note(() => work.fileCalls.push(name)));

  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, work: () => work };
}

const nothing = (): Work => ({ parsed: 0, printed: 0, fileCalls: [], lookups: [], matches: 0 });

const refuse = (): never => {
  throw new Error('a pull asks the index by find only');
};

const refuseAllElse: Partial<RepositoryIndex> = {
  findImage: refuse,
  findTags: refuse,
  findImages: refuse,
  listRegistries: refuse,
  listImages: refuse,
};
