/** Reading a file from its bytes: the usual ones all, and never otherwise than from its text. */
import * as fc from 'fast-check';
import { parsePlainFile } from '../../app/redirects/parse-plain-file';
import { parseRedirectFile } from '../../app/redirects/parse-redirect-file';
import { digests, references, tags } from '../registry/arbitrary-references';
import { createDocument, digest, FILE, imageId, omit, parseText, type Document } from './documents';
import { expectSameWhenPlain } from './plain-files';

const isPlain = (text: string): boolean => {
  const parsed = parseRedirectFile(text, FILE);
  return expectSameWhenPlain(text, parsed);
};

const DOCUMENTS = [3, 4, 5].map((version) => createDocument(version as 3 | 4 | 5));

/** A file whose images for amd64 are this text, DIGITS being some. */
const withImages = (text: string): string =>
  JSON.stringify(createDocument(5, { manifest_list_amd64_tags: 'IMAGES' }))
    .replace('"IMAGES"', text)
    .replaceAll('DIGITS', '0123456789abcdef'.repeat(4));

describe('is read from its bytes', () => {
  it.each<[what: string, text: string]>([
    ['a file of version 3', JSON.stringify(createDocument(3))],
    ['a file of version 4', JSON.stringify(createDocument(4))],
    ['a file of version 5', JSON.stringify(createDocument(5))],
    ['a file with spaces', JSON.stringify(createDocument(5), undefined, '\t')],
    ['a file as Python prints it', JSON.stringify(createDocument(5)).replaceAll(/([,:])"/g, '$1 "')],
    ['a file that ends with a line break', `\r\n${JSON.stringify(createDocument(5))}\n`],
    ['empty lists', JSON.stringify(createDocument(5, { schema1_data: [], schema2_data: [] }))],
    ['empty lists with a space', JSON.stringify(createDocument(5, { schema1_data: [] })).replace('[]', '[ ]')],
    ['a tag of 128 characters', JSON.stringify(createDocument(5, { schema1_data: ['x'.repeat(128)] }))],
    ['a tag of 64 digits', JSON.stringify(createDocument(5, { schema1_data: [imageId(1)] }))],
    ['a tag of 64 letters', JSON.stringify(createDocument(5, { schema1_data: ['X'.repeat(64)] }))],
    ['tags that resemble digests', JSON.stringify(createDocument(5, { schema1_data: ['sha256', 'sha256-'] }))],
    ['unknown keys', JSON.stringify(createDocument(5, { extra: [{ a: ['[', '}'] }, 1.5e3, null, [[]]], more: {} }))],
    ['a list that is an earlier key too', JSON.stringify(createDocument(5)).replace('{', '{"schema2_data":5,')],
    [
      'images of tags that are numbers',
      withImages('{"z":["sha256:DIGITS",2],"10":["latest",1],"9":["sha256:DIGITS",2]}'),
    ],
    ['an image that is a tag', withImages('{"latest":["old",1]}')],
    ['images with spaces', withImages('\t{ "latest"\n: [ "sha256:DIGITS" , 2 ] , "old" :["sha256:DIGITS",1]\r\n}')],
    ['no images', withImages('{ }')],
    ['an image of a tag of 64 digits', withImages('{"DIGITS":["sha256:DIGITS",2]}')],
    ['images that are an earlier key too', withImages('{}').replace('{', '{"manifest_list_amd64_tags":[],')],
    ['a name that only old clients pull', JSON.stringify(createDocument(5, { 'repo-registry-id': 'a..b' }))],
  ])('%s', (_what, text) => {
    expect(isPlain(text)).toBe(true);
  });
});

describe('is left to be read as text', () => {
  const text = JSON.stringify(createDocument(5));
  it.each<[what: string, text: string]>([
    ['version 1', JSON.stringify(createDocument(1))],
    ['version 2', JSON.stringify(createDocument(2))],
    ['an unknown version', JSON.stringify(createDocument(2, { version: 6 }))],
    ['version 3 with a list of later ones', JSON.stringify(createDocument(3, { manifest_list_data: [] }))],
    ['a list twice', text.replace('{', '{"schema2_data":[],')],
    ['a list that is none later on', text.replace(/\}$/, ',"schema2_data":5}')],
    ['a list with an escaped name', text.replace('schema1_data', 'schema\\u0031_data')],
    ['an escape', JSON.stringify(createDocument(5, { type: '"' }))],
    ['more than ASCII', JSON.stringify(createDocument(5, { type: 'ä' }))],
    ['a control character', text.replace('pulp-docker', 'pulp\ndocker')],
    ['a byte order mark', `\uFEFF${text}`],
    ['an array', '[]'],
    ['nothing', ''],
    ['an object of nothing', '{}'],
    ['a key that is none', text.replace('{', '{1:2,')],
    ['a key without colon', text.replace('"version":', '"version"')],
    ['a key without end', '{"version'],
    ['a value without end', '{"version": [1, "x'],
    ['a list without end', '{"schema2_data": ["latest"'],
    ['a bracket too many', '{"version":]5}'],
    ['something behind the end', `${text}]`],
    ['version 3 with images', JSON.stringify(createDocument(3, { manifest_list_amd64_tags: {} }))],
    ['two images of one tag', withImages('{"a":["latest",1],"a":["old",1]}')],
    ['images twice', withImages('{}').replace('{', '{"manifest_list_amd64_tags":{},')],
    ['images that are none later on', withImages('{}').replace(/\}$/, ',"manifest_list_amd64_tags":5}')],
    ['images that are a list', withImages('[]')],
    ['images that are nothing', withImages('null')],
    ['images without end', '{"manifest_list_amd64_tags":{"a":["latest",1]'],
    ['an image of a digest', withImages('{"sha256:DIGITS":["latest",1]}')],
    ['an image that is none', withImages('{"a":["/",1]}')],
    ['an image that is a number', withImages('{"a":[1,1]}')],
    ['an image that is a sha512 digest', withImages('{"a":["sha512:DIGITSDIGITS",1]}')],
    ['an image of another version', withImages('{"a":["latest",3]}')],
    ['an image of version 0', withImages('{"a":["latest",0]}')],
    ['an image of a version of two digits', withImages('{"a":["latest",10]}')],
    ['an image of version 1.0', withImages('{"a":["latest",1.0]}')],
    ['an image without version', withImages('{"a":["latest"]}')],
    ['an image with more than a version', withImages('{"a":["latest",1,1]}')],
    ['an image without bracket', withImages('{"a":"latest",1]}')],
    ['an image that is an object', withImages('{"a":{"b":1}}')],
    ['an image without colon', withImages('{"a"["latest",1]}')],
    ['images without comma', withImages('{"a":["latest",1]"b":["latest",1]}')],
    ['images with a comma too many', withImages('{"a":["latest",1],}')],
    ['an address that is none', JSON.stringify(createDocument(5, { url: 'http://[' }))],
    ['a sha512 digest', JSON.stringify(createDocument(5, { schema1_data: [`sha512:${'0'.repeat(128)}`] }))],
    ['a digest in upper case', JSON.stringify(createDocument(5, { schema1_data: [`sha256:${'A'.repeat(64)}`] }))],
    ['a short digest', JSON.stringify(createDocument(5, { schema1_data: [digest(1).slice(0, -1)] }))],
    ['a long digest', JSON.stringify(createDocument(5, { schema1_data: [`${digest(1)}0`] }))],
    ['a digest of something else', JSON.stringify(createDocument(5, { schema1_data: [digest(1).replace('a', 'b')] }))],
    ['a tag of 129 characters', JSON.stringify(createDocument(5, { schema1_data: ['x'.repeat(129)] }))],
    ['an empty tag', JSON.stringify(createDocument(5, { schema1_data: [''] }))],
    ['a tag that begins with a dot', JSON.stringify(createDocument(5, { schema1_data: ['.a'] }))],
    ['a tag with a slash', JSON.stringify(createDocument(5, { schema1_data: ['a/b'] }))],
    ['a tag with a bracket', JSON.stringify(createDocument(5, { schema1_data: ['a]', 'b'] }))],
    ['a number', JSON.stringify(createDocument(5, { schema1_data: ['a', 1] }))],
    ['a list in a list', JSON.stringify(createDocument(5, { schema1_data: [['a']] }))],
    ['no comma', text.replace('"latest","old"', '"latest" "old"')],
    ['a comma too many', text.replace('"]', '",]')],
    ['lists that are missing', JSON.stringify(omit(createDocument(5), 'schema1_data'))],
  ])('%s', (_what, changed) => {
    expect(isPlain(changed)).toBe(false);
  });
});

