/** Trees that a publisher left in a temporary directory, with their redirect files: for serving content from here. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../app/config/config';
import { createManifestList, createSchema2Image } from '../../scripts/lab/image';
import { Publisher, type Api } from '../../scripts/lab/publisher';
import { createSchema1Image } from '../../scripts/lab/schema1';
import { createV1Images } from '../../scripts/lab/v1-image';
import type { RedirectDocument } from './front';

export const image = createSchema2Image();
export const oldImage = createSchema1Image({ name: 'demo/five', tag: 'old' });
export const list = createManifestList([
  { manifest: image, architecture: 'amd64', os: 'linux' },
  { manifest: createSchema2Image({ architecture: 'arm64' }), architecture: 'arm64', os: 'linux' },
]);
export const v1Images = createV1Images();

export interface PublishedTree {
  publisher: Publisher;
  /** Of `pulp-five` (demo/five), `pulp-flat` (demo/flat), and the v1 part of the first. */
  files: RedirectDocument[];
  serveContent: Config['serveContent'];
  /** A path below `web/`. */
  pathOf: (api: Api, ...parts: string[]) => string;
  remove: () => Promise<void>;
}

export async function publishTree(): Promise<PublishedTree> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-tree-'));
  const publisher = new Publisher(folder);
  const manifests = [
    { manifest: list, tags: ['latest'] },
    { manifest: image, tags: ['only2'] },
    { manifest: oldImage, tags: ['old'] },
  ];
  await publisher.publish({
    id: 'pulp-five',
    name: 'demo/five',
    version: 5,
    manifests,
    v1: { images: v1Images, tags: { latest: v1Images[0]?.id ?? '' } },
  });
  await publisher.publish({ id: 'pulp-flat', name: 'demo/flat', version: 2, manifests });
  const redirectFiles = [
    publisher.redirectFile('v2', 'pulp-five'),
    publisher.redirectFile('v1', 'pulp-five'),
    publisher.redirectFile('v2', 'pulp-flat'),
  ];
  const webOf = (api: Api): string => join(publisher.published, api, 'web');
  return {
    publisher,
    files: redirectFiles.map((file) => JSON.parse(readFileSync(file, 'utf8')) as RedirectDocument),
    serveContent: {
      isEnabled: true,
      usesXSendfile: false,
      contentDirV1: webOf('v1'),
      contentDirV2: webOf('v2'),
    },
    pathOf: (api, ...parts) => join(webOf(api), ...parts),
    remove: () => rm(folder, { recursive: true }),
  };
}
