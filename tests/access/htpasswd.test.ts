/** Password files: what is read, what is refused, and that no message repeats what may be a secret. */
import * as fc from 'fast-check';
import { parseHtpasswd } from '../../app/access/passwords/htpasswd';
import { CHECKABLE, makeLine, type HashOption } from './hashes';

const BCRYPT = `$2y$05$abcdefghijklmnopqrstu.${'v'.repeat(31)}`;
const APR1 = '$apr1$SMUBtZsn$kEgdQDP9dJrVwC8MzX/VW.';
const SHA = '{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=';

const mistakesOf = (text: string): string[] => {
  const parsed = parseHtpasswd(text);
  return parsed.kind === 'refused' ? parsed.mistakes.map(({ line, message }) => `${line} ${message}`) : [];
};

const usersOf = (text: string): Record<string, string> => {
  const parsed = parseHtpasswd(text);
  if (parsed.kind === 'refused') throw new Error(mistakesOf(text).join('\n'));
  return Object.fromEntries(parsed.users);
};

describe('parseHtpasswd', () => {
  it.each<[what: string, text: string, users: Record<string, string>]>([
    ['an empty file', '', {}],
    ['comments and empty lines', '# all\n\n  \t\n  # users\n', {}],
    ['a line', `alice:${APR1}\n`, { alice: APR1 }],
    ['no line break at the end', `alice:${SHA}`, { alice: SHA }],
    ['lines of Windows', `alice:${APR1}\r\n\r\n# x\r\nbob:${SHA}\r\n`, { alice: APR1, bob: SHA }],
    ['spaces around', `  alice:${APR1}  \n\tbob:${SHA}\t`, { alice: APR1, bob: SHA }],
    ['more behind a second colon', `alice:${APR1}:Alice:x\n`, { alice: APR1 }],
    ['a user in UTF-8, with a space', `jürgen müller:${SHA}\n`, { 'jürgen müller': SHA }],
    ['a space before the colon, which is the name’s', `alice :${SHA}`, { 'alice ': SHA }],
    ['names that objects have', `__proto__2:${SHA}\nconstructor:${SHA}`, { __proto__2: SHA, constructor: SHA }],
    [
      'every kind of bcrypt',
      `a:$2a${BCRYPT.slice(3)}\nb:$2b${BCRYPT.slice(3)}\nc:${BCRYPT}`,
      {
        a: `$2a${BCRYPT.slice(3)}`,
        b: `$2b${BCRYPT.slice(3)}`,
        c: BCRYPT,
      },
    ],
    ['the highest cost', `a:${BCRYPT.replace('05', '16')}`, { a: BCRYPT.replace('05', '16') }],
  ])('reads %s', (_what, text, users) => {
    expect(usersOf(text)).toEqual(users);
  });

  it('takes the first line of a user, as Apache does, and warns', () => {
    expect(parseHtpasswd(`alice:${APR1}\nbob:${SHA}\nalice:${SHA}\n`)).toEqual({
      kind: 'parsed',
      users: new Map([
        ['alice', APR1],
        ['bob', SHA],
      ]),
      warnings: [{ line: 3, message: 'is ignored: an earlier line has the same user' }],
    });
  });

  it('takes no time for a line with many spaces inside', () => {
    const blanks = ' '.repeat(210_000);
    const startMs = performance.now();

    expect(usersOf(`${blanks}a${blanks}b:${SHA}${blanks}`)).toEqual({ [`a${blanks}b`]: SHA });
    expect(performance.now() - startMs).toBeLessThan(2000);
  });

  it('names every line that is wrong', () => {
    expect(mistakesOf(`alice\n:${SHA}\nbob:${SHA}\ncarol:\n`)).toEqual([
      '1 has no colon between user and hash',
      '2 has no user',
      '4 has no hash',
    ]);
  });

  it.each<[line: string, message: string]>([
    [`al\x07ice:${SHA}`, 'has a control character in its user'],
    ['# comment \\', 'ends with a backslash, by which Apache joins the next line to it'],
    [`alice:${SHA}\\`, 'ends with a backslash, by which Apache joins the next line to it'],
    [
      `a:${BCRYPT.replace('05', '17')}`,
      'has a bcrypt hash of cost 17; at most 16 is accepted, for every login would take too long',
    ],
    ...(
      [
        [BCRYPT.slice(0, -1), 'a damaged bcrypt hash'],
        [BCRYPT.replace('05', '03'), 'a damaged bcrypt hash'],
        [BCRYPT.replace('05', '32'), 'a damaged bcrypt hash'],
        [BCRYPT.replace('u.v', 'uvv'), 'a damaged bcrypt hash'],
        [`${APR1}x`, 'a damaged apr1 hash'],
        [APR1.slice(0, -1) + 'x', 'a damaged apr1 hash'],
        [APR1.replace('SMUBtZsn', 'SMUBtZsnx'), 'a damaged apr1 hash'],
        [APR1.replace('SMUBtZsn', ''), 'a damaged apr1 hash'],
        [SHA.slice(0, -1), 'a damaged SHA hash'],
        [SHA.replace('k=', 'l='), 'a damaged SHA hash'],
        [BCRYPT.replace('2y', '2x'), 'a bcrypt hash of the faulty kind $2x$'],
        ['$1$SMUBtZsn$kEgdQDP9dJrVwC8MzX/VW.', 'an MD5 hash of crypt(3)'],
        ['{SSHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=', 'a salted SHA hash of LDAP'],
        ['{sha}2jmj7l5rSw0yVb/vlWAYkK/YBwk=', 'no hash that is known here'],
        ['$argon2id$v=19$m=65536', 'no hash that is known here'],
      ] as const
    ).map(([hash, kind]): [string, string] => [
      `alice:${hash}`,
      `has ${kind}; bcrypt, apr1 and SHA are accepted: make the line anew with htpasswd -B`,
    ]),
  ])('refuses %j', (line, message) => {
    expect(mistakesOf(`bob:${SHA}\n${line}\n`)).toEqual([`2 ${message}`]);
  });

  it.each<[option: HashOption, kind: string]>([
    ['-d', 'no hash that is known here'],
    ['-p', 'no hash that is known here'],
    ['-2', 'a SHA-256 hash of crypt(3)'],
    ['-5', 'a SHA-512 hash of crypt(3)'],
  ])('refuses what htpasswd %s makes', (option, kind) => {
    const line = makeLine(option, 'alice', 'plainSecret');
    const mistakes = mistakesOf(line);
    expect(mistakes).toEqual([expect.stringContaining(kind)]);
    expect(mistakes.join()).not.toContain(line.slice('alice:'.length));
  });

  it.each(CHECKABLE)('reads what htpasswd %s makes', (option) => {
    const line = makeLine(option, 'alice', 'secret');
    expect(usersOf(`${line}\n`)).toEqual({ alice: line.slice('alice:'.length) });
  });
});

