/** What a redirect file must be, first part: JSON of a known version, and how much is said of one that is not. */
import { createDocument, findProblems, parse, type Document } from './documents';

const findDocumentProblems = (document: unknown): string[] => findProblems(JSON.stringify(document));

describe('the text', () => {
  it.each([
    ['nothing', '', ': is empty'],
    ['white space', ' \r\n\t', ': is empty'],
    ['a byte order mark', `\uFEFF${JSON.stringify(createDocument(2))}`, ': begins with a byte order mark'],
    ['a number', '4', ': must be a JSON object'],
    ['null', 'null', ': must be a JSON object'],
    ['a string', '"x"', ': must be a JSON object'],
    ['true', 'true', ': must be a JSON object'],
    ['an array', `[${JSON.stringify(createDocument(2))}]`, ': must be a JSON object'],
  ])('is refused when it is %s', (_what, text, problem) => {
    expect(findProblems(text)).toEqual([problem]);
  });

  it.each([
    ['half a file', JSON.stringify(createDocument(4)).slice(0, 200)],
    ['one byte short', JSON.stringify(createDocument(4)).slice(0, -1)],
    ['HTML', '<html></html>'],
    ['a comma too many', '{"version": 2,\n}'],
    ['two documents', '{}{}'],
    ['zero bytes', '\u0000\u0000'],
    ['single quotes', "{'version': 2}"],
  ])('is refused when it is %s', (_what, text) => {
    expect(findProblems(text)).toEqual([expect.stringMatching(/^: is not JSON: ./)]);
  });
});

describe('version', () => {
  it.each<[what: string, given: string, shown: string]>([
    ['0', '0', '0'],
    ['6', '6', '6'],
    ['7', '7', '7'],
    ['-1', '-1', '-1'],
    ['1.5', '1.5', '1.5'],
    ['"4"', '"4"', '"4"'],
    ['true', 'true', 'true'],
    ['null', 'null', 'null'],
    ['[4]', '[4]', 'an array'],
    ['{"v":4}', '{"v":4}', 'an object'],
    ['an array too deep to print', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'an array'],
    ['a text too long to read', `"${'x'.repeat(100_000)}"`, `"${'x'.repeat(39)}…`],
  ])('is refused when it is %s', (_what, given, shown) => {
    expect(findProblems(`{"version":${given},"repo-registry-id":"a","url":"http://a/"}`)).toEqual([
      `/version: must be 1, 2, 3, 4 or 5, not ${shown}`,
    ]);
  });

  it('may not be missing, and must be of the document itself', () => {
    expect(findProblems('{}')).toEqual(['/version: is missing']);
    expect(findProblems('{"__proto__": {"version": 2}}')).toEqual(['/version: is missing']);
  });

  it('may be written with a decimal point', () => {
    expect(parse(JSON.parse(JSON.stringify(createDocument(4)).replace('"version":4', '"version":4.0')))).toMatchObject({
      kind: 'parsed',
    });
  });
});

describe('a file of many mistakes', () => {
  const wrong = (count: number): Document =>
    createDocument(4, { schema2_data: Array.from({ length: count }, () => 7) });

  it('is refused with at most 20 problems', () => {
    expect(findDocumentProblems(wrong(20))).toHaveLength(20);
    expect(findDocumentProblems(wrong(21))).toHaveLength(20);
    expect(findDocumentProblems(wrong(10_000))).toHaveLength(20);
    expect(findDocumentProblems(wrong(10_000)).at(-1)).toBe('/schema2_data/19: must be string');
  });

  it('is refused with the first problem only when it is large, as all of them would fill the memory', () => {
    expect(findDocumentProblems(wrong(1_000_000))).toEqual(['/schema2_data/0: must be string']);
  });
});
