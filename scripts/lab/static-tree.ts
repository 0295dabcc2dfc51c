/**
 * Builds the static tree of a repository in a working directory, in Pulp's layout:
 *     v2   manifests/{1,2,list}/{<digest>,<tag>}   (version 2: manifests/{<digest>,<tag>})
 *          blobs/<digest>   tags/list
 *     v1   web/<image id>/{ancestry,json,layer}
 * Every leaf but `tags/list` is an absolute symlink into the content store. Touches the disk.
 */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentStore } from './content-store';
import type { Manifest } from './image';
import { collectManifests, shuffle, type Publication } from './redirect-file';

export async function buildV2Tree(publication: Publication, directory: string, store: ContentStore): Promise<void> {
  await linkManifests(publication, directory, store);
  await linkBlobs(publication, directory, store);
  await writeTagsList(publication, directory);
}

export async function buildV1Tree(publication: Publication, directory: string, store: ContentStore): Promise<void> {
  for (const { id, ancestry, json, layer } of publication.v1?.images ?? []) {
    const imageDirectory = join(directory, 'web', id);
    await mkdir(imageDirectory, { recursive: true });
    const files = { ancestry: JSON.stringify(ancestry), json, layer };
    for (const [fileName, content] of Object.entries(files)) {
      await symlink(await store.keep('docker_image', id, fileName, content), join(imageDirectory, fileName));
    }
  }
}

async function linkManifests(publication: Publication, directory: string, store: ContentStore): Promise<void> {
  const linked = new Set<string>();
  for (const manifest of collectManifests(publication)) {
    const formDirectory = join(directory, 'manifests', publication.version === 2 ? '' : manifest.form);
    await mkdir(formDirectory, { recursive: true });
    const type = manifest.form === 'list' ? 'docker_manifest_list' : 'docker_manifest';
    const unit = await store.keep(type, manifest.digest, manifest.digest, manifest.bytes);
    for (const reference of [manifest.digest, ...listTagsOf(publication, manifest)]) {
      const link = join(formDirectory, reference);
      // The flat layout of version 2 has one place for a tag that exists in two forms: the first stays.
      if (linked.has(link)) continue;
      await symlink(unit, link);
      linked.add(link);
    }
  }
}

async function linkBlobs(publication: Publication, directory: string, store: ContentStore): Promise<void> {
  const blobs = new Map(collectManifests(publication).flatMap(({ blobs }) => blobs.map((blob) => [blob.digest, blob])));
  if (blobs.size === 0) return;
  await mkdir(join(directory, 'blobs'), { recursive: true });
  for (const { digest, bytes } of blobs.values()) {
    await symlink(await store.keep('docker_blob', digest, digest, bytes), join(directory, 'blobs', digest));
  }
}

async function writeTagsList(publication: Publication, directory: string): Promise<void> {
  const tags = shuffle((publication.manifests ?? []).flatMap((entry) => entry.tags));
  await mkdir(join(directory, 'tags'), { recursive: true });
  await writeFile(join(directory, 'tags', 'list'), JSON.stringify({ name: publication.name ?? publication.id, tags }));
}

const listTagsOf = ({ manifests = [] }: Publication, { digest }: Manifest): string[] =>
  manifests.filter(({ manifest }) => manifest.digest === digest).flatMap(({ tags }) => tags);
