/**
 * Old docker, emulated, pulls from the running program: v2 where it exists, v1 where it does not, all tags too. Once with
 * Apache as static storage behind redirects, once with the content served by the program itself.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createManifestList, createSchema2Image } from '../../scripts/lab/image';
import { Publisher, type Publication } from '../../scripts/lab/publisher';
import { createSchema1Image } from '../../scripts/lab/schema1';
import { createV1Images } from '../../scripts/lab/v1-image';
import { createPublicFolder, startApache, type Apache } from '../support/apache';
import { createCertificate } from '../support/certificate';
import { startDavit, type Davit } from '../support/davit';
import type { Era } from '../support/old-docker/eras';
import { createOldDocker } from '../support/old-docker/old-docker';
import { findFreePort } from '../support/ports';

const schema2 = createSchema2Image();
const list = createManifestList([{ manifest: schema2, architecture: 'amd64', os: 'linux' }]);
const schema1 = createSchema1Image({ name: 'demo/modern', tag: 'everything' });
const v1Images = createV1Images({ layers: 3 });
const v1Top = v1Images[0]?.id ?? '';
const v1 = { images: v1Images, tags: { old: v1Top, older: v1Images[1]?.id ?? '' } };

const publications: Publication[] = [
  {
    id: 'modern',
    name: 'demo/modern',
    version: 5,
    manifests: [
      { manifest: list, tags: ['everything', 'list'] },
      { manifest: schema1, tags: ['everything', 'schema1'] },
      { manifest: schema2, tags: ['schema2'] },
    ],
    v1: { images: [], tags: {} },
  },
  { id: 'mixed', name: 'demo/mixed', version: 5, manifests: [{ manifest: schema1, tags: ['new'] }], v1 },
  // Story #2735: Pulp writes a version 4 file with three empty lists beside v1 content.
  { id: 'story', name: 'demo/story', version: 4, v1 },
  { id: 'listed', name: 'demo/listed', version: 4, extra: { schema1_data: [] }, v1 },
  { id: 'solo', name: 'solo', version: 5, v1 },
];

const ERAS: Era[] = ['1.5-1.7', '1.8-1.9', '1.10-17.11'];
const readsSchema2 = (era: Era): boolean => era === '1.10-17.11';

interface Arrangement {
  title: string;
  start: (root: string) => Promise<{ davit: Davit; apache?: Apache }>;
}

let folder = '';

async function publish(root: string, staticPort?: number): Promise<Publisher> {
  const publisher = new Publisher(root, {
    ...(staticPort !== undefined && {
      storageUrl: (api: string, id: string) => `https://127.0.0.1:${staticPort}/pulp/docker/${api}/${id}/`,
    }),
  });
  for (const publication of publications) await publisher.publish(publication);
  // A name that only old Pulp published: there is no v2 file at all.
  await publisher.publish({ id: 'ancient', name: 'demo/ancient', v1 }, { only: 'v1' });
  return publisher;
}

const arrangements: Arrangement[] = [
  {
    title: 'redirected to Apache',
    start: async (root) => {
      const staticPort = await findFreePort();
      const { published } = await publish(root, staticPort);
      const davit = await startDavit({ config: { general: { data_dir: published } } });
      const { certificateFile, keyFile } = await createCertificate(folder);
      const apache = await startApache({
        staticPort,
        defines: {
          DAVIT_BACKEND: davit.url,
          DAVIT_PUBLISHED: published,
          DAVIT_CONTENT: join(root, 'content'),
          DAVIT_CERTIFICATE: certificateFile,
          DAVIT_CERTIFICATE_KEY: keyFile,
        },
      });
      return { davit, apache };
    },
  },
  {
    title: 'served by the program',
    start: async (root) => {
      const { published } = await publish(root);
      const davit = await startDavit({
        config: {
          general: { data_dir: published },
          serve_content: {
            enable: true,
            use_x_sendfile: false,
            content_dir_v1: join(published, 'v1/web'),
            content_dir_v2: join(published, 'v2/web'),
          },
        },
      });
      return { davit };
    },
  },
];

beforeAll(async () => {
  folder = await createPublicFolder('davit-old-docker-');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(arrangements)('$title', ({ title, start }) => {
  let davit: Davit;
  let apache: Apache | undefined;

  beforeAll(async () => {
    ({ davit, apache } = await start(join(folder, title.replaceAll(' ', '-'))));
  });
  afterAll(async () => {
    await apache?.stop();
    await davit.stop();
  });

  describe.each(ERAS)('docker %s', (era) => {
    const docker = () => createOldDocker({ era, registry: davit.url });
    const tagsOf = (images: { tag: string }[]): string[] => images.map(({ tag }) => tag).sort();

    it('pulls by v2 what is there: schema 2 where it can, schema 1 otherwise', async () => {
      const { protocol, images } = await docker().pull('demo/modern', 'everything');
      expect({ protocol, digest: images[0]?.digestOrId }).toEqual({
        protocol: 'v2',
        digest: readsSchema2(era) ? list.digest : schema1.digest,
      });
      expect(await docker().pull('demo/modern', 'schema1')).toMatchObject({ protocol: 'v2' });
    });

    it('pulls schema 2 only if it can read it', async () => {
      const outcome = await docker()
        .pull('demo/modern', 'schema2')
        .then(
          ({ images }) => images[0]?.digestOrId,
          () => 'failed',
        );
      expect(outcome).toBe(readsSchema2(era) ? schema2.digest : 'failed');
    });

    it.each(['demo/mixed', 'demo/story', 'demo/listed', 'demo/ancient', 'solo'])(
      'falls back to v1 in %s',
      async (name) => {
        const { protocol, images } = await docker().pull(name, 'old');
        expect({ protocol, images }).toEqual({
          protocol: 'v1',
          images: [{ tag: 'old', digestOrId: v1Top, layers: 3 }],
        });
      },
    );

    it('uses v2 and v1 in one repository', async () => {
      expect(await docker().pull('demo/mixed', 'new')).toMatchObject({ protocol: 'v2' });
      expect(await docker().pull('demo/mixed', 'older')).toMatchObject({ protocol: 'v1', images: [{ layers: 2 }] });
    });

    it.each(['demo/story', 'demo/listed', 'demo/ancient', 'solo'])('pulls all tags of %s by v1', async (name) => {
      const { protocol, images } = await docker().pullAll(name);
      expect({ protocol, tags: tagsOf(images) }).toEqual({ protocol: 'v1', tags: ['old', 'older'] });
    });

    it('pulls all tags of a repository that has v2 content by v2', async () => {
      const { protocol, images } = await docker().pullAll('demo/mixed');
      expect({ protocol, tags: tagsOf(images) }).toEqual({ protocol: 'v2', tags: ['new'] });
    });

    it.each([
      ['demo/modern', 'missing'],
      ['demo/story', 'missing'],
      ['demo/unknown', 'latest'],
    ])('fails for %s:%s, which nobody has', async (name, tag) => {
      await expect(docker().pull(name, tag)).rejects.toThrow();
    });
  });
});
