/**
 * Decides what an old docker does when the v2 protocol fails it: start again with v1, stop, or panic.
 *
 * The error body is `{"errors":[{"code":"…","message":"…","detail":…}]}`, of which only `errors[0]` is read. The rules
 * for answers were measured with the clients themselves. Where the measured rule is silent docker's source was read:
 * what 1.8 to 1.9 do about content they cannot use, what 1.10 to 17.11 do with a registry that did not announce itself,
 * and with a 401 they cannot read. Where the source is laxer than what was measured (1.10 also falls back without a
 * detail when the message is not the usual one) the measured rule stands. Pure.
 */
import { STATUS_CODES } from 'node:http';

export type Aftermath = 'v1' | 'stops' | 'panics';

export interface ErrorAnswer {
  status: number;
  body: string;
}

export interface V2Failure {
  /** Undefined when something else went wrong than an error answer: no connection, content that docker cannot use. */
  answer: ErrorAnswer | undefined;
  /** A manifest or tag list was read before. */
  hasReadContent: boolean;
  /** The ping of `/v2/` carried the version header. */
  registryAnnouncedV2: boolean;
}

type ErrorBody =
  { kind: 'unreadable' } | { kind: 'empty' } | { kind: 'error'; code: string; message: string; hasDetail: boolean };

/** 1.5 to 1.7. */
export const fallBackAlways = (): Aftermath => 'v1';

/** 1.8 to 1.9. */
export function fallBackUnlessUnderstood({ answer }: V2Failure): Aftermath {
  if (!answer || !isClientError(answer.status)) return 'v1';
  const body = parseErrorBody(answer.body);
  if (body.kind === 'unreadable') return 'v1';
  if (body.kind === 'empty') return 'panics';
  return ['UNAUTHORIZED', 'MANIFEST_UNKNOWN'].includes(body.code) ? 'v1' : 'stops';
}

/** 1.10 to 17.11. */
export function fallBackOnExactShape({ answer, hasReadContent, registryAnnouncedV2 }: V2Failure): Aftermath {
  if (hasReadContent) return 'stops';
  const otherwise: Aftermath = registryAnnouncedV2 ? 'stops' : 'v1';
  if (!answer || !isClientError(answer.status)) return otherwise;
  if (hasTopLevelDetails(answer.body)) return 'stops';
  const body = parseErrorBody(answer.body);
  // A 401 needs no readable body: docker makes up an UNAUTHORIZED that has a detail.
  if (body.kind !== 'error') return answer.status === 401 ? 'v1' : otherwise;
  if (!['UNAUTHORIZED', 'MANIFEST_UNKNOWN', 'NAME_UNKNOWN'].includes(body.code)) return 'stops';
  return body.hasDetail ? 'v1' : otherwise;
}

/** What docker prints about an error answer, such as `manifest unknown: manifest unknown`. */
export function describeAnswer({ status, body: text }: ErrorAnswer): string {
  if (!isClientError(status)) return `received unexpected HTTP status: ${status} ${STATUS_CODES[status] ?? ''}`;
  const body = parseErrorBody(text);
  if (body.kind !== 'error') return `error parsing HTTP ${status} response body: ${JSON.stringify(text)}`;
  const code = /^[A-Z_]+$/.test(body.code) ? body.code.toLowerCase().replaceAll('_', ' ') : 'unknown';
  return `${code}: ${body.message}`;
}

const isClientError = (status: number): boolean => status >= 400 && status < 500;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseErrorBody(text: string): ErrorBody {
  const document = parseJson(text);
  if (document === null) return { kind: 'empty' };
  if (!isObject(document)) return { kind: 'unreadable' };
  const errors = document['errors'] ?? [];
  if (!Array.isArray(errors)) return { kind: 'unreadable' };
  if (errors.length === 0) return { kind: 'empty' };
  const first: unknown = errors[0];
  if (!isObject(first)) return { kind: 'unreadable' };
  const { code = 'UNKNOWN', message = '', detail = null } = first;
  if (typeof code !== 'string' || typeof message !== 'string') return { kind: 'unreadable' };
  return { kind: 'error', code, message, hasDetail: detail !== null };
}

function hasTopLevelDetails(text: string): boolean {
  const document = parseJson(text);
  return isObject(document) && 'details' in document;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
