/**
 * Pulls with the v2 protocol: the manifest by tag (never HEAD), for a list its linux/amd64 child by digest, then every
 * blob, verified. What goes wrong is thrown as V2Failed, for the era's rules to judge.
 */
import { gunzipSync } from 'node:zlib';
import type { HttpAnswer } from '../http';
import type { Connection, Headers } from './connection';
import { digestOf } from './digest';
import type { EraRules } from './eras';
import { describeAnswer } from './fallback';
import { readManifest, type ReadManifest } from './manifest';
import { V2Failed } from './v2-failed';

export interface PulledImage {
  tag: string;
  /** v2: the digest that docker prints, of the list where there is one; v1: the image id. */
  digestOrId: string;
  layers: number;
}

export interface V2Session {
  connection: Connection;
  rules: EraRules;
  /** Goes with every request. */
  authorization: Headers;
  name: string;
  /** A manifest or tag list was read: what fails from here on cannot be for want of v2 content. */
  hasReadContent: boolean;
}

export interface V2Ping {
  status: number;
  hasVersionHeader: boolean;
  /** WWW-Authenticate. */
  challenge: string | undefined;
}

export async function pingV2(connection: Connection): Promise<V2Ping> {
  const { status, headers } = await connection.send('GET', '/v2/');
  const versions = String(headers['docker-distribution-api-version'] ?? '').split(/[ ,]+/);
  return { status, hasVersionHeader: versions.includes('registry/2.0'), challenge: headers['www-authenticate'] };
}

export async function pullV2(session: V2Session, tag: string | undefined): Promise<PulledImage[]> {
  if (tag !== undefined) return [await pullTag(session, tag)];
  const images: PulledImage[] = [];
  for (const each of await fetchTagList(session)) images.push(await pullTag(session, each));
  return images;
}

async function fetchTagList(session: V2Session): Promise<string[]> {
  const { name, rules } = session;
  const answer = await send(session, 'GET', `/v2/${name}/tags/list`);
  if (answer.status === 404 && rules.readsNotFoundAsNoTags) return [];
  requireSuccess(answer);
  const tags = attempt(() => (JSON.parse(answer.body.toString()) as { tags: string[] | null }).tags ?? []);
  if (tags.length === 0 && rules.emptyTagList === 'failure') throw new V2Failed('no tags');
  session.hasReadContent = true;
  return tags;
}

async function pullTag(session: V2Session, tag: string): Promise<PulledImage> {
  const manifest = await fetchManifest(session, tag);
  const { config, layers } = manifest.kind === 'image' ? manifest : await fetchChild(session, manifest.children);
  const configBytes = config === undefined ? undefined : await fetchBlob(session, config);
  const blobs = new Map<string, Buffer>();
  for (const digest of new Set(layers)) blobs.set(digest, await fetchBlob(session, digest));
  if (configBytes) verifyRootFs(configBytes, layers, blobs);
  return { tag, digestOrId: manifest.digest, layers: layers.length };
}

async function fetchManifest(session: V2Session, reference: string): Promise<ReadManifest> {
  const { name, rules } = session;
  const accept = shuffle(rules.accept).map((type): Headers[number] => ['Accept', type]);
  const answer = await send(session, 'GET', `/v2/${name}/manifests/${reference}`, accept);
  requireSuccess(answer);
  const manifest = attempt(() => readManifest(answer, rules));
  if (reference.includes(':') && manifest.digest !== reference) {
    throw new V2Failed(`manifest verification failed for digest ${reference}`);
  }
  session.hasReadContent = true;
  return manifest;
}

async function fetchChild(session: V2Session, children: Extract<ReadManifest, { kind: 'list' }>['children']) {
  const child = children.find(({ platform: { architecture, os } }) => architecture === 'amd64' && os === 'linux');
  if (!child) throw new V2Failed('no matching manifest for linux/amd64 in the manifest list entries');
  const manifest = await fetchManifest(session, child.digest);
  if (manifest.kind === 'list') throw new V2Failed('unsupported manifest format');
  return manifest;
}

async function fetchBlob(session: V2Session, digest: string): Promise<Buffer> {
  const path = `/v2/${session.name}/blobs/${digest}`;
  if (session.rules.headsBlobs) {
    const { headers } = requireBlob(await send(session, 'HEAD', path));
    if (headers['content-length'] === undefined) throw new V2Failed('error parsing content-length: invalid syntax');
  }
  const { body } = requireBlob(await send(session, 'GET', path));
  if (digestOf(body) !== digest) throw new V2Failed(`filesystem layer verification failed for digest ${digest}`);
  return body;
}

/** The image configuration names every layer by the digest of its tar. */
function verifyRootFs(configBytes: Buffer, layers: string[], blobs: Map<string, Buffer>): void {
  const config = attempt(() => JSON.parse(configBytes.toString()) as { rootfs?: { diff_ids?: string[] } });
  const tars = layers.map((digest) => {
    const blob = blobs.get(digest) ?? Buffer.alloc(0);
    return attempt(() => digestOf(blob[0] === 0x1f ? gunzipSync(blob) : blob));
  });
  if (tars.join() === config.rootfs?.diff_ids?.join()) return;
  throw new V2Failed("layers from manifest don't match image configuration");
}

async function send(
  { connection, authorization }: V2Session,
  method: 'GET' | 'HEAD',
  path: string,
  headers: Headers = [],
): Promise<HttpAnswer> {
  try {
    return await connection.send(method, path, [...headers, ...authorization]);
  } catch (error) {
    throw new V2Failed((error as Error).message);
  }
}

function requireSuccess(answer: HttpAnswer): HttpAnswer {
  if (answer.status === 200) return answer;
  const seen = { status: answer.status, body: answer.body.toString() };
  throw new V2Failed(describeAnswer(seen), seen);
}

/** Of a missing blob docker reads no body: its answer never counts as an error answer. */
function requireBlob(answer: HttpAnswer): HttpAnswer {
  if (answer.status === 404) throw new V2Failed('unknown blob');
  return requireSuccess(answer);
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new V2Failed((error as Error).message);
  }
}

function shuffle(lines: string[]): string[] {
  return lines
    .map((line) => ({ line, order: Math.random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ line }) => line);
}
