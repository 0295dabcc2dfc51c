/**
 * How today's clients find their way to a token, request by request, for those that a test cannot run everywhere:
 *     crane         GET /v2/, GET token, GET manifest by tag
 *     docker        GET /v2/, GET token, HEAD manifest by tag, GET by digest
 *     containerd    HEAD manifest by tag; challenged: POST a form (without a user, or where that is refused: GET); GET by digest
 *     oras          GET manifest by tag; challenged: GET token
 * All of them go on with the configuration and the layers. Measured with the clients; throws what their users would read.
 */
import { digestOf } from './old-docker/digest';
import { request, requestFollowing, type HttpAnswer, type HttpRequest } from './http';

export type TodayClient = 'crane' | 'docker' | 'containerd' | 'oras';

export interface Login {
  user: string;
  password: string;
}

export interface TodayPull {
  manifest: Buffer;
  /** `GET /v2/ 401`, in order; the query is left away. */
  requests: string[];
}

const SCHEMA2 = 'application/vnd.docker.distribution.manifest.v2+json';
const ACCEPT = `${SCHEMA2}, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*`;

interface Challenge {
  realm: string;
  service: string;
  scope: string | undefined;
}

interface Session {
  client: TodayClient;
  registry: string;
  name: string;
  login: Login | undefined;
  requests: string[];
  token: string | undefined;
}

export async function pullToday(
  client: TodayClient,
  {
    registry,
    name,
    tag = 'latest',
    login,
  }: { registry: string; name: string; tag?: string; login?: Login | undefined },
): Promise<TodayPull> {
  const session: Session = { client, registry, name, login, requests: [], token: undefined };
  if (client === 'crane' || client === 'docker') await ping(session);
  const first = await ask(session, client === 'docker' || client === 'containerd' ? 'HEAD' : 'GET', `manifests/${tag}`);
  let manifest = first.body;
  if (manifest.length === 0) {
    // A storage that does not say the digest is asked for the content by tag first.
    const named = first.headers['docker-content-digest'];
    const digest = typeof named === 'string' ? named : digestOf((await ask(session, 'GET', `manifests/${tag}`)).body);
    // With the one type that it has just learned.
    const accept = `${String(first.headers['content-type'])}, */*`;
    manifest = (await ask(session, 'GET', `manifests/${digest}`, accept)).body;
    verify(manifest, digest);
  }
  const { config, layers } = JSON.parse(manifest.toString()) as Record<'config', Part> & Record<'layers', Part[]>;
  for (const part of [config, ...layers]) verify((await ask(session, 'GET', `blobs/${part.digest}`)).body, part.digest);
  return { manifest, requests: session.requests };
}

interface Part {
  digest: string;
}

function verify(bytes: Buffer, digest: string): void {
  const found = digestOf(bytes);
  if (found !== digest) throw new Error(`content is ${found}, not ${digest}`);
}

/** `docker login`: a token without a scope, which `/v2/` must take. */
export async function logIn(registry: string, login: Login): Promise<void> {
  const session: Session = { client: 'docker', registry, name: '', login, requests: [], token: undefined };
  const challenge = parseChallenge(await send(session, '/v2/'));
  session.token = await fetchByGet(session, { ...challenge, scope: undefined }, { offline_token: 'true' });
  const { status } = await send(session, '/v2/', { headers: authorize(session) });
  if (status !== 200) throw new Error(`login attempt failed with status: ${status}`);
}

/** Asks for the scope by itself: a ping does not name one. */
async function ping(session: Session): Promise<void> {
  const answer = await send(session, '/v2/');
  if (answer.status === 200) return;
  await authenticate(session, { ...parseChallenge(answer), scope: `repository:${session.name}:pull` });
}

async function ask(session: Session, method: 'GET' | 'HEAD', path: string, accept = ACCEPT): Promise<HttpAnswer> {
  const target = `/v2/${session.name}/${path}`;
  const again = (): Promise<HttpAnswer> =>
    send(session, target, { method, headers: [['Accept', accept], ...authorize(session)] });
  let answer = await again();
  // docker and crane do not ask for another token.
  if (answer.status === 401 && (session.client === 'containerd' || session.client === 'oras')) {
    await authenticate(session, parseChallenge(answer));
    answer = await again();
  }
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.toString()}`);
  return answer;
}

async function authenticate(session: Session, challenge: Challenge): Promise<void> {
  session.token =
    session.client === 'containerd' && session.login
      ? await fetchByForm(session, challenge, session.login)
      : await fetchByGet(session, challenge);
}

async function fetchByGet(session: Session, { realm, service, scope }: Challenge, more = {}): Promise<string> {
  const { login, client } = session;
  const query = new URLSearchParams({ ...(scope && { scope }), service, ...more });
  if (login && client === 'docker') query.set('account', login.user);
  return readToken(await send(session, `${realm}?${query.toString()}`, { headers: basic(login) }));
}

async function fetchByForm(session: Session, challenge: Challenge, { user, password }: Login): Promise<string> {
  const { realm, service, scope = '' } = challenge;
  const form = { client_id: 'containerd-client', grant_type: 'password', scope, service, username: user, password };
  const type: [string, string] = ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'];
  const body = new URLSearchParams(form).toString();
  const answer = await send(session, realm, { method: 'POST', headers: [type], body });
  return [401, 404, 405].includes(answer.status) ? fetchByGet(session, challenge) : readToken(answer);
}

function readToken({ status, body }: HttpAnswer): string {
  if (status !== 200) throw new Error(`failed to fetch a token: ${status} ${body.toString()}`);
  const { token, access_token: other } = JSON.parse(body.toString()) as Partial<Record<string, string>>;
  if (!token || token !== other) throw new Error('the token service has answered without a token');
  return token;
}

async function send(
  { registry, requests }: Session,
  target: string,
  how: Partial<HttpRequest> = {},
): Promise<HttpAnswer> {
  const url = new URL(target, registry);
  const method = how.method ?? 'GET';
  const exchange = { ...how, path: url.pathname + url.search };
  const answer =
    method === 'POST' ? await request(url.origin, exchange) : (await requestFollowing(url.origin, exchange)).answer;
  requests.push(`${method} ${url.pathname} ${answer.status}`);
  return answer;
}

const authorize = ({ token }: Session): [string, string][] =>
  token === undefined ? [] : [['Authorization', `Bearer ${token}`]];

const basic = (login: Login | undefined): [string, string][] =>
  login ? [['Authorization', `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`]] : [];

/** Stricter than any client: exactly one challenge, of which every client can make something. */
function parseChallenge({ status, headers, rawHeaders }: HttpAnswer): Challenge {
  if (status !== 401) throw new Error(`challenged with ${status}`);
  const lines = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'www-authenticate');
  const value = headers['www-authenticate'] ?? '';
  const match = /^Bearer ((?:\w+="[^"\\]*",?)+)$/.exec(value);
  if (lines.length !== 1 || !match) throw new Error(`not one challenge that everybody can read: ${value}`);
  const found = new Map([...value.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text]));
  const [realm, service] = [found.get('realm'), found.get('service')];
  if (realm === undefined || service === undefined) throw new Error(`the challenge lacks something: ${value}`);
  return { realm, service, scope: found.get('scope') };
}
