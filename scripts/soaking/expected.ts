/**
 * What the documents promise for what is published: docs/manifest-decision.md and docs/request-handling.md, written down a
 * second time, for the kinds of repositories of the soak only. Nothing of app/ is used, so an error there is seen. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Client } from './clients';
import type { Contents } from './contents';

export interface Expected {
  status: number;
  location?: string;
  /** The whole body, letter by letter. */
  body?: string;
  /** What the body holds, whatever the order of keys. */
  json?: unknown;
  /** The code of the only error. */
  code?: string;
}

export interface Answer {
  status: number;
  location: string | undefined;
  body: string;
}

/** HEAD has no body that could be compared. */
export function isAnswer({ status, location, body }: Answer, expected: Expected, method: string): boolean {
  if (status !== expected.status || location !== expected.location) return false;
  if (method === 'HEAD') return body === '';
  if (expected.code !== undefined) return body.startsWith(`{"errors":[{"code":"${expected.code}",`);
  if (expected.json !== undefined) return isDeepStrictEqual(readJson(body), expected.json);
  return expected.body === undefined || expected.body === body;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const redirectTo = (location: string): Expected => ({ status: 302, location, body: '' });

const manifestUnknown = (name: string, reference: string): Expected => ({
  status: 404,
  body: JSON.stringify({
    errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: { Name: name, Tag: reference } }],
  }),
});

/** A repository, or none when it is not published. */
export type Published = Contents | undefined;

export function expectManifest(published: Published, name: string, reference: string, client: Client): Expected {
  const unknown = manifestUnknown(name, reference);
  if (!published) return unknown;
  const { kind, storageUrl, tags, forms, v1Tags } = published;
  const to = (form: string, file: string): Expected => redirectTo(`${storageUrl.v2}manifests/${form}/${file}`);
  if (kind === 'flat') return redirectTo(`${storageUrl.v2}manifests/${reference}`);

  const ownForm = forms.get(reference);
  if (ownForm !== undefined) return to(ownForm, reference);
  const tagged = tags.get(reference);
  if (tagged?.form === '1') return to('1', reference);
  if (tagged?.form === 'list') {
    if (client.readsLists) return to('list', reference);
    if (tagged.amd64 && client.readsSchema2) return to('2', tagged.amd64.digest);
  }
  if (tagged?.form === '2' && client.readsSchema2) return to('2', reference);
  if (kind === 'full' || (client.fallsBack && v1Tags.has(reference))) return unknown;
  return to('1', reference);
}

export const expectBlob = (published: Published, digest: string): Expected =>
  published ? redirectTo(`${published.storageUrl.v2}blobs/${digest}`) : { status: 404, code: 'BLOB_UNKNOWN' };

export function expectTags(published: Published, client: Client): Expected {
  if (!published) return { status: 404, code: 'NAME_UNKNOWN' };
  const { kind, name, storageUrl, tags } = published;
  if (kind === 'full') return { status: 200, body: JSON.stringify({ name, tags: [...tags.keys()].sort() }) };
  if (kind === 'old' && client.fallsBack) return { status: client.missingTagsStatus, code: 'MANIFEST_UNKNOWN' };
  return redirectTo(`${storageUrl.v2}tags/list`);
}

export const expectV1Images = (published: Published): Expected =>
  published ? { status: 200, json: published.v1Images.map((id) => ({ id })) } : { status: 404, code: 'NAME_UNKNOWN' };

export const expectV1Tags = (published: Published): Expected =>
  published ? { status: 200, json: Object.fromEntries(published.v1Tags) } : { status: 404, code: 'NAME_UNKNOWN' };

export function expectV1Tag(published: Published, tag: string): Expected {
  const id = published?.v1Tags.get(tag);
  return id === undefined ? { status: 404, code: 'MANIFEST_UNKNOWN' } : { status: 200, body: JSON.stringify(id) };
}

export const expectV1File = (published: Published, id: string, file: string): Expected =>
  published?.v1Images.includes(id)
    ? redirectTo(`${published.storageUrl.v1}${id}/${file}`)
    : { status: 404, code: 'MANIFEST_UNKNOWN' };
