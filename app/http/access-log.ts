/**
 * The access log: one line a finished request, in the combined log format that log analysers read, with the time that the
 * answer took in milliseconds at the end. The size is that of the body, as it was announced. No secrets: neither headers
 * nor queries that could hold some are logged.
 *
 *     192.0.2.7 - - [21/Nov/2026:12:00:00 +0000] "GET /v2/hello/manifests/latest HTTP/1.1" 302 0 "-" "docker/24.0" 0.4
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { findLine } from './header-lines';
import { whenEnded } from './write-head';

export type LogAccess = (request: IncomingMessage, response: ServerResponse) => void;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const createAccessLog = (write: (line: string) => void): LogAccess => {
  const formatTime = createTimeFormat();
  return (request, response) => {
    const startedAt = performance.now();
    const peer = request.socket.remoteAddress ?? '-';
    // Taken now: express cuts mount points off while it answers.
    const path = withoutSecrets(request.url ?? '');
    whenEnded(response, (announced = '-') => {
      const bytes = request.method === 'HEAD' ? '0' : announced;
      const agent = findLine(request.rawHeaders, 'User-Agent') ?? '-';
      const took = (performance.now() - startedAt).toFixed(1);
      write(
        `${peer} - - [${formatTime(Date.now())}] "${escapeQuotes(`${request.method} ${path} HTTP/${request.httpVersion}`)}" ` +
          `${response.statusCode} ${bytes} "-" "${escapeQuotes(agent)}" ${took}\n`,
      );
    });
  };
};

/** Neither the query nor, in an absolute target, a password. */
function withoutSecrets(target: string): string {
  const queryAt = target.indexOf('?');
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  return path.startsWith('/') ? path : path.replace(/^(https?:\/\/)[^/@]*@/i, '$1');
}

/** All of one second are the same. `ms`: since 1970. */
function createTimeFormat(): (ms: number) => string {
  let [second, text] = [NaN, ''];
  return (ms) => {
    const now = Math.floor(ms / 1000);
    if (now !== second) [second, text] = [now, formatTime(new Date(ms))];
    return text;
  };
}

const two = (value: number): string => String(value).padStart(2, '0');

const formatTime = (time: Date): string =>
  `${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()] ?? ''}/${time.getUTCFullYear()}:` +
  `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;

const escapeQuotes = (text: string): string =>
  text.replace(/["\\\p{Cc}]/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