describe('any text', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9./$]{6,20}$/).map((text) => `q${text}q`);

  it('is read or refused, line by line, without repeating a hash', () => {
    const piece = fc.oneof(
      fc.constantFrom('alice:', ':', '\n', '\r\n', '#', '\\', BCRYPT, APR1, SHA, '$2y$', '$apr1$', '{SHA}', '$6$'),
      secret,
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        const parsed = parseHtpasswd(text);
        const remarks = parsed.kind === 'parsed' ? parsed.warnings : parsed.mistakes;
        const secrets = pieces.filter((one) => /^q.{6,20}q$/.test(one));
        return remarks.every(
          ({ line, message }) =>
            line >= 1 && line <= text.split('\n').length && !secrets.some((one) => message.includes(one)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('gives back what was written', () => {
    const user = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((text) => !/[\p{Cc}:]|^[ #]/u.test(text));
    const users = fc.dictionary(
      user.filter((name) => name !== '__proto__'),
      fc.constantFrom(BCRYPT, APR1, SHA),
    );
    fc.assert(
      fc.property(users, fc.constantFrom('\n', '\r\n'), (written, end) => {
        const lines = Object.entries(written).map(([name, hash]) => `${name}:${hash}`);
        expect(usersOf(lines.join(end))).toEqual(written);
      }),
    );
  });
});
