/**
 * The errors of the registry API and their body:
 *     {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Name":"a/b","Tag":"latest"}}]}
 *
 * Docker 1.10 to 17.11 fall back to the v1 protocol only when `detail` is there and not null, and stop at a top-level
 * `details`; so every error has a detail and nothing else. Source: OCI distribution specification 1.1, "Error Codes";
 * docs/manifest-decision.md. Pure.
 */

export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'DENIED'
  | 'DIGEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'PAGINATION_NUMBER_INVALID'
  | 'UNAUTHORIZED'
  | 'UNAVAILABLE'
  | 'UNKNOWN'
  | 'UNSUPPORTED';

export interface RegistryError {
  /** HTTP status. */
  status: number;
  code: ErrorCode;
  message: string;
  detail: Record<string, string>;
}

export const manifestUnknown = (name: string, reference: string): RegistryError => ({
  status: 404,
  code: 'MANIFEST_UNKNOWN',
  message: 'manifest unknown',
  detail: { Name: name, Tag: reference },
});

export const blobUnknown = (digest: string): RegistryError => ({
  status: 404,
  code: 'BLOB_UNKNOWN',
  message: 'blob unknown to registry',
  detail: { Digest: digest },
});

export const digestInvalid = (digest: string): RegistryError => ({
  status: 404,
  code: 'DIGEST_INVALID',
  message: 'provided digest is not sha256 or sha512 in lower case hexadecimal',
  detail: { Digest: digest },
});

export const nameInvalid = (name: string): RegistryError => ({
  status: 404,
  code: 'NAME_INVALID',
  message: 'invalid repository name',
  detail: { Name: name },
});

export const nameUnknown = (name: string): RegistryError => ({
  status: 404,
  code: 'NAME_UNKNOWN',
  message: 'repository name not known to registry',
  detail: { Name: name },
});

export const pathUnsupported = (path: string): RegistryError => ({
  status: 404,
  code: 'UNSUPPORTED',
  message: 'the registry does not serve this path',
  detail: { Path: path },
});

export const methodUnsupported = (method: string): RegistryError => ({
  status: 405,
  code: 'UNSUPPORTED',
  message: 'the registry is read-only',
  detail: { Method: method },
});

export const pageInvalid = (n: string): RegistryError => ({
  status: 400,
  code: 'PAGINATION_NUMBER_INVALID',
  message: 'invalid number of results requested',
  detail: { n },
});

/** No request came out of what was sent; so there is nothing of it to tell, and no content of it is repeated. */
export const requestMalformed = (): RegistryError => ({
  status: 400,
  code: 'UNSUPPORTED',
  message: 'this is not a valid HTTP/1.1 request',
  detail: {},
});

export const requestTimedOut = (): RegistryError => ({
  status: 408,
  code: 'UNSUPPORTED',
  message: 'the request was not complete in time',
  detail: {},
});

export const headersTooLong = (): RegistryError => ({
  status: 431,
  code: 'UNSUPPORTED',
  message: 'the headers of the request are too long or too many',
  detail: {},
});

/** The truth is not known now. Never a 404: that would make clients fall back, or caches keep a lie. */
export const unavailable = (reason: string): RegistryError => ({
  status: 503,
  code: 'UNAVAILABLE',
  message: 'the registry cannot answer yet, try again',
  detail: { Reason: reason },
});

/** Goes with a challenge. Old clients fall back to the v1 protocol, where they are asked again. `name`: if one was asked for. */
export const unauthorized = (name?: string): RegistryError => ({
  status: 401,
  code: 'UNAUTHORIZED',
  message: 'authentication required',
  detail: name === undefined ? {} : { Name: name },
});

export const denied = (name: string): RegistryError => ({
  status: 403,
  code: 'DENIED',
  message: 'requested access to the resource is denied',
  detail: { Name: name },
});

export const internalError = (): RegistryError => ({
  status: 500,
  code: 'UNKNOWN',
  message: 'internal error',
  detail: {},
});

/** What JSON writes as it stands. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** The words of the most frequent error need not be judged each time. */
const PLAIN_WORDS = new Set(['manifest unknown', 'Name', 'Tag']);

const isPlainWord = (word: string): boolean => PLAIN_WORDS.has(word) || PLAIN.test(word);

export interface PrintedError {
  /** JSON. */
  text: string;
  /** Printable ASCII, and nothing in it escaped, so that it has as many bytes as characters. False: nobody has counted. */
  isPlain: boolean;
}

/**
 * A 404 makes old clients fall back, so errors are as frequent as redirects: put together, because printing costs more. Each part is
 * judged by itself: matching what has just been put together would copy it first.
 */
export function printError({ code, message, detail }: RegistryError): PrintedError {
  let [printed, isPlain] = ['', isPlainWord(message)];
  for (const key in detail) {
    const value = detail[key] as string;
    printed += (printed === '' ? '"' : ',"') + key + '":"' + value + '"';
    isPlain &&= isPlainWord(key) && PLAIN.test(value);
  }
  if (!isPlain) return { text: JSON.stringify({ errors: [{ code, message, detail }] }), isPlain };
  // A template would ask of each part whether it is a string.
  const text = '{"errors":[{"code":"' + code + '","message":"' + message + '","detail":{' + printed + '}}]}';
  return { text, isPlain };
}

export const errorBody = (error: RegistryError): string => printError(error).text;
