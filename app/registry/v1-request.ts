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
 * and a tag may be called `tags` or `images`.
 * Source: the requests of docker 1.5 to 17.11, docs/request-handling.md. Pure.
 */
import { isImageId, isName, isTag } from './grammar';

export type V1ContentRequest =
  | { kind: 'images'; name: string }
  | { kind: 'tags'; name: string }
  | { kind: 'tag'; name: string; tag: string }
  | { kind: 'file'; imageId: string; fileName: string };

export type V1Request =
  | { kind: 'ping' }
  | { kind: 'users' }
  | { kind: 'search' }
  /** All readings, at least one, the likeliest first. */
  | { kind: 'content'; readings: V1ContentRequest[] };

const TAG = /^\/v1\/repositories\/(.+)\/tags\/([^/]+)$/;
const LIST = /^\/v1\/repositories\/(.+)\/(images|tags)\/?$/;
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
  const readings = [...readFile(path), ...readTag(path), ...readList(path)];
  return readings.length > 0 ? { kind: 'content', readings } : undefined;
}

function readFile(path: string): V1ContentRequest[] {
  const [, imageId = '', fileName = ''] = IMAGE_FILE.exec(path) ?? [];
  return isImageId(imageId) ? [{ kind: 'file', imageId, fileName }] : [];
}

function readTag(path: string): V1ContentRequest[] {
  const [, written = '', tag = ''] = TAG.exec(path) ?? [];
  return isTag(tag) ? namesMeant(written).map((name) => ({ kind: 'tag', name, tag })) : [];
}

function readList(path: string): V1ContentRequest[] {
  const [, written = '', list] = LIST.exec(path) ?? [];
  return namesMeant(written).map((name) => ({ kind: list === 'images' ? 'images' : 'tags', name }));
}

function namesMeant(name: string): string[] {
  if (!isName(name)) return [];
  return name.startsWith('library/') ? [name.slice('library/'.length), name] : [name];
}
