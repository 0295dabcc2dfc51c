/**
 * The INI reader against what Python 2.7's ConfigParser made of the same texts: ini-cases.json holds its answers, null where it
 * raised an interpolation error. The one difference on purpose: Python stops at the first line before a section.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { parseIni, type Ini } from '../../app/config/ini';
import { findValue } from '../../app/config/interpolate';

interface Case {
  title: string;
  text: string;
  values?: Record<string, Record<string, string | null>>;
  /** Line numbers. */
  problems?: number[];
}

const cases = JSON.parse(readFileSync(join(__dirname, 'ini-cases.json'), 'utf8')) as Case[];

type Values = Map<string, Map<string, string | null>>;

/** Everything that can be looked up; null for a mistake. */
const readAll = (ini: Ini): Values =>
  new Map(
    [...ini.sections].map(([name, section]) => {
      const keys = [...new Set([...section.keys(), ...ini.defaults.keys()])].filter((key) => key !== '__name__').sort();
      return [name, new Map(keys.map((key) => [key, readValue(ini, name, key)]))];
    }),
  );

const readValue = (ini: Ini, section: string, key: string): string | null => {
  const found = findValue(ini, section, key);
  return found && 'value' in found ? found.value : null;
};

const toMaps = (values: Case['values'] = {}): Values =>
  new Map(Object.entries(values).map(([section, entries]) => [section, new Map(Object.entries(entries))]));

describe('parseIni, as Python', () => {
  it.each(cases.filter(({ values }) => values).map((row) => [row.title, row] as const))('%s', (_title, row) => {
    const { ini, problems } = parseIni(row.text);

    expect(problems).toEqual([]);
    expect(readAll(ini)).toEqual(toMaps(row.values));
  });

  it.each(cases.filter(({ problems }) => problems).map((row) => [row.title, row] as const))('%s', (_title, row) => {
    expect(parseIni(row.text).problems.map(({ line }) => line)).toEqual(row.problems);
  });
});

describe('parseIni, beyond Python', () => {
  it('skips a byte order mark', () => {
    expect(readAll(parseIni('\uFEFF[a]\r\nk = v\r\n').ini)).toEqual(toMaps({ a: { k: 'v' } }));
  });

  it('says what is wrong with each line and keeps what the others say', () => {
    const { ini, problems } = parseIni('early = 1\n[a]\nbroken\nk = v\n');

    expect(problems).toEqual([
      { line: 1, message: 'stands before the first [section]' },
      { line: 3, message: 'is neither [section] nor key = value' },
    ]);
    expect(readValue(ini, 'a', 'k')).toBe('v');
  });
});

describe('findValue', () => {
  const find = (text: string, key = 'k') => findValue(parseIni(text).ini, 'a', key);

  it.each([
    ['[a]\nk = %(x)s\n', 'names %(x)s, which neither the section nor [DEFAULT] sets'],
    ['[a]\nn = v\nk = %(n)s 5%\n', 'has a % that is neither %(name)s nor %% beside a %(name)s'],
    ['[a]\nk = %(k)s\n', 'names itself through %(…)s, or too deep'],
    [`[a]\nk = ${'%(k)s'.repeat(500)}\n`, 'grows too long through %(…)s'],
    ['[a]\nk = %(x)s %(y)s 5%\n', 'names %(x)s, which neither the section nor [DEFAULT] sets'],
  ])('%j', (text, mistake) => {
    expect(find(text)).toEqual({ mistake });
  });

  it('finds nothing where nothing is set', () => {
    expect(find('[a]\n')).toBeUndefined();
    expect(find('[DEFAULT]\nk = v\n[b]\n')).toBeUndefined();
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '[a]',
      '[DEFAULT]',
      '\n',
      '\r\n',
      ' ',
      '\t',
      '=',
      ':',
      ';',
      '#',
      'rem ',
      '%(k)s',
      '%',
      '%(',
      'k = ',
      '__proto__',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );

  it('never throws, and every line is accounted for', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const { ini, problems } = parseIni(text);
        readAll(ini);
        return problems.every(({ line }) => line >= 1 && line <= text.split('\n').length);
      }),
    );
  });

  it('gives back what was written', () => {
    const word = fc.stringMatching(/^[a-z_][a-z0-9_.-]{0,11}$/).filter((text) => text !== 'rem' && text !== '__name__');
    // Whatever a line can hold without being cut (` ;`), resolved (`%(`), or taken for nothing (`""`).
    const line = fc
      .string({ unit: 'grapheme', maxLength: 30 })
      .map((text) =>
        text
          .replace(/[\p{Cc}\s;]+/gu, ' ')
          .replaceAll('%(', '%')
          .trim(),
      )
      .filter((text) => text !== '""');
    const value = fc
      .tuple(
        line,
        fc.array(
          line.filter((text) => text !== ''),
          { maxLength: 2 },
        ),
      )
      .map(([first, rest]) => [first, ...rest].join('\n'));
    const config = fc.dictionary(
      word.filter((name) => name !== 'DEFAULT'),
      fc.dictionary(word, value, { maxKeys: 5 }),
      { maxKeys: 4 },
    );
    fc.assert(
      fc.property(
        config,
        fc.constantFrom('=', ' = ', ':', ': '),
        fc.constantFrom('\n', '\r\n'),
        (values, separator, end) => {
          const lines = Object.entries(values).flatMap(([section, entries]) => [
            `[${section}]`,
            ...Object.entries(entries).map(([key, text]) => `${key}${separator}${text.replaceAll('\n', `${end}  `)}`),
          ]);
          const { ini, problems } = parseIni(lines.map((text) => text + end).join(''));

          expect(problems).toEqual([]);
          expect(readAll(ini)).toEqual(toMaps(values));
        },
      ),
    );
  });
});
