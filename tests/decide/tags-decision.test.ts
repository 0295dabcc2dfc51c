/** What answers `tags/list`, by the redirect files that there are and the client that asks. */
import { decideTags } from '../../app/decide/decide-tags';
import { parseDockerVersion } from '../../app/registry/docker-version';
import { parseRedirectFile } from '../../app/redirects/parse-redirect-file';
import type { ImageRepository, RegistryRepository, Repository } from '../../app/redirects/repository';
import { locate } from '../../app/redirects/storage-url';
import { redirectText } from '../load/loading';

function parse(text: string): Repository {
  const parsed = parseRedirectFile(text, 'x.json');
  if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
  return parsed.repository;
}

const registry = (tags: string[], extra: Record<string, unknown> = {}): RegistryRepository =>
  parse(redirectText('demo/hello', tags, extra)) as RegistryRepository;

const images = (tags: Record<string, string>): ImageRepository =>
  parse(
    JSON.stringify({
      version: 1,
      'repo-registry-id': 'demo/hello',
      url: 'https://static.example.com/v1/hello/',
      images: [],
      tags,
    }),
  ) as ImageRepository;

const DIGEST = `sha256:${'a'.repeat(64)}`;
const version4 = (tags: string[]): RegistryRepository => registry(tags, { version: 4, schema1_data: undefined });

const repositories: Record<string, RegistryRepository | undefined> = {
  'no v2 file': undefined,
  'version 2': registry([], { version: 2 }),
  'version 4': version4(['latest']),
  'version 4, nothing listed': version4([]),
  'version 5': registry(['b', 'a']),
  'version 5, untagged content': registry([DIGEST]),
  'version 5, nothing listed': registry([]),
};

const v1Files: Record<string, ImageRepository | undefined> = {
  'no v1 file': undefined,
  'v1 tags': images({ old: 'abc' }),
  'an empty v1 file': images({}),
};

const clients = { 'docker 1.9': 'docker/1.9.1', 'docker 1.13': 'docker/1.13.1', skopeo: 'skopeo/1.9.3' };

const TREE = '302 https://static.example.com/demo/hello/tags/list';
const FALLBACK = {
  'docker 1.9': '400 MANIFEST_UNKNOWN',
  'docker 1.13': '404 MANIFEST_UNKNOWN',
  skopeo: '404 MANIFEST_UNKNOWN',
};
const everyone = (answer: string): Record<keyof typeof clients, string> => ({
  'docker 1.9': answer,
  'docker 1.13': answer,
  skopeo: answer,
});

const rows: [v2: string, v1: string, answers: Record<keyof typeof clients, string>][] = [
  ['no v2 file', 'no v1 file', everyone('404 NAME_UNKNOWN')],
  ['no v2 file', 'v1 tags', FALLBACK],
  ['no v2 file', 'an empty v1 file', FALLBACK],
  ['version 2', 'no v1 file', everyone(TREE)],
  ['version 2', 'v1 tags', everyone(TREE)],
  ['version 4', 'no v1 file', everyone(TREE)],
  ['version 4', 'v1 tags', everyone(TREE)],
  ['version 4, nothing listed', 'no v1 file', everyone(TREE)],
  ['version 4, nothing listed', 'an empty v1 file', everyone(TREE)],
  ['version 4, nothing listed', 'v1 tags', { ...FALLBACK, skopeo: TREE }],
  ['version 5', 'no v1 file', everyone('200 a,b')],
  ['version 5', 'v1 tags', everyone('200 a,b')],
  ['version 5, untagged content', 'no v1 file', everyone('200 ')],
  ['version 5, untagged content', 'an empty v1 file', everyone('200 ')],
  ['version 5, untagged content', 'v1 tags', FALLBACK],
  ['version 5, nothing listed', 'no v1 file', everyone('404 NAME_UNKNOWN')],
  ['version 5, nothing listed', 'v1 tags', FALLBACK],
];

describe('the tags of a repository', () => {
  it.each(rows)('%s beside %s', (v2, v1, expected) => {
    const varies = new Set<string | undefined>();
    const answers = Object.entries(clients).map(([name, userAgent]) => {
      const request = {
        name: 'demo/hello',
        page: { limit: undefined, after: undefined },
        client: parseDockerVersion(userAgent),
      };
      const [found, images] = [repositories[v2], v1Files[v1]];
      const tags = found?.layout === 'forms' ? found.references.tags() : [];
      const lookup = { registry: found, images, published: undefined, image: undefined, tags };
      const decision = decideTags(request, lookup);
      varies.add(decision.vary);
      switch (decision.kind) {
        case 'published':
          return [name, `302 ${locate(decision.file.storageUrl, decision.file.path)}`];
        case 'json':
          return [name, `200 ${(JSON.parse(decision.body) as { tags: string[] }).tags.join()}`];
        case 'error':
          return [name, `${decision.error.status} ${decision.error.code}`];
        case 'moved':
          return [name, 'moved'];
      }
    });
    expect(Object.fromEntries(answers)).toEqual(expected);
    // A cache must not give one client what another one was answered.
    expect([...varies]).toEqual([new Set(Object.values(expected)).size > 1 ? 'User-Agent' : undefined]);
  });
});
