/**
 * One plain sentence for the log on what is wrong with Redis, from an error of ioredis or of the network. Pure.
 *
 * Redis begins its refusals with a word in capitals; ioredis puts words of its own before some. Passwords are never part of the
 * sentence: Redis repeats the beginning of a command that it does not know, so a refusal is told without what follows.
 */

const NOT_ALLOWED = 'the Redis user may not do this: its ACL rules lack a command or a key';

const MOVING = 'the Redis cluster is moving the slot';

const refusals: Record<string, string> = {
  WRONGPASS: 'Redis refuses the user name or password',
  NOAUTH: 'Redis asks for a password, and none is configured',
  NOPERM: NOT_ALLOWED,
  READONLY: 'this Redis is a replica: it takes no writes',
  OOM: 'Redis is full: maxmemory is reached, and its policy lets nothing go',
  MISCONF: 'Redis takes no writes, because it cannot save to its disk',
  LOADING: 'Redis is still loading its data',
  BUSY: 'Redis is busy with a script that does not end',
  WRONGTYPE: 'a key in Redis has another type than davit gives it: something else uses the same prefix',
  LOST: 'a key of the index is gone from Redis, or not whole; the writer finds it and writes it again',
  CLUSTERDOWN: 'the Redis cluster is down: some slots have no master',
  CROSSSLOT: 'keys of one command are in different slots of the Redis cluster',
  MASTERDOWN: 'this Redis is a replica that has lost its master',
  NOREPLICAS: 'Redis takes no writes, because too few replicas follow it',
  TRYAGAIN: MOVING,
  ASK: MOVING,
  MOVED: MOVING,
};

const networkFaults: Record<string, string> = {
  ECONNREFUSED: 'Redis refuses the connection: nothing listens there',
  ECONNRESET: 'Redis has closed the connection',
  EPIPE: 'Redis has closed the connection',
  ENOTFOUND: 'the name of the Redis host is unknown',
  EAI_AGAIN: 'the name of the Redis host cannot be looked up now',
  ETIMEDOUT: 'Redis does not answer: the connection timed out',
  EHOSTUNREACH: 'there is no way to the Redis host',
  ENETUNREACH: 'there is no way to the Redis host',
  EPROTO: 'no TLS with Redis: it speaks something else on that port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no TLS with Redis: it speaks something else on that port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no TLS with Redis: it speaks something else on that port',
  ERR_TLS_CERT_ALTNAME_INVALID: 'no TLS with Redis: its certificate is for another host',
  CERT_HAS_EXPIRED: 'no TLS with Redis: its certificate has expired',
  CERT_NOT_YET_VALID: 'no TLS with Redis: its certificate is not valid yet',
};

/** OpenSSL's names for a chain that does not end at a known authority. */
const unknownIssuer = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/;

/** Words of ioredis, and of Redis where it begins with no word of its own, from the particular to the general. */
const ownWords: [words: RegExp, sentence: string][] = [
  [/timed out|Socket timeout|^timeout$|no answer within|does not answer/, 'Redis does not answer in time'],
  [/invalid reply/, 'a sentinel does not know the master: is its name right?'],
  [/executing the script can't/, NOT_ALLOWED],
  [/slots allocation group/, MOVING],
  [/max number of clients/, 'Redis has too many clients'],
  [/DB index is out of range|SELECT is not allowed/, 'Redis does not have the database that is configured'],
  [/sentinels are unreachable|connect to sentinel/, 'no sentinel can be reached, or none knows the master'],
  [/Failed to refresh slots cache|startup nodes/, 'no node of the Redis cluster can be reached'],
  [/enableOfflineQueue/, 'there is no connection to Redis'],
  [/Connection is closed/, 'there is no connection to the Redis node: it was closed, or could not be made'],
  [/max retries per request|connection close|disconnect/, 'the connection to Redis was lost'],
];

/** What may be read of an error, whoever made it. */
interface Told {
  message: string;
  code?: string;
  address?: string;
  port?: number;
  /** Of ioredis, when no node of a cluster answers. */
  lastNodeError?: unknown;
  command?: { name?: string };
}

const isTold = (error: unknown): error is Told =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';

export function describeRedisFault(error: unknown): string {
  if (!isTold(error)) return 'Redis failed in an unknown way';
  const { code = '', address, port, lastNodeError } = error;
  if (isTold(lastNodeError)) return `no node of the Redis cluster can be reached: ${describeRedisFault(lastNodeError)}`;
  const refusal = findRefusal(error.message);
  if (refusal !== undefined) return refusal;
  const place = address === undefined ? '' : ` (${address}:${String(port)})`;
  const networkFault = networkFaults[code] ?? (unknownIssuer.test(code) ? UNKNOWN_ISSUER : undefined);
  if (networkFault !== undefined) return networkFault + place;
  const own = ownWords.find(([words]) => words.test(error.message));
  return own ? own[1] + findCause(error.message) : `Redis refuses: ${cut(error)}`;
}

const UNKNOWN_ISSUER =
  'no TLS with Redis: nobody trusted has issued its certificate; [redis] tls_ca names the authority';

function findRefusal(message: string): string | undefined {
  for (const [word] of message.matchAll(/(?<=^|: |Error )[A-Z]{3,}(?= )/g)) {
    if (Object.hasOwn(refusals, word)) return refusals[word];
  }
  return undefined;
}

/** ioredis tells of what it met on its way in text only. */
function findCause(message: string): string {
  const [code = ''] = /\bE[A-Z]{4,}\b/.exec(message) ?? [];
  const cause = networkFaults[code];
  return cause === undefined ? '' : `: ${cause}`;
}

/** One short line of printable characters, without the arguments that Redis repeats. */
function cut({ message, command }: Told): string {
  if (/^(auth|hello)$/i.test(command?.name ?? '')) return 'the login';
  const [beginning = ''] = message.split(/,? with args|[`'"]/);
  return beginning
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 120);
}
