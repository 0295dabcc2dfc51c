/** One exchange over a bare socket: bytes out, all bytes until the server hangs up back in. */
import { connect } from 'node:net';

/** Characters are bytes (latin1) both ways. The request should ask for `Connection: close`. */
export function exchange(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(request, 'latin1'));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

/** A request without a body; header lines as given. */
export const formatRequest = (method: string, target: string, headers: string[] = []): string =>
  [`${method} ${target} HTTP/1.1`, 'Host: registry.example.com', 'Connection: close', ...headers, '', ''].join('\r\n');

/** An answer without the time at which it was given. */
export const withoutDate = (answer: string): string => answer.replace(/^Date: .*\r\n/im, '');
