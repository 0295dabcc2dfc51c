/**
 * Where Redis is, as one URL. Credentials are percent-encoded, and may hold a password: no message repeats the text. Pure.
 *
 *     redis://[[user]:password@]host[:port][/db]                          one server
 *     redis-sentinel://[[user]:password@]host[:port],…/<master name>[/db]   the master that these sentinels name
 *     redis-cluster://[[user]:password@]host[:port],…                       a cluster, some of its nodes
 *     rediss://  rediss-sentinel://  rediss-cluster://                      the same with TLS, to sentinels too
 *
 * The credentials are those of the servers, not of the sentinels. `user@` alone goes with a password from a file.
 */
import { parseHost, type HostAndPort } from './addresses';
import { createKind } from './kinds';

export interface RedisAddress {
  kind: 'single' | 'sentinel' | 'cluster';
  /** At least one; exactly one when the kind is single. Of sentinels, their own addresses. */
  nodes: HostAndPort[];
  /** What the sentinels call the server; present when the kind is sentinel. */
  masterName?: string;
  username?: string;
  password?: string;
  /** Absent: 0. Never in a cluster. */
  db?: number;
  usesTls: boolean;
}

const redisPort = 6379;
const sentinelPort = 26_379;

const shape =
  /^redis(?<tls>s)?(?:-(?<kind>sentinel|cluster))?:\/\/(?:(?<credentials>[^@/?#]*)@)?(?<hosts>[^@/?#]+)(?<path>\/[^?#]*)?$/i;

export const redisUrl = createKind(
  'redis://[[user]:password@]host[:port][/db], redis-sentinel://[[user]:password@]host[:port],…/master[/db] ' +
    'or redis-cluster://[[user]:password@]host[:port],…, or the same with rediss for TLS; what is special in a password as %XX',
  parseRedisUrl,
  false,
);

function parseRedisUrl(text: string): RedisAddress | undefined {
  const parts = shape.exec(text)?.groups;
  if (!parts) return undefined;
  const kind = (parts['kind']?.toLowerCase() ?? 'single') as RedisAddress['kind'];
  const nodes = parseNodes(parts['hosts'] ?? '', kind === 'sentinel' ? sentinelPort : redisPort);
  const credentials = parseCredentials(parts['credentials']);
  const place = parsePath(kind, parts['path'] ?? '');
  if (!nodes || !credentials || !place || (kind === 'single' && nodes.length > 1)) return undefined;
  return { kind, nodes, ...place, ...credentials, usesTls: parts['tls'] !== undefined };
}

function parseNodes(text: string, defaultPort: number): HostAndPort[] | undefined {
  const nodes: HostAndPort[] = [];
  for (const part of text.split(',')) {
    const node = parseHost(part);
    if (!node) return undefined;
    nodes.push({ host: node.host, port: node.port ?? defaultPort });
  }
  return nodes;
}

function parseCredentials(text: string | undefined): Pick<RedisAddress, 'username' | 'password'> | undefined {
  if (text === undefined) return {};
  // A colon in either is written as %3A.
  const [user = '', secret, ...rest] = text.split(':');
  const [username, password] = [decode(user), secret === undefined ? undefined : decode(secret)];
  if (username === undefined || rest.length > 0) return undefined;
  // `user@`: the password is in a file.
  if (secret === undefined) return username === '' ? undefined : { username };
  return password ? { ...(username !== '' && { username }), password } : undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function parsePath(kind: RedisAddress['kind'], path: string): Pick<RedisAddress, 'masterName' | 'db'> | undefined {
  const words = path.split('/').slice(1);
  if (kind === 'sentinel') {
    const [masterName = '', ...rest] = words;
    const db = parseDb(rest);
    return db && /^[\w.-]+$/.test(masterName) ? { masterName, ...db } : undefined;
  }
  const db = parseDb(words);
  return kind === 'cluster' && db?.db !== undefined ? undefined : db;
}

/** Nothing, `/` or `/<db>`. */
function parseDb(words: string[]): Pick<RedisAddress, 'db'> | undefined {
  const [word = '', ...rest] = words;
  if (rest.length > 0) return undefined;
  if (word === '') return {};
  return /^\d{1,5}$/.test(word) ? { db: Number(word) } : undefined;
}
