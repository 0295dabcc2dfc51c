/**
 * Redirect files for the tests of the HTTP contract: each version, v1 beside v2 as Pulp writes them, v1 alone, and
 * protected ones. `secret/…` must never be seen by anybody but operators.
 */
import type { RedirectDocument } from './front';

export const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
export const imageIdOf = (digit: string): string => digit.repeat(64);

export const LIST = digestOf('a');
export const IMAGE = digestOf('b');
export const OLD_IMAGE = digestOf('c');
export const UNLISTED = digestOf('d');

export const LISTS_TYPE = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const SCHEMA2_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

const file = (version: number, name: string, more: RedirectDocument = {}): RedirectDocument => ({
  type: 'pulp-docker-redirect',
  version,
  repository: name.replaceAll('/', '-'),
  'repo-registry-id': name,
  url: storageOf(version, name),
  protected: false,
  ...(version === 1 && { images: [], tags: {} }),
  ...(version >= 3 && { schema2_data: [] }),
  ...(version >= 4 && { manifest_list_data: [], manifest_list_amd64_tags: {} }),
  ...(version >= 5 && { schema1_data: [] }),
  ...more,
});

/** Where a repository's tree is served: `version` 1 is that of v1. */
export const storageOf = (version: number, name: string): string =>
  `https://static.example.com/${version === 1 ? 'v1' : 'v2'}/${name}/`;

const v1Content = (digit: string): RedirectDocument => ({
  images: [{ id: imageIdOf(digit) }, { id: imageIdOf('e') }],
  tags: { latest: imageIdOf(digit), ['__proto__']: imageIdOf('e') },
});

export const repositories: RedirectDocument[] = [
  file(5, 'demo/five', {
    manifest_list_data: [LIST, 'latest'],
    manifest_list_amd64_tags: { latest: [IMAGE, 2] },
    schema2_data: [IMAGE, 'latest', 'only2', 'a-tag', 'tags', 'manifests'],
    schema1_data: [OLD_IMAGE, 'only1'],
  }),
  file(4, 'demo/four', { schema2_data: [IMAGE, 'only2'] }),
  file(3, 'demo/three', { schema2_data: [IMAGE, 'only2'] }),
  file(2, 'demo/flat'),
  file(5, 'demo/empty'),
  // What Pulp writes for a repository with v1 images alone.
  file(4, 'demo/v1-in-four'),
  file(1, 'demo/v1-in-four', v1Content('1')),
  file(5, 'demo/v1-in-five'),
  file(1, 'demo/v1-in-five', v1Content('1')),
  file(1, 'demo/v1', v1Content('1')),
  file(5, 'solo', { schema2_data: [IMAGE, 'latest'] }),
  file(1, 'solo', v1Content('2')),
  file(1, 'library/own', v1Content('3')),
  file(5, 'a/manifests/b/tags/c', { schema2_data: [IMAGE, 'latest'] }),
  file(2, 'demo/query', { url: 'https://static.example.com/a b?key=1&k=2' }),
  file(5, 'open/by-text', { protected: 'false', schema2_data: [IMAGE, 'latest'] }),
  file(5, 'secret/five', { protected: true, schema2_data: [IMAGE, 'latest'], schema1_data: [OLD_IMAGE, 'old'] }),
  file(2, 'secret/flat', { protected: true }),
  file(4, 'secret/text', { protected: 'true', schema2_data: [IMAGE, 'latest'] }),
  file(1, 'secret/five', { protected: true, ...v1Content('4') }),
  file(1, 'secret/v1', { protected: 'true', ...v1Content('5') }),
];

export const VISIBLE_NAMES = [
  'a/manifests/b/tags/c',
  'demo/empty',
  'demo/five',
  'demo/flat',
  'demo/four',
  'demo/query',
  'demo/three',
  'demo/v1-in-five',
  'demo/v1-in-four',
  'open/by-text',
  'solo',
];

export const DOCKER_1_9 = 'docker/1.9.1 go/go1.4.2 kernel/4.4 os/linux arch/amd64';
export const DOCKER_1_8 = 'docker/1.8.3 go/go1.4.2';
export const DOCKER_1_7 = 'docker/1.7.1 go/go1.4.2';
export const DOCKER_1_12 = 'docker/1.12.6 go/go1.6.4';
export const DOCKER_17_12 = 'docker/17.12.0-ce go/go1.9.2';
