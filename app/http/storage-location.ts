/**
 * The address that a redirect names: the storage URL with the published path, rewritten and signed as `[cdn]` says.
 *
 * A signed address carries an Akamai Authorization Token 2.0, valid for one path and some minutes:
 *     https://cdn.example.com/a/blobs/sha256:…?_auth_=exp=1524660654~hmac=<hex>
 * where the HMAC is over `exp=<expiry>~url=<path>`. As in Crane, only the v2 protocol is rewritten and signed.
 */
import { createHmac } from 'node:crypto';
import type { Config } from '../config/config';
import type { PublishedFile } from '../decide/decision';
import { locate } from '../redirects/storage-url';

export type Locate = (file: PublishedFile) => string;

const readClock = (): number => Math.floor(Date.now() / 1000);

/** `nowSeconds`: seconds since 1970. */
export function createLocate(cdn: Config['cdn'], nowSeconds = readClock): Locate {
  const { rewrite, token } = cdn;
  return ({ storageUrl, path, protocol }) => {
    const location = locate(storageUrl, path);
    if (protocol === 'v1') return location;
    // By a function, because a string would be a pattern: `$&`.
    const rewritten = rewrite ? location.replaceAll(rewrite.match, () => rewrite.replacement) : location;
    return token ? sign(rewritten, token, nowSeconds()) : rewritten;
  };
}

type Token = NonNullable<Config['cdn']['token']>;

function sign(location: string, { secretHex, parameter, ttlSeconds, algorithm }: Token, nowSeconds: number): string {
  const queryAt = location.indexOf('?');
  const address = queryAt < 0 ? location : location.slice(0, queryAt);
  const query = queryAt < 0 ? '?' : `${location.slice(queryAt)}&`;
  const path = address.replace(/^[a-z]+:\/\/[^/]*/, '');
  const expiry = `exp=${nowSeconds + ttlSeconds}`;
  const hmac = createHmac(algorithm, Buffer.from(secretHex, 'hex')).update(`${expiry}~url=${path}`).digest('hex');
  return `${address}${query}${parameter}=${expiry}~hmac=${hmac}`;
}
