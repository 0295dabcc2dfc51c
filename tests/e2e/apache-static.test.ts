/**
 * docs/apache/davit-static.conf in a real Apache: the media types of a published tree, by folder, although the Apache
 * around it would guess others from the names of tags.
 */
import { rm } from 'node:fs/promises';
import { createPublicFolder, startApache, type Apache } from '../support/apache';
import { createGuessableTree, digest, guessableTags } from '../support/guessable-tree';
import { request, type HttpAnswer } from '../support/http';
import { errorCodesOf } from '../support/spec-error';

/** Guesses as distributions set them up, and a machine whose folders allow no links. */
const surroundings = [
  ...['AddType application/json .json', 'AddType text/html .html', 'AddType application/x-gzip .gz'],
  ...['AddEncoding x-gzip .gz', 'AddLanguage de .de'],
  ...['LoadModule negotiation_module ${DAVIT_MODULES}/mod_negotiation.so', 'AddHandler type-map .var'],
  ...['<Directory "/">', 'Options None', '</Directory>'],
];

let folder = '';
let apache: Apache;
const ask = (path: string): Promise<HttpAnswer> => request(`http://127.0.0.1:${apache.staticPort}`, { path });

beforeAll(async () => {
  folder = await createPublicFolder('davit-apache-static-');
  const { published } = await createGuessableTree(folder);
  apache = await startApache({
    defines: { DAVIT_PUBLISHED: published, DAVIT_PLAIN_HTTP: true },
    directives: surroundings,
  });
});
afterAll(async () => {
  await apache.stop();
  await rm(folder, { recursive: true, force: true });
});

it.each([
  ...guessableTags.map((tag) => [`v2/r/manifests/2/${tag}`, 'application/vnd.docker.distribution.manifest.v2+json']),
  ['v2/r/manifests/list/latest', 'application/vnd.docker.distribution.manifest.list.v2+json'],
  ['v2/r/manifests/1/1.0', 'application/vnd.docker.distribution.manifest.v1+prettyjws'],
  [`v2/r/blobs/${digest}`, 'application/octet-stream'],
  ['v2/r/tags/list', 'application/json'],
  ['v1/r/abc/json', 'application/json'],
  ['v1/r/abc/ancestry', 'application/json'],
  ['v1/r/abc/layer', 'application/octet-stream'],
])('/pulp/docker/%s is %s', async (path, type) => {
  const answer = await ask(`/pulp/docker/${path}`);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
  expect(answer.headers).not.toHaveProperty('content-encoding');
  expect(answer.headers).not.toHaveProperty('content-language');
});

it('names the digest of what is asked by digest', async () => {
  const answer = await ask(`/pulp/docker/v2/r/manifests/2/${digest}`);
  expect(answer.headers['docker-content-digest']).toBe(digest);
  expect((await ask('/pulp/docker/v2/r/manifests/2/latest')).headers).not.toHaveProperty('docker-content-digest');
});

it.each([
  ['v2/r/manifests/1/nope', 'MANIFEST_UNKNOWN'],
  ['v2/r/manifests/2/lates', 'MANIFEST_UNKNOWN'],
  ['v2/other/manifests/2/latest', 'MANIFEST_UNKNOWN'],
  [`v2/r/manifests/1/${digest}`, 'MANIFEST_UNKNOWN'],
  [`v2/r/blobs/sha256:${'b'.repeat(64)}`, 'BLOB_UNKNOWN'],
])('/pulp/docker/%s is not there, in JSON', async (path, code) => {
  const answer = await ask(`/pulp/docker/${path}`);
  expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/json']);
  expect(errorCodesOf(answer)).toEqual([code]);
  expect(answer.headers).not.toHaveProperty('docker-content-digest');
});

it.each(['/', '/pulp/docker/v2/r/', '/pulp/docker/v2/r/manifests/2/', '/pulp/docker/v2/../v2/master/r/1/tags/list'])(
  'lists no folder and serves nothing else: %s',
  async (path) => expect([403, 404]).toContain((await ask(path)).status),
);
