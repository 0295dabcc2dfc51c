/**
 * The requests of the benchmark, and what a plain map would answer to them: paths in an order that helps no cache, with the
 * headers of real clients taking turns.
 */
import type { DataSet, Reference } from './data-sets';
import { nameOf, referenceOf, storageUrlOf } from './data-sets';

export interface BenchRequest {
  path: string;
  /** Lines as they are sent; a name may come more than once. */
  headers: [name: string, value: string][];
}

/** Requests that all get the same kind of answer. */
export interface RequestPlan {
  requests: BenchRequest[];
  status: 302 | 404;
}

export type ManifestKind = 'tag' | 'digest';

/** More would measure the memory of the load generator. */
const MOST_REQUESTS = 20_000;
/** Coprime to the sizes of all data sets: a walk with this stride meets every reference once. */
const STRIDE = 7_368_787;

const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const SCHEMA2 = 'application/vnd.docker.distribution.manifest.v2+json';
export const SCHEMA1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

export const client = (userAgent: string, accept: string[]): BenchRequest['headers'] => [
  ['User-Agent', userAgent],
  ...accept.map((value): [string, string] => ['Accept', value]),
];

/** All read lists and schema 2. docker before containerd and podman send a line for each type, containerd one comma list. */
export const CLIENTS = [
  client('containerd/v1.7.24', [[SCHEMA2, LIST, OCI_MANIFEST, OCI_INDEX, '*/*'].join(', ')]),
  client('docker/20.10.24 go/go1.19.8 kernel/5.10 os/linux arch/amd64', [
    OCI_MANIFEST,
    OCI_INDEX,
    SCHEMA1,
    SCHEMA2,
    LIST,
  ]),
  client('containers/5.34.2 (github.com/containers/image)', [OCI_MANIFEST, SCHEMA2, SCHEMA1, LIST, OCI_INDEX]),
  client('docker/1.12.6 go/go1.6.4 kernel/3.10 os/linux arch/amd64', [LIST, SCHEMA1, 'application/json', SCHEMA2]),
];
const BLOB_CLIENTS = [
  client('containerd/v1.7.24', ['application/vnd.docker.image.rootfs.diff.tar.gzip, */*']),
  client('containers/5.34.2 (github.com/containers/image)', []),
];
const FALLBACK_CLIENTS = CLIENTS.slice(3);

export const manifestPath = (name: string, reference: string): string => `/v2/${name}/manifests/${reference}`;
export const blobPath = (name: string, digest: string): string => `/v2/${name}/blobs/${digest}`;

export const manifestLocation = (repository: number, { form, text }: Reference): string =>
  `${storageUrlOf(repository)}manifests/${form}/${text}`;
export const blobLocation = (repository: number, digest: string): string =>
  `${storageUrlOf(repository)}blobs/${digest}`;

export const planManifests = (data: DataSet, kind: ManifestKind): RequestPlan => ({
  status: 302,
  requests: takeTurns(
    CLIENTS,
    pick(data, kind, (name, { text }) => manifestPath(name, text)),
  ),
});

/** By tag and by digest in turns; together as many as of one of them. */
export function planBoth(data: DataSet): RequestPlan {
  const [tags, digests] = [planManifests(data, 'tag').requests, planManifests(data, 'digest').requests];
  const requests = tags.flatMap((byTag, at) => [byTag, digests[at] ?? byTag]);
  return { status: 302, requests: requests.slice(0, MOST_REQUESTS) };
}

export const planBlobs = (data: DataSet): RequestPlan => ({
  status: 302,
  requests: takeTurns(
    BLOB_CLIENTS,
    pick(data, 'digest', (name, { text }) => blobPath(name, text)),
  ),
});

/** Tags that are not published, asked for by a client that falls back to v1. */
export const planMissing = (data: DataSet): RequestPlan => ({
  status: 404,
  requests: takeTurns(
    FALLBACK_CLIENTS,
    pick(data, 'tag', (name, { text }) => manifestPath(name, `${text}-gone`)),
  ),
});

function pick(data: DataSet, kind: ManifestKind, print: (name: string, reference: Reference) => string): string[] {
  const total = data.repositories * data.references;
  const paths: string[] = [];
  for (let step = 0; step < total && paths.length < MOST_REQUESTS; step++) {
    const at = (step * STRIDE) % total;
    const repository = Math.floor(at / data.references);
    const reference = referenceOf(repository, at % data.references);
    if (reference.isTag === (kind === 'tag')) paths.push(print(nameOf(repository), reference));
  }
  return paths;
}

const takeTurns = (clients: BenchRequest['headers'][], paths: string[]): BenchRequest[] =>
  paths.map((path, turn) => ({ path, headers: clients[turn % clients.length] ?? [] }));
