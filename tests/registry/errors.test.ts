/** The errors of the registry API: status, code and the shape in which clients of every age understand them. */
import fc from 'fast-check';
import {
  blobUnknown,
  denied,
  digestInvalid,
  errorBody,
  headersTooLong,
  internalError,
  manifestUnknown,
  methodUnsupported,
  nameInvalid,
  nameUnknown,
  pageInvalid,
  pathUnsupported,
  printError,
  requestMalformed,
  requestTimedOut,
  unauthorized,
  unavailable,
  type RegistryError,
} from '../../app/registry/errors';

const errors: [error: RegistryError, status: number, code: string, detail: Record<string, string>][] = [
  [manifestUnknown('a/b', 'latest'), 404, 'MANIFEST_UNKNOWN', { Name: 'a/b', Tag: 'latest' }],
  [blobUnknown('sha256:x'), 404, 'BLOB_UNKNOWN', { Digest: 'sha256:x' }],
  [digestInvalid('sha256:x'), 404, 'DIGEST_INVALID', { Digest: 'sha256:x' }],
  [nameInvalid('A'), 404, 'NAME_INVALID', { Name: 'A' }],
  [nameUnknown('a'), 404, 'NAME_UNKNOWN', { Name: 'a' }],
  [pathUnsupported('/v2/x'), 404, 'UNSUPPORTED', { Path: '/v2/x' }],
  [methodUnsupported('PUT'), 405, 'UNSUPPORTED', { Method: 'PUT' }],
  [pageInvalid('-1'), 400, 'PAGINATION_NUMBER_INVALID', { n: '-1' }],
  [unavailable('not loaded'), 503, 'UNAVAILABLE', { Reason: 'not loaded' }],
  [unauthorized('a/b'), 401, 'UNAUTHORIZED', { Name: 'a/b' }],
  [denied('a/b'), 403, 'DENIED', { Name: 'a/b' }],
  [internalError(), 500, 'UNKNOWN', {}],
  [unauthorized(), 401, 'UNAUTHORIZED', {}],
  [requestMalformed(), 400, 'UNSUPPORTED', {}],
  [requestTimedOut(), 408, 'UNSUPPORTED', {}],
  [headersTooLong(), 431, 'UNSUPPORTED', {}],
];

it.each(errors.map(([error, ...rest]) => [error.code, error, ...rest] as const))(
  '%s has its status, and a detail that says what was asked',
  (_title, error, status, code, detail) => {
    expect(error).toMatchObject({ status, code });
    // Docker 1.10 to 17.11 fall back only when detail is there, and stop at a key beside errors.
    expect(JSON.parse(errorBody(error))).toEqual({
      errors: [{ code, message: expect.stringMatching(/\w/) as string, detail }],
    });
  },
);

it('writes a missing manifest in the exact bytes that make old clients fall back', () => {
  expect(errorBody(manifestUnknown('demo/hello', 'x'))).toBe(
    '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Name":"demo/hello","Tag":"x"}}]}',
  );
});

it('a body of printable ASCII is plain', () => {
  expect(printError(manifestUnknown('demo/hello', 'x')).isPlain).toBe(true);
  expect(printError(manifestUnknown('demo/hello', 'é')).isPlain).toBe(false);
});

it('keeps what a request says inside its string', () => {
  const text = '"}],"details":null,"x":[{"\r\n<script>\u0000';

  expect(JSON.parse(errorBody(manifestUnknown(text, text)))).toMatchObject({
    errors: [{ detail: { Name: text, Tag: text } }],
  });
});

describe('the body is what JSON would be', () => {
  const print = ({ code, message, detail }: RegistryError): string =>
    JSON.stringify({ errors: [{ code, message, detail }] });

  it.each([
    ...['', ' ', 'plain', '"', '\\', '\\"', '[]', '~', '\u007f', '/', '</script>', "'", '!', '#'],
    ...['\0', '\b\t\n\v\f\r', '\u001f', '\u0080', 'é', '中', '🐳', '\u2028\u2029', '\ud800', '\udfff\ud800', '\ufeff'],
  ])('with %j in it', (text) => {
    for (const error of [manifestUnknown(text, text), pageInvalid(text), { ...nameUnknown('a'), message: text }]) {
      expect(errorBody(error)).toBe(print(error));
    }
  });

  it('with whatever in it', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary-ascii' }), fc.string());
    const detail = fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      text,
      { maxKeys: 4, noNullPrototype: true },
    );
    fc.assert(
      fc.property(text, detail, (message, given) => {
        const error: RegistryError = { ...nameUnknown('a'), message, detail: given };
        expect(errorBody(error)).toBe(print(error));
        const { isPlain } = printError(error);
        expect(isPlain && Buffer.byteLength(print(error)) !== print(error).length).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});
