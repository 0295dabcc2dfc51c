/** Which certificate a server shows, and which one a file holds. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

/** Connects to an https URL, without checking anything. */
export async function openTls(url: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

export const fingerprintOf = (socket: TLSSocket): string => socket.getPeerCertificate().fingerprint256;

/** Of what a new connection is shown. */
export async function shownFingerprint(url: string): Promise<string> {
  const socket = await openTls(url);
  const fingerprint = fingerprintOf(socket);
  socket.destroy();
  return fingerprint;
}

export const fileFingerprint = (path: string): string => new X509Certificate(readFileSync(path)).fingerprint256;
