/**
 * The tokens of the v1 protocol: given for Basic credentials once, then sent with every request of the same pull.
 *
 *     X-Docker-Token: signature=S,repository="library/hello",access=read
 *     Authorization: Token signature=S,repository="library/hello",access=read
 *
 * S holds all that is needed to verify it, so nothing is kept here. It has neither comma nor quote:
 *     <expiry, seconds since 1970>.<base64url of the name>.<base64url of the user>.<HMAC-SHA256 of the rest, base64url>
 *
 * Source: docker 1.5 to 17.11 as measured, docs/request-handling.md.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readClockSeconds } from '../clock';
import { quoteTime } from '../quote';

export interface V1TokenOptions {
  /** At least 32 bytes, the same in all processes. */
  secret: Buffer;
  ttlSeconds: number;
  nowSeconds?: () => number;
}

/** Whose token it is, and for which repository. */
export interface V1Grant {
  /** Undefined: anonymous. */
  user: string | undefined;
  name: string;
}

export type V1Verdict =
  /** The header is for somebody else, or an empty token: anonymous. */
  | { kind: 'none' }
  | ({ kind: 'valid' } & V1Grant)
  /** In words that complete "the v1 token …"; never a part of it. */
  | { kind: 'refused'; reason: string };

export interface V1Tokens {
  /** `header`: the value of X-Docker-Token, and of `WWW-Authenticate: Token …`. */
  issue(grant: V1Grant): { header: string };
  verify(authorization: string | undefined): V1Verdict;
}

/** More than the longest name and a user of a thousand bytes take. */
const LONGEST_HEADER = 4096;

const SCHEME = /^token(?: +|$)/i;
const TOKEN = /^signature=((\d{1,12})\.([\w-]+)\.([\w-]*))\.([\w-]{43}),repository="([^",]+)",access=read$/;

export function createV1Tokens({ secret, ttlSeconds, nowSeconds = readClockSeconds }: V1TokenOptions): V1Tokens {
  // The first words keep it apart from whatever else the secret is used for.
  const sign = (signed: string): string =>
    createHmac('sha256', secret).update(`davit v1 token\n${signed}`).digest('base64url');

  const verify = (authorization = ''): V1Verdict => {
    if (!SCHEME.test(authorization)) return { kind: 'none' };
    if (authorization.length > LONGEST_HEADER) return refuse('is too long');
    const token = authorization.replace(SCHEME, '').trimEnd();
    if (token === '') return { kind: 'none' };
    const match = TOKEN.exec(token);
    if (!match) return refuse('is malformed');
    const [signed, expiry, encodedName, encodedUser, signature, repository] = match.slice(1) as [
      ...[string, string, string, string, string, string],
    ];
    if (!timingSafeEqual(Buffer.from(sign(signed)), Buffer.from(signature))) return refuse('was not issued here');
    const [name, user] = [decode(encodedName), decode(encodedUser)];
    if (repository !== nameForDocker(name)) return refuse('is for another repository than it says');
    if (Number(expiry) <= nowSeconds()) return refuse(`expired at ${quoteTime(Number(expiry))}`);
    return { kind: 'valid', user: user === '' ? undefined : user, name };
  };

  return {
    issue: ({ user = '', name }) => {
      const signed = `${nowSeconds() + ttlSeconds}.${encode(name)}.${encode(user)}`;
      return { header: `signature=${signed}.${sign(signed)},repository="${nameForDocker(name)}",access=read` };
    },
    verify,
  };
}

const refuse = (reason: string): V1Verdict => ({ kind: 'refused', reason });

/** Docker puts `library/` before names of one component. */
const nameForDocker = (name: string): string => (name.includes('/') ? name : `library/${name}`);

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const decode = (text: string): string => Buffer.from(text, 'base64url').toString('utf8');
