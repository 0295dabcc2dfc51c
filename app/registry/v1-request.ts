/**
 * Reads a path of the v1 protocol into what it asks for.
 *
 *     /v1/_ping                               ping
 *     /v1/users, /v1/users/                   users
 *     /v1/repositories/<name>/images          images
 *     /v1/repositories/<name>/tags            tags
 *     /v1/repositories/<name>/tags/<tag>      tag
 *     /v1/images/<id>/<file>                  file of an image
 *     /v1/search                              search
 *
 * Source: the requests of docker 1.5 to 17.11, docs/request-handling.md. Pure.
 */
import { isImageId, isName, isTag } from './grammar';

export type V1Request =
  | { kind: 'ping' }
  | { kind: 'users' }
  | { kind: 'search' }
  | { kind: 'images'; names: string[] }
  | { kind: 'tags'; names: string[] }
  | { kind: 'tag'; names: string[]; tag: string }
  | { kind: 'file'; imageId: string; fileName: string };

const REPOSITORY = /^\/v1\/repositories\/(.+)\/(?:(images|tags)\/?|tags\/([^/]+))$/;
const IMAGE_FILE = /^\/v1\/images\/([^/]+)\/(ancestry|json|layer)$/;

/** `path` has no query; undefined: nothing of the v1 protocol. */
export function parseV1Request(path: string): V1Request | undefined {
  switch (path) {
    case '/v1/_ping':
      return { kind: 'ping' };
    case '/v1/users':
    case '/v1/users/':
      return { kind: 'users' };
    case '/v1/search':
      return { kind: 'search' };
  }
  const [, imageId, fileName] = IMAGE_FILE.exec(path) ?? [];
  if (imageId !== undefined && fileName !== undefined) {
    return isImageId(imageId) ? { kind: 'file', imageId, fileName } : undefined;
  }
  const [, name = '', list, tag] = REPOSITORY.exec(path) ?? [];
  if (!isName(name)) return undefined;
  const names = possibleNames(name);
  if (list === 'images') return { kind: 'images', names };
  if (list === 'tags') return { kind: 'tags', names };
  return tag !== undefined && isTag(tag) ? { kind: 'tag', names, tag } : undefined;
}

/** Docker puts `library/` before names of one component, in some of its requests. */
const possibleNames = (name: string): string[] =>
  name.startsWith('library/') ? [name.slice('library/'.length), name] : [name];
