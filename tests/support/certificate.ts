/** A certificate for localhost that nobody trusts, made by openssl below `folder`. */
import { join } from 'node:path';
import { runCommand } from './clients';

export interface Certificate {
  certificateFile: string;
  keyFile: string;
}

export async function createCertificate(folder: string): Promise<Certificate> {
  const [certificateFile, keyFile] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  const result = await runCommand('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-keyout', keyFile, '-out', certificateFile],
  ]);
  if (result.exitCode !== 0) throw new Error(`openssl made no certificate:\n${result.stderr}`);
  return { certificateFile, keyFile };
}
