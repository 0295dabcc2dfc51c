/**
 * `/crane/repositories[/v1|/v2]`: what is served, for the operator; as a page, or as Crane's JSON when the Accept header
 * asks for `application/json`. Protected repositories are shown too: only operators get here.
 *
 *     v1   {"<name>": {"image_ids": ["…"], "tags": {"<tag>": "<image id>"}, "protected": false}}
 *     v2   {"<name>": {"protected": false}}
 */
import { Router } from 'express';
import { describeProblem } from '../redirects/problem';
import type { AnyFacts } from '../redirects/repository';
import type { RepositoryIndex } from '../store/repository-index';
import type { SourceStatus } from './source-status';
import { renderPage, type Row } from './operator-page';
import { writeJson } from './write-decision';

export function createOperatorPages(index: RepositoryIndex, status: () => SourceStatus): Router {
  // As the guard before it, which knows these paths only in lower case.
  const router = Router({ caseSensitive: true });
  const serve = (path: string, protocol: 'v1' | 'v2'): void => {
    router.get(path, async (request, response) => {
      if (/\bapplication\/json\b/i.test(request.headers.accept ?? '')) {
        const listed = await (protocol === 'v1' ? describeV1(index) : describeV2(index));
        writeJson(request, response, 200, JSON.stringify(listed));
        return;
      }
      const { load, redis } = status();
      response.type('html').send(
        renderPage({
          protocol,
          rows: (await listAll(index, protocol)).map(describeRow),
          alarms: [...describeDirectory(load), ...describeRedis(redis)],
          problems: load?.problems.map(describeProblem) ?? [],
        }),
      );
    });
  };
  serve('/crane/repositories', 'v1');
  serve('/crane/repositories/v1', 'v1');
  serve('/crane/repositories/v2', 'v2');
  return router;
}

const describeDirectory = (load: SourceStatus['load']): string[] =>
  load && load.directory.state !== 'ok'
    ? [`The data directory is ${load.directory.state}: ${load.directory.reason}`]
    : [];

function describeRedis(redis: SourceStatus['redis']): string[] {
  const { reading, writing } = redis ?? {};
  return [
    ...(reading && reading.state !== 'ok' ? [`Reading the index in Redis is ${reading.state}: ${reading.reason}`] : []),
    ...(writing?.state === 'faulty' ? [`Writing the index in Redis is faulty: ${writing.reason}`] : []),
  ];
}

/** Repositories that are asked for at once. */
const SLICE = 500;

async function listAll(index: RepositoryIndex, protocol: 'v1' | 'v2'): Promise<AnyFacts[]> {
  const all: AnyFacts[] = [];
  for (;;) {
    const after = all.at(-1)?.name;
    const slice = await (protocol === 'v1' ? index.listImages(after, SLICE) : index.listRegistries(after, SLICE));
    all.push(...slice);
    if (slice.length < SLICE) return all;
  }
}

async function describeV1(index: RepositoryIndex): Promise<object> {
  const described: [name: string, description: object][] = [];
  for (const { name, isProtected } of await listAll(index, 'v1')) {
    const { ids, tags } = (await index.findImages(name)).lists;
    described.push([name, { image_ids: ids, tags: Object.fromEntries(tags), protected: isProtected }]);
  }
  return Object.fromEntries(described);
}

async function describeV2(index: RepositoryIndex): Promise<object> {
  const all = await listAll(index, 'v2');
  return Object.fromEntries(all.map(({ name, isProtected }) => [name, { protected: isProtected }]));
}

function describeRow(repository: AnyFacts): Row {
  const { name, isProtected, storageUrl, version } = repository;
  const tagCount = repository.layout === 'flat' ? undefined : repository.references.tagCount;
  return { name, isProtected, version, tagCount, storage: storageUrl.prefix };
}
