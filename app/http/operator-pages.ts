/**
 * `/crane/repositories[/v1|/v2]`: what is served, for the operator; as a page, or as Crane's JSON when the Accept header
 * asks for `application/json`. Protected repositories are shown too: only operators get here.
 *
 *     v1   {"<name>": {"image_ids": ["…"], "tags": {"<tag>": "<image id>"}, "protected": false}}
 *     v2   {"<name>": {"protected": false}}
 */
import { Router } from 'express';
import type { LoadStatus } from '../load/load-status';
import { listImageIds, listImageTags } from '../decide/decide-v1';
import { describeProblem } from '../redirects/problem';
import type { Repository } from '../redirects/repository';
import type { RepositoryIndex } from '../store/repository-index';
import { renderPage, type Row } from './operator-page';
import { writeJson } from './write-decision';

export function createOperatorPages(index: RepositoryIndex, status: () => LoadStatus): Router {
  // As the guard before it, which knows these paths only in lower case.
  const router = Router({ caseSensitive: true });
  const serve = (path: string, protocol: 'v1' | 'v2'): void => {
    router.get(path, (request, response) => {
      if (/\bapplication\/json\b/i.test(request.headers.accept ?? '')) {
        const listed = protocol === 'v1' ? describeV1(index) : describeV2(index);
        writeJson(request, response, 200, JSON.stringify(listed));
        return;
      }
      const { directory, problems } = status();
      response.type('html').send(
        renderPage({
          protocol,
          rows: [...(protocol === 'v1' ? index.imageRepositories() : index.registriesAfter())].map(describeRow),
          directory: directory.state === 'ok' ? undefined : `${directory.state}: ${directory.reason}`,
          problems: problems.map(describeProblem),
        }),
      );
    });
  };
  serve('/crane/repositories', 'v1');
  serve('/crane/repositories/v1', 'v1');
  serve('/crane/repositories/v2', 'v2');
  return router;
}

const describeV1 = (index: RepositoryIndex): object =>
  Object.fromEntries(
    [...index.imageRepositories()].map((repository) => [
      repository.name,
      { image_ids: listImageIds(repository), tags: listImageTags(repository), protected: repository.isProtected },
    ]),
  );

const describeV2 = (index: RepositoryIndex): object =>
  Object.fromEntries([...index.registriesAfter()].map(({ name, isProtected }) => [name, { protected: isProtected }]));

function describeRow(repository: Repository): Row {
  const { name, isProtected, storageUrl, version } = repository;
  const tagCount = repository.layout === 'flat' ? undefined : repository.references.tagCount;
  return { name, isProtected, version, tagCount, storage: storageUrl.prefix };
}
