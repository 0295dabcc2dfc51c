/** Access control lists: what is read out of them, and what holds for any text. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { parseAcl, type Acl } from '../../app/access/policy/acl';
import { parseNamePattern } from '../../app/access/policy/name-pattern';
import { printAcl, patterns, rules } from './arbitrary-acls';

function parse(document: unknown): Acl {
  const parsed = parseAcl(JSON.stringify(document));
  if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.mistakes));
  return parsed.acl;
}

const RULE = { who: 'users', names: '**', access: 'pull' };

const NOBODY = { includesAnonymous: false, includesEveryUser: false, users: new Set(), includesCertificates: false };

describe('what is read', () => {
  it('a list without rules', () => {
    expect(parse({ rules: [] })).toEqual({ reveals: false, rules: [] });
  });

  it.each([
    [true, true],
    [false, false],
  ])('reveal: %j', (reveal, reveals) => {
    expect(parse({ $schema: 'acl.json', reveal, rules: [] }).reveals).toBe(reveals);
  });

  it.each<[who: string | string[], audience: Partial<Acl['rules'][number]['audience']>]>([
    ['everyone', { includesAnonymous: true, includesEveryUser: true }],
    ['anonymous', { includesAnonymous: true }],
    ['users', { includesEveryUser: true }],
    ['certificate', { includesCertificates: true }],
    ['user:alice', { users: new Set(['alice']) }],
    ['user:Alice van Ek', { users: new Set(['Alice van Ek']) }],
    ['user:everyone', { users: new Set(['everyone']) }],
    ['group:developers', { users: new Set(['alice', 'bob']) }],
    ['group:__proto__', { users: new Set(['eve']) }],
    ['group:nobody', {}],
    [
      ['certificate', 'user:carol', 'group:developers'],
      { includesCertificates: true, users: new Set(['carol', 'alice', 'bob']) },
    ],
    [['anonymous', 'users'], { includesAnonymous: true, includesEveryUser: true }],
  ])('who: %j', (who, audience) => {
    const groups = '{"developers":["alice","bob"],"nobody":[],"__proto__":["eve"]}';
    const parsed = parseAcl(`{"groups":${groups},"rules":[${JSON.stringify({ ...RULE, who })}]}`);
    expect(parsed).toMatchObject({ kind: 'parsed', acl: { rules: [{ audience: { ...NOBODY, ...audience } }] } });
  });

  it.each<[changes: Record<string, unknown>, isPull: boolean, isProtected: boolean | undefined]>([
    [{}, true, undefined],
    [{ access: 'none' }, false, undefined],
    [{ protected: true }, true, true],
    [{ protected: false }, true, false],
    [{ who: 'everyone' }, true, false],
    [{ who: ['user:alice', 'anonymous'] }, true, false],
    [{ who: 'everyone', protected: true }, true, true],
    [{ who: 'everyone', access: 'none' }, false, undefined],
    [{ who: 'anonymous', access: 'none' }, false, undefined],
    [{ who: 'certificate' }, true, undefined],
  ])('a rule with %j', (changes, isPull, isProtected) => {
    expect(parse({ rules: [{ ...RULE, ...changes }] }).rules).toMatchObject([{ isPull, isProtected }]);
  });

  it.each<[names: string | string[], matched: string[]]>([
    ['team/**', ['team/a']],
    [
      ['other', 'team/**'],
      ['team/a', 'other'],
    ],
  ])('names: %j', (names, matched) => {
    const [rule] = parse({ rules: [{ ...RULE, names }] }).rules;
    expect(['team/a', 'other', 'team'].filter((name) => rule?.names.some((matches) => matches(name)))).toEqual(matched);
  });
});

describe('any text', () => {
  const documents = fc.oneof(
    fc.jsonValue(),
    fc.record({ groups: fc.jsonValue(), rules: fc.jsonValue(), reveal: fc.jsonValue() }, { requiredKeys: [] }),
    fc.record({ rules: fc.array(fc.record({ who: fc.jsonValue(), names: fc.jsonValue(), access: fc.jsonValue() })) }),
    fc.record({ rules: fc.array(fc.oneof(rules, fc.jsonValue())) }),
  );

  function expectSound(text: string): void {
    const parsed = parseAcl(text);
    const mistakes = parsed.kind === 'parsed' ? [] : parsed.mistakes;
    expect(mistakes.length > 0).toBe(parsed.kind === 'refused');
    for (const { pointer, message } of mistakes) {
      expect(pointer).toMatch(/^(?:\/(?:[^~/]|~[01])*)*$/);
      expect(message).toMatch(/[a-z]/);
      expect(message).not.toContain('undefined');
    }
  }

  it('makes no fault', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      documents.map((document) => JSON.stringify(document)),
    );
    fc.assert(fc.property(texts, expectSound), { numRuns: 1000 });
  });

  it('makes none either where a good one is cut, or has a character changed', () => {
    fc.assert(
      fc.property(
        fc.array(rules, { minLength: 1, maxLength: 3 }).map(printAcl),
        fc.nat(300),
        fc.string({ unit: 'binary', maxLength: 2 }),
        fc.boolean(),
        (text, position, inserted, isCut) =>
          expectSound(text.slice(0, position) + inserted + (isCut ? '' : text.slice(position + 1))),
      ),
      { numRuns: 1000 },
    );
  });

  it('may be nested as deep as it likes', () => {
    expect(parseAcl('['.repeat(100_000) + ']'.repeat(100_000)).kind).toBe('refused');
  });
});

describe('the schema alone, as an editor has it', () => {
  const schema = JSON.parse(
    readFileSync(join(__dirname, '../../app/access/policy/schemas/acl.json'), 'utf8'),
  ) as object;
  const accepts = new Ajv({ strictTypes: false }).compile(schema);

  it('accepts what is accepted, but for groups that are not defined', () => {
    const isAccepted: boolean[] = [];
    const words = fc.oneof(
      fc.constantFrom(
        'everyone',
        'user:a',
        'user:a b',
        'user: a',
        'user:',
        'group:both',
        'group:',
        'users:a',
        'user:\u0000',
      ),
      fc.string().map((text) => `user:${text}`),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    const written = fc.record({ who: fc.array(words, { maxLength: 2 }), names: fc.string({ maxLength: 3 }) });
    fc.assert(
      fc.property(
        fc.oneof(
          rules,
          written.map((changes) => ({ ...RULE, ...changes, names: changes.names || '**' })),
        ),
        (rule) => {
          const text = printAcl([rule as never]);
          const parsed = parseAcl(text);
          isAccepted.push(parsed.kind === 'parsed');
          expect([text, accepts(JSON.parse(text))]).toEqual([text, parsed.kind === 'parsed']);
        },
      ),
      { numRuns: 2000 },
    );
    expect(new Set(isAccepted).size).toBe(2);
  });

  it('accepts the same patterns', () => {
    const isAccepted: boolean[] = [];
    const texts = fc.oneof(
      patterns,
      fc.stringMatching(/^[aA.*/_-]{0,8}$/),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.nat(300).map((length) => 'a'.repeat(length)),
    );
    fc.assert(
      fc.property(texts, (names) => {
        const isPattern = parseNamePattern(names).kind === 'parsed';
        isAccepted.push(isPattern);
        expect([names, accepts({ rules: [{ ...RULE, names }] })]).toEqual([names, isPattern]);
      }),
      { numRuns: 2000 },
    );
    expect(new Set(isAccepted).size).toBe(2);
  });
});
