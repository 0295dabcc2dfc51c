/**
 * A registry of the simplest kind, to show that the lab's images are good: everything in memory, no redirects.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Manifest } from '../../scripts/lab/image';

export interface StaticRegistry {
  /** Such as `127.0.0.1:40123`. */
  host: string;
  end: () => Promise<void>;
}

interface Answer {
  contentType: string;
  bytes: Buffer;
}

/** Serves all manifests by digest, and by the tags given, in every repository name. */
export async function startStaticRegistry(manifestByTag: Record<string, Manifest>): Promise<StaticRegistry> {
  const answers = new Map<string, Answer>();
  const addManifest = (reference: string, manifest: Manifest): void => {
    answers.set(`manifests/${reference}`, { contentType: manifest.mediaType, bytes: manifest.bytes });
    for (const { digest, bytes } of manifest.blobs) {
      answers.set(`blobs/${digest}`, { contentType: 'application/octet-stream', bytes });
    }
    for (const child of manifest.children) addManifest(child.digest, child);
  };
  for (const [tag, manifest] of Object.entries(manifestByTag)) {
    addManifest(tag, manifest);
    addManifest(manifest.digest, manifest);
  }
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/v2\//, '');
    const answer =
      path === '' ? { contentType: 'application/json', bytes: Buffer.from('{}') } : findByEnd(answers, path);
    send(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, end: () => endServer(server) };
}

const findByEnd = (answers: Map<string, Answer>, path: string): Answer | undefined =>
  answers.get(path.split('/').slice(-2).join('/'));

function send(response: ServerResponse, answer: Answer | undefined): void {
  if (!answer) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': answer.contentType, 'Content-Length': answer.bytes.length });
  response.end(answer.bytes);
}

const endServer = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.closeAllConnections();
    server.close((error) => (error ? reject(error) : resolve()));
  });
