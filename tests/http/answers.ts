/** What clients see of an answer, for comparing whole answers. */
import type { HttpAnswer, HttpRequest } from '../support/http';
import { request } from '../support/http';

export interface PlainAnswer {
  status: number;
  /** Without Date and what belongs to the connection. */
  headers: Record<string, string>;
  body: string;
}

const OF_THE_CONNECTION = ['date', 'connection', 'keep-alive'];

export function plain({ status, headers, body }: HttpAnswer): PlainAnswer {
  const shown = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
  return {
    status,
    headers: Object.fromEntries(shown.map(([name, value]) => [name, String(value)])),
    body: body.toString(),
  };
}

/** The path goes out as it is written. */
export async function ask(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  rest: Omit<HttpRequest, 'path' | 'headers'> = {},
): Promise<PlainAnswer> {
  return plain(await request(url, { ...rest, path, headers: Object.entries(headers) }));
}

export const VERSION_HEADER = { 'docker-distribution-api-version': 'registry/2.0' };
export const V1_HEADERS = { 'x-docker-registry-version': '0.6.6', 'x-docker-registry-config': 'common' };

/** An answer with a JSON body and these headers, no others. */
export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): PlainAnswer {
  const body = JSON.stringify(value);
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
    },
    body,
  };
}

/** A redirect with these headers and Location, no others. */
export const redirectAnswer = (location: string, headers: Record<string, string> = {}): PlainAnswer => ({
  status: 302,
  headers: { 'content-length': '0', location, ...headers },
  body: '',
});

export const specError = (code: string, message: string, detail: Record<string, string>): object => ({
  errors: [{ code, message, detail }],
});

export const manifestUnknown = (name: string, reference: string): object =>
  specError('MANIFEST_UNKNOWN', 'manifest unknown', { Name: name, Tag: reference });
