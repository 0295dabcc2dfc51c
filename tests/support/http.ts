/**
 * Sends HTTP requests exactly as told, for tests that care about what fetch and its like tidy up: the path goes out
 * undecoded, and every header pair becomes a line of its own, in the order given. Only Host, Connection and, with a
 * body, Content-Length are added. Nothing is followed or retried; certificates are not checked.
 */
import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';

export interface HttpRequest {
  method?: string;
  /** The request target as it is sent, such as `/v2/a%2Fb/tags/list?n=1`. */
  path: string;
  headers?: [name: string, value: string][];
  body?: string | Buffer;
  /** The client's own address, such as 127.0.0.2; by default that of the server, on loopback. */
  from?: string;
  /** Of connections that are kept alive, for who asks much; by default none is. */
  agent?: http.Agent;
}

export interface HttpAnswer {
  status: number;
  /** Names in lower case, repeated lines joined as Node does. */
  headers: IncomingHttpHeaders;
  /** Name, value, name, value …, as they came. */
  rawHeaders: string[];
  body: Buffer;
}

/** Go's limit, and so docker's. */
const maxRedirects = 10;
/** Far more than loopback needs: a server that says nothing fails the test with a reason, not with its deadline. */
const silenceTimeoutMs = 30_000;

/** Of `baseUrl` only scheme, host and port count. */
export function request(
  baseUrl: string,
  { method = 'GET', path, headers = [], body, from, agent }: HttpRequest,
): Promise<HttpAnswer> {
  const { protocol, hostname, port, host } = new URL(baseUrl);
  const lines = [...headers];
  const isMissing = (name: string): boolean => !headers.some(([given]) => given.toLowerCase() === name);
  if (isMissing('host')) lines.unshift(['Host', host]);
  if (body !== undefined && isMissing('content-length')) lines.push(['Content-Length', `${Buffer.byteLength(body)}`]);
  return new Promise((resolve, reject) => {
    const outgoing = (protocol === 'https:' ? https : http).request({
      method,
      path,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      ...(port && { port }),
      headers: lines.flat(),
      ...(from !== undefined && { localAddress: from }),
      agent: agent ?? false,
      timeout: silenceTimeoutMs,
      rejectUnauthorized: false,
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${host}${path}`)));
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const { statusCode = 0, headers: parsed, rawHeaders } = incoming;
        resolve({ status: statusCode, headers: parsed, rawHeaders, body: Buffer.concat(chunks) });
      });
    });
    outgoing.end(body);
  });
}

/** Like `request`, and goes where the answers point. `urls` are all that were asked, the answer's last. */
export async function requestFollowing(
  baseUrl: string,
  { path, ...rest }: HttpRequest,
): Promise<{ answer: HttpAnswer; urls: string[] }> {
  const urls: string[] = [];
  const answer = await followRedirects(new URL(path, baseUrl), rest.method ?? 'GET', (url, method) => {
    // The first target goes out as given: URL has already tidied its copy.
    const target = urls.length === 0 ? path : url.pathname + url.search;
    urls.push(urls.length === 0 ? new URL(baseUrl).origin + path : url.href);
    return request(url.href, { ...rest, method, path: target });
  });
  return { answer, urls };
}

/** Redirects as clients follow them, absolute or relative; `send` makes each single request. */
export async function followRedirects(
  first: URL,
  method: string,
  send: (url: URL, method: string) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  let url = first;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const answer = await send(url, method);
    if (![301, 302, 303, 307, 308].includes(answer.status)) return answer;
    const { location } = answer.headers;
    if (!location) throw new Error(`${answer.status} response missing Location header`);
    url = new URL(location, url);
    if (answer.status === 303 && method !== 'HEAD') method = 'GET';
  }
  throw new Error(`stopped after ${maxRedirects} redirects`);
}
