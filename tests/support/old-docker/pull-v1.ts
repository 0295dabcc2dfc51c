/**
 * Pulls with the v1 protocol, request by request:
 *     GET /v1/_ping                               by some eras
 *     GET /v1/repositories/NAME/images            with `X-Docker-Token: true`; X-Docker-Endpoints says where to go on
 *     GET /v1/repositories/NAME/tags[/TAG]        `solo` is `library/solo` from here on
 *     GET /v1/images/ID/ancestry                  then `json` and `layer` of each, base first
 * Throws what docker would say. Stricter than docker, so that a wrong file is noticed: the ping must be answered with
 * 200, an ancestry must begin with its image, and every json must be that image's and name the next as its parent.
 */
import { gunzipSync } from 'node:zlib';
import type { HttpAnswer } from '../http';
import { basicOf, type Login } from './authorize-v2';
import type { Connection, Headers } from './connection';
import type { PulledImage } from './pull-v2';

export interface V1Request {
  name: string;
  /** Undefined for all tags. */
  tag: string | undefined;
  login: Login | undefined;
  pings: boolean;
  /** 1.11 and later over https: the ping decides whether Basic is sent with every request. */
  sendsBasicToStandalone: boolean;
  sendsEmptyToken: boolean;
  asksForOneTag: boolean;
}

interface Session {
  connection: Connection;
  authorization: Headers;
  endpoints: string[];
  /** Ids of images that this pull has already, of another tag. */
  pulled: Set<string>;
}

/** Empty user, empty password: how docker says that it has no credentials. */
const anonymousBasic: Headers = [['Authorization', 'Basic Og==']];

export async function pullV1(connection: Connection, request: V1Request): Promise<PulledImage[]> {
  const isStandalone = request.pings && (await pingV1(connection));
  const session = await openSession(connection, request, isStandalone && request.sendsBasicToStandalone);
  const tags = await fetchTags(session, request);
  const images: PulledImage[] = [];
  for (const [tag, id] of tags) images.push({ tag, digestOrId: id, layers: await pullImage(session, tag, id) });
  return images;
}

async function pingV1(connection: Connection): Promise<boolean> {
  const { status, headers } = await connection.send('GET', '/v1/_ping');
  if (status !== 200) throw new Error(`invalid registry endpoint: v1 ping attempt failed with status ${status}`);
  const standalone = String(headers['x-docker-registry-standalone'] ?? 'true');
  return ['true', '1'].includes(standalone.toLowerCase());
}

async function openSession(connection: Connection, request: V1Request, sendsBasic: boolean): Promise<Session> {
  const { name, tag, login, sendsEmptyToken } = request;
  // Once; what follows has the token that this is answered with, or, with sendsBasic, this again.
  const basic = login ? basicOf(login) : sendsBasic ? anonymousBasic : [];
  const headers: Headers = [['X-Docker-Token', 'true'], ...basic];
  const answer = await connection.send('GET', `/v1/repositories/${name}/images`, headers);
  if (answer.status === 401) throw new Error('Authentication is required.');
  if (answer.status === 404) throw new Error(`Error: image ${tag === undefined ? name : `${name}:${tag}`} not found`);
  if (answer.status !== 200) throw new Error(`Error: Status ${answer.status} trying to pull repository ${name}`);
  readArray(answer);
  const hosts = String(answer.headers['x-docker-endpoints'] ?? '');
  const token = answer.headers['x-docker-token'] ?? (sendsEmptyToken ? '' : undefined);
  const tokenHeaders: Headers = token === undefined ? [] : [['Authorization', `Token ${String(token)}`]];
  return {
    connection,
    authorization: sendsBasic ? basic : tokenHeaders,
    endpoints: hosts ? hosts.split(',').map((host) => createEndpoint(host.trim())) : [''],
    pulled: new Set(),
  };
}

