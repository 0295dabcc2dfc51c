/**
 * A registry that says exactly what a test scripted, and remembers what it was asked. A HEAD is answered as its GET
 * without the body. What is not in the script is answered 418 and reported by `close`, so no test passes by accident.
 */
import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

export interface ScriptedAnswer {
  status?: number;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
}

/** By request target, such as `/v2/team/app/tags/list`. */
export type Script = Record<string, ScriptedAnswer>;

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: [name: string, value: string][];
}

export interface ScriptedRegistry {
  /** Such as `http://127.0.0.1:40001`. */
  url: string;
  host: string;
  received: ReceivedRequest[];
  close(): Promise<void>;
}

export async function startScriptedRegistry(
  script: Script,
  tls?: { cert: Buffer; key: Buffer },
): Promise<ScriptedRegistry> {
  const received: ReceivedRequest[] = [];
  const unscripted: string[] = [];

  function answer({ method = '', url: path = '', rawHeaders }: IncomingMessage, response: ServerResponse): void {
    const headers = rawHeaders.flatMap((name, index): [string, string][] =>
      index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
    );
    received.push({ method, path, headers });
    const scripted = script[path];
    if (!scripted) unscripted.push(`${method} ${path}`);
    const { status = 200, headers: sent, body = '' } = scripted ?? { status: 418 };
    const length = sent?.['Transfer-Encoding'] ? {} : { 'Content-Length': Buffer.byteLength(body) };
    response.writeHead(status, { ...length, ...sent }).end(body);
  }

  const server = tls ? https.createServer(tls, answer) : http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${tls ? 'https' : 'http'}://${host}`,
    host,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (unscripted.length > 0) throw new Error(`asked for what is not in the script: ${unscripted.join(', ')}`);
    },
  };
}

/** The values of all lines of one header, in the order they came. */
export const linesOf = ({ headers }: ReceivedRequest, name: string): string[] =>
  headers.filter(([given]) => given.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
