/**
 * The access log: one line a finished request, in the combined log format that log analysers read, with the time that the
 * answer took in milliseconds at the end. The size is that of the body, as it was announced. No secrets: neither headers
 * nor queries that could hold some are logged.
 *
 *     192.0.2.7 - - [21/Nov/2026:12:00:00 +0000] "GET /v2/hello/manifests/latest HTTP/1.1" 302 0 "-" "docker/24.0" 0.4
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

export type LogAccess = (request: IncomingMessage, response: ServerResponse) => void;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const createAccessLog =
  (write: (line: string) => void): LogAccess =>
  (request, response) => {
    const startedAt = performance.now();
    const peer = request.socket.remoteAddress ?? '-';
    // Taken now: express cuts mount points off while it answers.
    // An absolute target may hold a password.
    const path = (request.url ?? '').replace(/\?.*$/s, '').replace(/^(https?:\/\/)[^/@]*@/i, '$1');
    // Headers that writeHead alone was given cannot be read back, unless one has been set by itself before.
    response.setHeader('Server', '').removeHeader('Server');
    response.once('close', () => {
      const bytes = request.method === 'HEAD' ? 0 : (response.getHeader('Content-Length') ?? '-');
      const agent = request.headers['user-agent'] ?? '-';
      const took = (performance.now() - startedAt).toFixed(1);
      write(
        `${peer} - - [${formatTime(new Date())}] "${escapeQuotes(`${request.method} ${path} HTTP/${request.httpVersion}`)}" ` +
          `${response.statusCode} ${String(bytes)} "-" "${escapeQuotes(agent)}" ${took}\n`,
      );
    });
  };

const two = (value: number): string => String(value).padStart(2, '0');

const formatTime = (time: Date): string =>
  `${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()] ?? ''}/${time.getUTCFullYear()}:` +
  `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;

const escapeQuotes = (text: string): string =>
  text.replace(/["\\\p{Cc}]/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
