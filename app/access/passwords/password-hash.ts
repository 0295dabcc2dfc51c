/**
 * The hashes of a password file that can be checked, and why any other is refused.
 *
 *     $2y$05$<22 characters of salt><31 of hash>      bcrypt; also $2a$ and $2b$
 *     $apr1$<1 to 8 characters of salt>$<22 of hash>  Apache's MD5
 *     {SHA}<28 characters of base64>                  SHA-1 without salt
 *
 * The last character of each part carries fewer bits than it could: a hash that was cut or mistyped is seen by that, too.
 * Messages never repeat the hash, for it may be a password in plain text. Pure.
 */

/** Two to this power rounds: a check takes some seconds already, and each further step doubles it. */
const HIGHEST_BCRYPT_COST = 16;

const BCRYPT = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}$/;
const APR1 = /^\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{21}[./01]$/;
const SHA = /^\{SHA\}[+/A-Za-z0-9]{26}[AEIMQUYcgkosw048]=$/;

export type HashKind = 'bcrypt' | 'apr1' | 'sha';

/** How a hash begins, and what that means. */
const OTHER_KINDS = [
  [/^\$2[aby]\$/, 'a damaged bcrypt hash'],
  [/^\$apr1\$/, 'a damaged apr1 hash'],
  [/^\{SHA\}/, 'a damaged SHA hash'],
  [/^\$2x\$/, 'a bcrypt hash of the faulty kind $2x$'],
  [/^\$1\$/, 'an MD5 hash of crypt(3)'],
  [/^\$5\$/, 'a SHA-256 hash of crypt(3)'],
  [/^\$6\$/, 'a SHA-512 hash of crypt(3)'],
  [/^\{SSHA\}/i, 'a salted SHA hash of LDAP'],
] as const;

/** Of a hash in which `findHashMistake` finds none. */
export function hashKindOf(hash: string): HashKind {
  if (hash.startsWith('$apr1$')) return 'apr1';
  return hash.startsWith('{SHA}') ? 'sha' : 'bcrypt';
}

/** Why the hash cannot be checked; undefined: it can. */
export function findHashMistake(hash: string): string | undefined {
  const cost = BCRYPT.exec(hash)?.[1];
  if (cost !== undefined) {
    if (Number(cost) <= HIGHEST_BCRYPT_COST) return undefined;
    return `has a bcrypt hash of cost ${cost}; at most ${HIGHEST_BCRYPT_COST} is accepted, for every login would take too long`;
  }
  if (APR1.test(hash) || SHA.test(hash)) return undefined;
  if (hash === '') return 'has no hash';
  const kind = OTHER_KINDS.find(([beginning]) => beginning.test(hash))?.[1] ?? 'no hash that is known here';
  return `has ${kind}; bcrypt, apr1 and SHA are accepted: make the line anew with htpasswd -B`;
}