/** docker puts a scheme before it and `/v1/` after it, so anything but host and port makes a URL that leads nowhere. */
function createEndpoint(host: string): string {
  if (!URL.canParse(`http://${host}/`) || /[/?#]/.test(host)) throw new Error(`invalid X-Docker-Endpoints: ${host}`);
  return `//${host}`;
}

async function fetchTags(session: Session, { name, tag, asksForOneTag }: V1Request): Promise<[string, string][]> {
  const repository = name.includes('/') ? name : `library/${name}`;
  const path = `/v1/repositories/${repository}/tags${tag !== undefined && asksForOneTag ? `/${tag}` : ''}`;
  const answer = await sendToFirst(session, path);
  const missing = tag === undefined ? 'Repository not found' : `Tag ${tag} not found in repository ${name}`;
  if (answer.status === 404) throw new Error(missing);
  const document: unknown = JSON.parse(answer.body.toString());
  if (tag !== undefined && asksForOneTag) return [[tag, readId(document)]];
  const all = new Map(Object.entries(document as Record<string, unknown>));
  if (tag !== undefined && !all.has(tag)) throw new Error(missing);
  const wanted = tag === undefined ? [...all.keys()] : [tag];
  return wanted.map((each) => [each, readId(all.get(each))]);
}

/** The first endpoint that says 200 or 404 has spoken for all. */
async function sendToFirst({ connection, authorization, endpoints }: Session, path: string): Promise<HttpAnswer> {
  for (const endpoint of endpoints) {
    const answer = await connection.send('GET', endpoint + path, authorization);
    if (answer.status === 200 || answer.status === 404) return answer;
  }
  throw new Error('Could not reach any registry endpoint');
}

/** The number of layers. */
async function pullImage(session: Session, tag: string, id: string): Promise<number> {
  let lastError: unknown;
  for (const endpoint of session.endpoints) {
    try {
      return await pullImageFrom(session, `${endpoint}/v1/images/`, id);
    } catch (error) {
      lastError = error;
    }
  }
  throw new Error(`Error pulling image (${tag}), ${(lastError as Error).message}`, { cause: lastError });
}

async function pullImageFrom(session: Session, images: string, id: string): Promise<number> {
  const send = async (imageId: string, file: string): Promise<HttpAnswer> => {
    const answer = await session.connection.send('GET', `${images}${imageId}/${file}`, session.authorization);
    if (answer.status === 200) return answer;
    throw new Error(`Server error: Status ${answer.status} while fetching ${file} of ${imageId}`);
  };
  const ancestry = readArray(await send(id, 'ancestry')).map(readId);
  if (ancestry[0] !== id) throw new Error(`the ancestry of ${id} begins with ${ancestry[0] ?? 'nothing'}`);
  for (const [index, imageId] of [...ancestry.entries()].reverse()) {
    if (session.pulled.has(imageId)) continue;
    const image = JSON.parse((await send(imageId, 'json')).body.toString()) as { id: string; parent?: string };
    if (image.id !== imageId) throw new Error(`the json of ${imageId} is that of ${image.id}`);
    const isNext = (image.parent ?? '') === (ancestry[index + 1] ?? '');
    if (!isNext) throw new Error(`the parent of ${imageId} is not the next of the ancestry`);
    verifyTar(imageId, (await send(imageId, 'layer')).body);
    session.pulled.add(imageId);
  }
  return ancestry.length;
}

function verifyTar(id: string, layer: Buffer): void {
  const tar = layer[0] === 0x1f ? gunzipSync(layer) : layer;
  if (tar.length === 0 || tar.length % 512 !== 0) throw new Error(`the layer of ${id} is not a tar: unexpected EOF`);
}

function readArray({ body }: HttpAnswer): unknown[] {
  const document: unknown = JSON.parse(body.toString());
  if (!Array.isArray(document)) throw new Error('Error while reading the http response: json: cannot unmarshal');
  return document;
}

function readId(value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
  throw new Error(`image ID ${JSON.stringify(value)} is invalid`);
}
