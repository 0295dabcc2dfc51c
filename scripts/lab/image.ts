/**
 * Makes small, complete, runnable images: the schema 2 manifest with its configuration and layer, and manifest lists.
 * The layer holds one file, `/hello`. The same options always give the same digests.
 * Source: "Image Manifest Version 2, Schema 2" of the Docker registry. Pure.
 */
import { digestOf } from './digest';
import { createHelloBinary, isHelloArchitecture } from './elf';
import { compressLayer, createLayerTar } from './layer';

export interface Blob {
  digest: string;
  bytes: Buffer;
}

export interface Manifest {
  /** The directory under `manifests/` in which Pulp files it. */
  form: 'list' | '2' | '1';
  /** Of the bytes; for schema 1 of the payload without signatures. */
  digest: string;
  mediaType: string;
  bytes: Buffer;
  /** What the manifest itself refers to; a list has none, its children have. */
  blobs: Blob[];
  children: Manifest[];
  /** List only: the first linux/amd64 child. */
  amd64?: { digest: string; schemaVersion: 1 | 2 };
}

export const schema2MediaType = 'application/vnd.docker.distribution.manifest.v2+json';
export const listMediaType = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const defaultGreeting = 'Hello from davit!\n';
/** The time written into every image, so that digests do not depend on the clock. */
export const createdAt = '2017-06-20T00:00:00Z';

export const createBlob = (bytes: Buffer): Blob => ({ digest: digestOf(bytes), bytes });

/** The layer of `/hello`. Architectures for which no program is known get that of amd64: good to pull, not to run. */
export function createHelloTar(greeting: string, architecture = 'amd64'): Buffer {
  const content = createHelloBinary(greeting, isHelloArchitecture(architecture) ? architecture : 'amd64');
  return createLayerTar([{ path: 'hello', mode: 0o755, content }]);
}

export function createSchema2Image(options: { greeting?: string; architecture?: string; os?: string } = {}): Manifest {
  const { greeting = defaultGreeting, architecture = 'amd64', os = 'linux' } = options;
  const tar = createHelloTar(greeting, architecture);
  const layer = createBlob(compressLayer(tar));
  const config = createBlob(
    Buffer.from(
      JSON.stringify({
        architecture,
        os,
        created: createdAt,
        config: { Cmd: ['/hello'] },
        rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
        history: [{ created: createdAt, created_by: 'davit lab' }],
      }),
    ),
  );
  const bytes = printManifest({
    schemaVersion: 2,
    mediaType: schema2MediaType,
    config: describe('application/vnd.docker.container.image.v1+json', config),
    layers: [describe('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)],
  });
  return {
    form: '2',
    digest: digestOf(bytes),
    mediaType: schema2MediaType,
    bytes,
    blobs: [config, layer],
    children: [],
  };
}

export function createManifestList(children: { manifest: Manifest; architecture: string; os: string }[]): Manifest {
  const bytes = printManifest({
    schemaVersion: 2,
    mediaType: listMediaType,
    manifests: children.map(({ manifest, architecture, os }) => ({
      ...describe(manifest.mediaType, manifest),
      platform: { architecture, os },
    })),
  });
  const amd64 = children.find(({ architecture, os }) => architecture === 'amd64' && os === 'linux')?.manifest;
  return {
    form: 'list',
    digest: digestOf(bytes),
    mediaType: listMediaType,
    bytes,
    blobs: [],
    children: children.map(({ manifest }) => manifest),
    ...(amd64 && { amd64: { digest: amd64.digest, schemaVersion: amd64.form === '1' ? 1 : 2 } }),
  };
}

const describe = (mediaType: string, { digest, bytes }: Blob) => ({ mediaType, size: bytes.length, digest });

/** Indented by three, as the Docker registry wrote its manifests. */
export const printManifest = (document: object): Buffer => Buffer.from(JSON.stringify(document, null, 3));
