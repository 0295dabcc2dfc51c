/** What holds for every path, however it was made up. */
import * as fc from 'fast-check';
import { errorBody } from '../../app/registry/errors';
import { isDigest, isName, isTag } from '../../app/registry/grammar';
import { parsePullRequest } from '../../app/registry/pull-request';
import { digests, names, references } from './arbitrary-references';

const words = fc.oneof(
  fc.constantFrom(
    ...['manifests', 'blobs', 'tags', 'list', 'referrers', '_catalog', 'a', 'A', 'v2', '', '.', '..', '%2e%2e', '%2F'],
    ...['%', '%zz', '%00', '%0d%0a', '%C3', 'latest', `sha256:${'0'.repeat(64)}`, `sha256%3A${'0'.repeat(64)}`, '\r\n'],
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

const paths = fc.oneof(
  fc.array(words, { maxLength: 8 }).map((parts) => `/v2/${parts.join('/')}`),
  fc.string({ unit: 'binary' }).map((rest) => `/v2/${rest}`),
  fc.string({ unit: 'binary' }),
);

/** Encodes the characters that `isEncoded` picks, as a client may; slashes stay. `text` is ASCII. */
const encodeSome = (text: string, isEncoded: boolean[]): string =>
  text.replace(/[^/]/g, (character, index: number) =>
    isEncoded[index % isEncoded.length] ? `%${character.charCodeAt(0).toString(16)}` : character,
  );

const encodings = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });

it('lets nothing through that breaks the grammar, and explains the rest as JSON', () => {
  fc.assert(
    fc.property(paths, (path) => {
      const request = parsePullRequest(path);
      switch (request.kind) {
        case 'ping':
          return path === '/v2/';
        case 'catalog':
          return path === '/v2/_catalog';
        case 'manifest':
          return isName(request.name) && (isTag(request.reference) || isDigest(request.reference));
        case 'blob':
        case 'referrers':
          return isName(request.name) && isDigest(request.digest);
        case 'tags':
          return isName(request.name);
        case 'malformed': {
          const { errors } = JSON.parse(errorBody(request.error)) as { errors: { detail: unknown }[] };
          return request.error.status === 404 && errors.length === 1 && typeof errors[0]?.detail === 'object';
        }
      }
    }),
    { numRuns: 2000 },
  );
});

it('finds every name and every reference again, encoded or not', () => {
  fc.assert(
    fc.property(names, references, encodings, (name, reference, isEncoded) => {
      const path = `/v2/${encodeSome(name, isEncoded)}/manifests/${encodeSome(reference, isEncoded)}`;

      expect(parsePullRequest(path)).toEqual({ kind: 'manifest', name, reference });
    }),
  );
});

it('finds every name again in the other requests', () => {
  fc.assert(
    fc.property(names, digests, (name, digest) => {
      expect(parsePullRequest(`/v2/${name}/blobs/${digest}`)).toEqual({ kind: 'blob', name, digest });
      expect(parsePullRequest(`/v2/${name}/referrers/${digest}`)).toEqual({ kind: 'referrers', name, digest });
      expect(parsePullRequest(`/v2/${name}/tags/list`)).toEqual({ kind: 'tags', name });
    }),
  );
});
