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
 * Some paths can be read in several ways: docker puts `library/` before names of one component in some of its requests,
 * and a tag may be called `tags` or `images`. All readings are given, the likeliest first.
 * Source: the requests of docker 1.5 to 17.11, docs/request-handling.md. Pure.
 */
import { isImageId, isName, isTag } from './grammar';

export type V1Request =
  | { kind: 'ping' }
  | { kind: 'users' }
  | { kind: 'search' }
  | { kind: 'images'; name: string }
  | { kind: 'tags'; name: string }
  | { kind: 'tag'; name: string; tag: string }
  | { kind: 'file'; imageId: string; fileName: string };

const TAG = /^\/v1\/repositories\/(.+)\/tags\/([^/]+)$/;
const LIST = /^\/v1\/repositories\/(.+)\/(images|tags)\/?$/;
const IMAGE_FILE = /^\/v1\/images\/([^/]+)\/(ancestry|json|layer)$/;

/** `path` has no query; empty: nothing of the v1 protocol. */
export function parseV1Request(path: string): V1Request[] {
  switch (path) {
    case '/v1/_ping':
      return [{ kind: 'ping' }];
    case '/v1/users':
    case '/v1/users/':
      return [{ kind: 'users' }];
    case '/v1/search':
      return [{ kind: 'search' }];
  }
  const [, imageId, fileName] = IMAGE_FILE.exec(path) ?? [];
  if (imageId !== undefined && fileName !== undefined) {
    return isImageId(imageId) ? [{ kind: 'file', imageId, fileName }] : [];
  }
  const [, ofTag = '', tag = ''] = TAG.exec(path) ?? [];
  const tagReadings = isTag(tag) ? namesMeant(ofTag).map((name) => ({ kind: 'tag' as const, name, tag })) : [];
  const [, ofList = '', list] = LIST.exec(path) ?? [];
  const kind = list === 'images' ? 'images' : 'tags';
  return [...tagReadings, ...namesMeant(ofList).map((name) => ({ kind, name }) as const)];
}

function namesMeant(name: string): string[] {
  if (!isName(name)) return [];
  return name.startsWith('library/') ? [name.slice('library/'.length), name] : [name];
}
