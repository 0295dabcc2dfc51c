/**
 * Publishes what `scripts/start` shows, in Pulp's layout, and gathers it with other redirect files in one data
 * directory:
 *     <directory>/published/docker/{v1,v2}/{app,web,master}   demo/hello, demo/old, demo/older
 *     <directory>/content/                                    the bytes
 *     <directory>/data/{metadata,published-v1,published-v2}   links to all directories that hold redirect files
 * Publishing again into the same directory swaps everything in, as Pulp would. Touches the disk.
 */
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createManifestList, createSchema2Image } from './image';
import { Publisher, type Publication } from './publisher';
import { createSchema1Image } from './schema1';
import { createV1Images } from './v1-image';

const hello = 'Ahoy! This greeting came to you through davit.\n';
const helloSchema1 = 'Ahoy! This greeting came through davit, in an image of schema 1.\n';

/** One tag in every form, so that each client pulls `latest` in the best form it can read, and each form by its own tag. */
function describeHello(): Publication {
  const amd64 = createSchema2Image({ greeting: hello });
  const arm64 = createSchema2Image({ greeting: hello, architecture: 'arm64' });
  const list = createManifestList([
    { manifest: amd64, architecture: 'amd64', os: 'linux' },
    { manifest: arm64, architecture: 'arm64', os: 'linux' },
  ]);
  const createSchema1 = (tag: string) => createSchema1Image({ name: 'demo/hello', tag, greeting: helloSchema1 });
  return {
    id: 'demo-hello',
    name: 'demo/hello',
    version: 5,
    manifests: [
      { manifest: list, tags: ['latest', 'list'] },
      { manifest: amd64, tags: ['schema2'] },
      { manifest: createSchema1('latest'), tags: ['latest'] },
      { manifest: createSchema1('schema1'), tags: ['schema1'] },
    ],
    // Pulp writes a v1 file beside every v2 file, empty or not.
    v1: { images: [], tags: {} },
  };
}

/** Only v1 images. Says so with an empty `schema1_data`: every client is told that v2 has nothing. */
function describeOld(): Publication {
  const images = createV1Images({ greeting: 'Ahoy! This greeting came through davit, by the v1 protocol.\n' });
  return {
    id: 'demo-old',
    name: 'demo/old',
    v1: { images, tags: { latest: images[0]?.id ?? '' } },
    extra: { schema1_data: [] },
  };
}

/** Only v1 images, as Pulp publishes them: schema 1 manifests may exist unlisted, so only old docker is sent to v1. */
function describeOlder(): Publication {
  const images = createV1Images({ greeting: 'Ahoy! This greeting is older still.\n', layers: 3 });
  return { id: 'demo-older', name: 'demo/older', v1: { images, tags: { latest: images[0]?.id ?? '' } } };
}

export async function publishDemo(directory: string, metadataDirectory: string): Promise<void> {
  const publisher = new Publisher(directory);
  for (const publication of [describeHello(), describeOld(), describeOlder()]) await publisher.publish(publication);
  const dataDirectory = join(directory, 'data');
  await mkdir(dataDirectory, { recursive: true });
  const targets = {
    metadata: resolve(metadataDirectory),
    'published-v1': join(publisher.published, 'v1', 'app'),
    'published-v2': join(publisher.published, 'v2', 'app'),
  };
  for (const [name, target] of Object.entries(targets)) {
    await rm(join(dataDirectory, name), { force: true });
    await symlink(target, join(dataDirectory, name));
  }
}
