/**
 * What is published in the soak: repositories of four kinds, each in editions. An edition has the same tags as the one before,
 * but for `build-<edition>`, which takes the place of `build-<edition - 1>`.
 *     full    version 5: a manifest list, schema 2 and schema 1
 *     usual   version 4, which does not list schema 1: what Pulp writes
 *     flat    version 2, which lists nothing
 *     old     v1 images, and the empty version 4 file that Pulp writes beside them
 * Pure: a number and an edition always give the same contents.
 */
import { nameOf } from '../bench/data-sets';
import type { Manifest } from '../lab/image';
import { createManifestList, createSchema2Image } from '../lab/image';
import type { Publication } from '../lab/redirect-file';
import { collectManifests } from '../lab/redirect-file';
import { createSchema1Image } from '../lab/schema1';
import { createV1Images } from '../lab/v1-image';

export type Kind = 'full' | 'usual' | 'flat' | 'old';

/** What of an edition an answer depends on. */
export interface Contents {
  kind: Kind;
  name: string;
  storageUrl: { v1: string; v2: string };
  tags: Map<string, Manifest>;
  forms: Map<string, Manifest['form']>;
  blobs: string[];
  v1Images: string[];
  v1Tags: Map<string, string>;
}

/** Of eight repositories, four are full, two usual, one flat and one old. */
const KINDS: Kind[] = ['full', 'usual', 'full', 'old', 'full', 'usual', 'full', 'flat'];
const VERSIONS = { full: 5, usual: 4, flat: 2, old: 4 } as const;
/** As repositories share what they are built on. */
const DIFFERENT_BASES = 16;

export const kindOf = (repository: number): Kind => KINDS[repository % KINDS.length] ?? 'full';
export const buildTag = (edition: number): string => `build-${edition}`;

/** One of those that are there all the time. */
export function createEdition(repository: number, edition: number): Publication {
  const kind = kindOf(repository);
  const name = nameOf(repository);
  return createPublication({ kind, name, base: repository, edition });
}

/** One that comes and goes. */
export const createPassing = (number: number): Publication =>
  createPublication({ kind: 'full', name: `passing/${number}`, base: number, edition: 0 });

interface Seed {
  kind: Kind;
  name: string;
  base: number;
  edition: number;
}

function createPublication({ kind, name, base, edition }: Seed): Publication {
  const identity = { id: name.replaceAll('/', '-'), name, version: VERSIONS[kind] };
  if (kind === 'old') {
    const images = createV1Images({ greeting: `${name}\n` });
    const built = createV1Images({ greeting: `${name} ${edition}\n` });
    const tags = { latest: images[0]?.id ?? '', [buildTag(edition)]: built[0]?.id ?? '' };
    return { ...identity, v1: { images: [...images, ...built], tags } };
  }
  const { list, plain, schema1 } = findBase(base);
  const build = createSchema2Image({ greeting: `${name} ${edition}\n` });
  return {
    ...identity,
    manifests: [
      ...(kind === 'flat' ? [] : [{ manifest: list, tags: ['latest', '1'] }]),
      { manifest: plain, tags: ['1.0'] },
      ...(kind === 'full' ? [{ manifest: schema1, tags: ['legacy'] }] : []),
      { manifest: build, tags: [buildTag(edition)] },
    ],
  };
}

interface Base {
  list: Manifest;
  plain: Manifest;
  schema1: Manifest;
}

const bases = new Map<number, Base>();

function findBase(base: number): Base {
  const number = base % DIFFERENT_BASES;
  const known = bases.get(number);
  if (known) return known;
  const architectures = ['arm64', 'amd64'];
  const fresh = {
    list: createManifestList(
      architectures.map((architecture) => ({
        manifest: createSchema2Image({ greeting: `base ${number}\n`, architecture }),
        architecture,
        os: 'linux',
      })),
    ),
    plain: createSchema2Image({ greeting: `plain ${number}\n` }),
    schema1: createSchema1Image({ name: `base/${number}`, tag: 'legacy', greeting: `old ${number}\n` }),
  };
  bases.set(number, fresh);
  return fresh;
}

export function describeContents(publication: Publication, kind: Kind): Contents {
  const { id, name = id, manifests = [], v1 } = publication;
  const all = collectManifests(publication);
  return {
    kind,
    name,
    storageUrl: { v1: storageUrlOf('v1', id), v2: storageUrlOf('v2', id) },
    tags: new Map(manifests.flatMap(({ manifest, tags }) => tags.map((tag) => [tag, manifest] as const))),
    forms: new Map(all.map(({ digest, form }) => [digest, form])),
    blobs: [...new Set(all.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)))],
    v1Images: v1?.images.map((image) => image.id) ?? [],
    v1Tags: new Map(Object.entries(v1?.tags ?? {})),
  };
}

export const storageUrlOf = (api: 'v1' | 'v2', id: string): string =>
  `https://static.example.com/pulp/docker/${api}/${id}/`;