it('a file that was refused leaves nothing behind for the next', () => {
  expect(isPlain(JSON.stringify(createDocument(5, { schema2_data: ['left', 'behind', '/'] })))).toBe(false);
  expect(isPlain(JSON.stringify(createDocument(5)))).toBe(true);
});

it('nor does one for whose table there was no memory', () => {
  const text = JSON.stringify(createDocument(5, { schema2_data: ['left', 'behind'] }));
  const allocate = (): never => {
    throw new RangeError('Array buffer allocation failed');
  };
  expect(() => parsePlainFile(Buffer.from(text), FILE, allocate)).toThrow(RangeError);
  expect(isPlain(JSON.stringify(createDocument(5)))).toBe(true);
});

describe('comes out as from the text', () => {
  const lists = fc.array(fc.oneof({ weight: 99, arbitrary: references }, fc.string()), { maxLength: 12 });
  const documents = fc
    .record({
      document: fc.constantFrom(...DOCUMENTS),
      schema2: lists,
      schema1: lists,
      manifestLists: lists,
      amd64: fc.dictionary(tags, fc.tuple(fc.oneof(digests, tags), fc.constantFrom(1, 2)), { maxKeys: 3 }),
      seed: fc.nat(),
    })
    .map(({ document, schema2, schema1, manifestLists, amd64, seed }): Document => {
      const all: Document = {
        ...document,
        schema2_data: schema2,
        schema1_data: schema1,
        ...(document['version'] !== 3 && { manifest_list_data: manifestLists, manifest_list_amd64_tags: amd64 }),
      };
      const keys = Object.keys(all);
      return Object.fromEntries(
        keys.map((_, index) => keys[(index + seed) % keys.length] ?? '').map((key) => [key, all[key]]),
      );
    });
  const spaces = fc.constantFrom('', '', '', ' ', '\n', '\t', '\r\n  ', '\u00a0');

  /** Space between some of the tokens, also where a string only looks like them. */
  const spread = (text: string, space: string, every: number): string => {
    let count = 0;
    return text.replaceAll(/[[\]{},:]/g, (token) => (++count % every === 0 ? space + token + space : token));
  };

  it('whatever is listed, in any order of keys, with any spaces', () => {
    let plain = 0;
    fc.assert(
      fc.property(documents, spaces, fc.integer({ min: 1, max: 9 }), (document, space, every) => {
        if (isPlain(spread(JSON.stringify(document), space, every))) plain++;
      }),
      { numRuns: 500 },
    );
    expect(plain).toBeGreaterThan(50);
  });

  it('wherever it is cut, changed, or has something put in', () => {
    const pieces = fc.oneof(
      fc.constantFrom(
        '"',
        '[',
        ']',
        '{',
        '}',
        ',',
        ':',
        '\\',
        '["a"]',
        ',"a"',
        '"a",',
        ',"schema2_data":["b"]',
        ' ',
        '0',
        'ä',
      ),
      fc.string({ unit: 'binary', maxLength: 2 }),
    );
    fc.assert(
      fc.property(
        documents,
        fc.double({ min: 0, max: 1, noNaN: true }),
        pieces,
        fc.nat(3),
        (document, at, piece, skip) => {
          const text = JSON.stringify(document);
          const position = Math.floor(at * text.length);
          parseText(text.slice(0, position) + piece + text.slice(position + skip));
          parseText(text.slice(0, position));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

it('text that does not begin at the start of its memory', () => {
  const whole = Buffer.from(`"]}${JSON.stringify(createDocument(5))}"]}`);
  const parsed = parsePlainFile(whole.subarray(3, -3), FILE);
  expect(parsed?.kind).toBe('parsed');
});
