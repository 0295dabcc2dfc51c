/**
 * Reads a manifest as docker does. 1.10 to 17.11 go by the Content-Type of the final answer: schema 2 and lists must
 * say that they are, and whatever else is said (or nothing) is read as schema 1. The eras before know only that.
 * Pure; throws what docker would say.
 */
import { digestOf } from './digest';
import { listType, schema2Type } from './eras';
import { readSchema1 } from './schema1';

export type ReadManifest =
  | { kind: 'image'; digest: string; config?: string; /** Base first. */ layers: string[] }
  | { kind: 'list'; digest: string; children: Child[] };

interface Child {
  digest: string;
  platform: { architecture: string; os: string };
}

interface Schema2 {
  schemaVersion: number;
  config: { digest: string };
  layers: { digest: string }[];
}

export function readManifest(
  { headers, body }: { headers: Record<string, string | string[] | undefined>; body: Buffer },
  { readsSchema2 }: { readsSchema2: boolean },
): ReadManifest {
  const mediaType = String(headers['content-type'] ?? '')
    .split(';')[0]
    ?.trim()
    .toLowerCase();
  const manifest =
    readsSchema2 && mediaType === listType
      ? readList(body)
      : readsSchema2 && mediaType === schema2Type
        ? readSchema2(body)
        : { kind: 'image' as const, ...readSchema1(body) };
  const announced = headers['docker-content-digest'];
  if (announced !== undefined && announced !== manifest.digest) {
    throw new Error(`manifest verification failed for digest ${String(announced)}`);
  }
  return manifest;
}

function readList(body: Buffer): ReadManifest {
  const { manifests } = JSON.parse(body.toString()) as { manifests: Child[] };
  return { kind: 'list', digest: digestOf(body), children: manifests };
}

function readSchema2(body: Buffer): ReadManifest {
  const { schemaVersion, config, layers } = JSON.parse(body.toString()) as Schema2;
  if (schemaVersion !== 2) throw new Error(`unsupported schema version ${schemaVersion}`);
  return { kind: 'image', digest: digestOf(body), config: config.digest, layers: layers.map(({ digest }) => digest) };
}
