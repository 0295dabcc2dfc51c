/** Hashes that Apache's own program made: the right password is right for both, any other for neither. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { findHashMistake } from '../../app/access/passwords/password-hash';
import { verifyPassword } from '../../app/access/passwords/verify-password';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { CHECKABLE, isRightForApache, makeHash } from './hashes';

/** What a command line can pass on, as long as htpasswd takes it. */
const passwords = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .filter((text) => !/\p{Cc}/u.test(text) && Buffer.byteLength(text) <= 255);

/** One character more, less, or another one. */
const altered = (password: string): string[] => [
  `${password}x`,
  password.slice(0, -1),
  `x${password.slice(1)}`,
  password.toUpperCase(),
];

describe.each(CHECKABLE)('htpasswd %s', (option) => {
  it.each([
    ['a word', 'secret'],
    ['nothing', ''],
    ['colons', 'a:b::c'],
    ['spaces', '  a b  '],
    ['UTF-8', 'pässwörd€🐳'],
    ['what looks like a hash', '$apr1$SMUBtZsn$kEgdQDP9dJrVwC8MzX/VW.'],
    ['72 bytes', 'x'.repeat(72)],
    ['16 characters, where MD5 changes its course', 'x'.repeat(16)],
    ['255 bytes', 'x'.repeat(255)],
  ])('%s', (_what, password) => {
    const hash = makeHash(option, password);
    expect(findHashMistake(hash)).toBeUndefined();
    expect(verifyPassword({ password, hash })).toBe(true);
    expect(verifyPassword({ password: `y${password}`, hash })).toBe(false);
  });

  it('any password', () => {
    fc.assert(
      fc.property(passwords, (password) => {
        const hash = makeHash(option, password);
        expect(verifyPassword({ password, hash })).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('any other password, as Apache judges it', () => {
    const file = join(createTemporaryDirectory(), 'htpasswd');
    fc.assert(
      fc.property(passwords, (password) => {
        const hash = makeHash(option, password);
        writeFileSync(file, `alice:${hash}\n`);
        for (const other of altered(password)) {
          expect(verifyPassword({ password: other, hash })).toBe(isRightForApache(file, 'alice', other));
        }
      }),
      { numRuns: 10 },
    );
  });
});

it('bcrypt sees the first 72 bytes only, as with Apache', () => {
  const file = join(createTemporaryDirectory(), 'htpasswd');
  const password = `${'ä'.repeat(36)}rest`;
  const hash = makeHash('-B', password);
  writeFileSync(file, `alice:${hash}\n`);
  expect(verifyPassword({ password: 'ä'.repeat(36), hash })).toBe(true);
  expect(isRightForApache(file, 'alice', 'ä'.repeat(36))).toBe(true);
  expect(verifyPassword({ password: 'ä'.repeat(35), hash })).toBe(false);
});

it.each(['2a', '2b', '2y'])('$%s$ is bcrypt', (kind) => {
  const hash = makeHash('-B', 'secret').replace('2y', kind);
  expect(verifyPassword({ password: 'secret', hash })).toBe(true);
  expect(verifyPassword({ password: 'Secret', hash })).toBe(false);
});
