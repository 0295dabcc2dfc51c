/** The Authorization header of the scheme Basic. */
import * as fc from 'fast-check';
import { formatBasic, parseBasic } from '../../app/access/passwords/basic-credentials';

const encode = (text: string, encoding: BufferEncoding = 'utf8'): string =>
  `Basic ${Buffer.from(text, encoding).toString('base64')}`;

const basic = (user: string, password: string) => ({ kind: 'basic', user, password });

describe('parseBasic', () => {
  it.each<[what: string, header: string | undefined, user: string, password: string]>([
    ['user and password', 'Basic YWxpY2U6c2VjcmV0', 'alice', 'secret'],
    ['the scheme in small letters', 'basic YWxpY2U6c2VjcmV0', 'alice', 'secret'],
    ['the scheme in capitals, and more spaces', 'BASIC   YWxpY2U6c2VjcmV0', 'alice', 'secret'],
    ['colons in the password', encode('alice:a:b:'), 'alice', 'a:b:'],
    ['no password', encode('alice:'), 'alice', ''],
    ['no user', encode(':secret'), '', 'secret'],
    ['UTF-8', encode('jürgen:pässwörd€🐳'), 'jürgen', 'pässwörd€🐳'],
    ['latin1', encode('jürgen:pässwörd', 'latin1'), 'jürgen', 'pässwörd'],
    ['spaces', encode('alice smith: a b '), 'alice smith', ' a b '],
    ['the longest header', encode(`a:${'b'.repeat(6136)}`), 'a', 'b'.repeat(6136)],
  ])('reads %s', (_what, header, user, password) => {
    expect(parseBasic(header)).toEqual(basic(user, password));
  });

  it.each<[what: string, header: string | undefined]>([
    ['no header', undefined],
    ['an empty header', ''],
    ['neither user nor password, as docker sends it', 'Basic Og=='],
    ['Bearer', 'Bearer YWxpY2U6c2VjcmV0'],
    ['Token', 'Token signature=a,repository="b",access=read'],
    ['another scheme that begins alike', 'Basically YWxpY2U6c2VjcmV0'],
  ])('finds none in %s', (_what, header) => {
    expect(parseBasic(header)).toEqual({ kind: 'none' });
  });

  it.each<[what: string, header: string]>([
    ['nothing behind the scheme', 'Basic'],
    ['only a space behind the scheme', 'Basic '],
    ['what is not base64', 'Basic YWxpY2U6c2VjcmV0!'],
    ['base64 with spaces', 'Basic YWxpY2U6 c2VjcmV0'],
    ['base64 for URLs', `Basic ${Buffer.from('a:>>>???').toString('base64url')}`],
    ['base64 without its padding', 'Basic Og'],
    ['base64 with bits to spare', 'Basic Oh=='],
    ['a comma and more', 'Basic YWxpY2U6c2VjcmV0, Bearer a'],
    ['a line break', 'Basic YWxpY2U6c2VjcmV0\nx'],
    ['no colon', encode('alice')],
    ['a control character in the user', encode('ali\nce:secret')],
    ['a control character in the password', encode('alice:sec\0ret')],
    ['a control character of latin1', encode('alice:\x85', 'latin1')],
    ['more than 8 KiB', encode(`a:${'b'.repeat(6137)}`)],
  ])('refuses %s', (_what, header) => {
    expect(parseBasic(header)).toEqual({ kind: 'malformed' });
  });

  const printable = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/\p{Cc}/u.test(text));
  const user = printable.filter((text) => !text.includes(':'));

  it('finds every user and password again', () => {
    fc.assert(
      fc.property(user, printable, (name, password) => {
        const expected = name + password === '' ? { kind: 'none' } : basic(name, password);
        expect(parseBasic(formatBasic(name, password))).toEqual(expected);
      }),
    );
  });

  it('answers any header, with nothing in it that could break a log', () => {
    const credentials = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    );
    fc.assert(
      fc.property(fc.constantFrom('Basic ', 'basic  ', '', 'Bearer '), credentials, (scheme, text) => {
        const answer = parseBasic(scheme + text);
        return answer.kind !== 'basic' || !/\p{Cc}/u.test(answer.user + answer.password);
      }),
      { numRuns: 1000 },
    );
  });
});
