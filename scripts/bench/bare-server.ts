/**
 * The least that a redirector in Node.js can be: node:http, and a Map of paths to Locations. What davit is compared with.
 *     node build/scripts/bench/bare-server.js manifests|blobs REPOSITORIES REFERENCES
 * Prints its port when it listens. A path that is not in the map is answered with a 404 that is always the same.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DataSet } from './data-sets';
import { nameOf, referenceOf } from './data-sets';
import { blobLocation, blobPath, manifestLocation, manifestPath } from './requests';

const MISSING = JSON.stringify({
  errors: [
    {
      code: 'MANIFEST_UNKNOWN',
      message: 'manifest unknown',
      detail: { Name: 'team-00/service-000000', Tag: '1.24.100-gone' },
    },
  ],
});

function createMap(kind: string, { repositories, references }: DataSet): Map<string, string> {
  const locations = new Map<string, string>();
  for (let repository = 0; repository < repositories; repository++) {
    const name = nameOf(repository);
    for (let position = 0; position < references; position++) {
      const reference = referenceOf(repository, position);
      const { text } = reference;
      if (kind === 'manifests') locations.set(manifestPath(name, text), manifestLocation(repository, reference));
      else locations.set(blobPath(name, text), blobLocation(repository, text));
    }
  }
  return locations;
}

const [kind = 'manifests', repositories = '1', references = '1'] = process.argv.slice(2);
const locations = createMap(kind, { repositories: Number(repositories), references: Number(references) });

const server = createServer((request, response) => {
  const location = locations.get(request.url ?? '');
  if (location !== undefined) {
    response.writeHead(302, ['Location', location, 'Content-Length', '0']).end();
    return;
  }
  response.writeHead(404, ['Content-Type', 'application/json', 'Content-Length', String(MISSING.length)]).end(MISSING);
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
