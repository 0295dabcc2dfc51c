import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { createHelloBinary } from '../../scripts/lab/elf';
import { createManifestList, createSchema2Image, type Manifest } from '../../scripts/lab/image';
import { createLayerTar } from '../../scripts/lab/layer';
import { createSchema1Image } from '../../scripts/lab/schema1';
import { createV1Images } from '../../scripts/lab/v1-image';

const digest = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

interface Descriptor {
  mediaType: string;
  size: number;
  digest: string;
}

const read = (bytes: Buffer | undefined): unknown => JSON.parse(String(bytes));

const blobOf = (manifest: Manifest, wanted: string): Buffer | undefined =>
  manifest.blobs.find((blob) => blob.digest === wanted)?.bytes;

describe('a schema 2 image', () => {
  const image = createSchema2Image({ greeting: 'Ahoy!\n' });
  const document = read(image.bytes) as { config: Descriptor; layers: Descriptor[]; mediaType: string };

  it('is named by the digest of its bytes', () => {
    expect(image.digest).toBe(digest(image.bytes));
    expect(image).toMatchObject({ form: '2', mediaType: document.mediaType, children: [] });
  });

  it('brings every blob that it names, with the right size and digest', () => {
    const named = [document.config, ...document.layers];
    expect(named).toHaveLength(image.blobs.length);
    expect(named.map((entry) => blobOf(image, entry.digest)?.length)).toEqual(named.map((entry) => entry.size));
    expect(image.blobs.map((blob) => digest(blob.bytes))).toEqual(image.blobs.map((blob) => blob.digest));
  });

  it('holds the program as /hello, and the configuration runs it', () => {
    const layers = document.layers.map((layer) => gunzipSync(blobOf(image, layer.digest) ?? Buffer.alloc(0)));
    expect(layers.map(digest)).toEqual([
      digest(createLayerTar([{ path: 'hello', mode: 0o755, content: createHelloBinary('Ahoy!\n') }])),
    ]);
    expect(read(blobOf(image, document.config.digest))).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/hello'] },
      rootfs: { type: 'layers', diff_ids: layers.map(digest) },
    });
  });

  it('is the same for the same options, and another for others', () => {
    expect(createSchema2Image({ greeting: 'Ahoy!\n' }).bytes).toEqual(image.bytes);
    const others = [{}, { greeting: 'Ahoy!\n', architecture: 'arm64' }, { greeting: 'Ahoy!\n', os: 'windows' }];
    const digests = others.map((options) => createSchema2Image(options).digest);
    expect(new Set([image.digest, ...digests]).size).toBe(4);
  });

  it('is good to pull for a platform without a program', () => {
    expect(read(createSchema2Image({ architecture: 's390x' }).blobs[0]?.bytes)).toMatchObject({
      architecture: 's390x',
    });
  });
});

describe('a manifest list', () => {
  const amd64 = createSchema2Image();
  const arm64 = createSchema2Image({ architecture: 'arm64' });
  const schema1 = createSchema1Image({ name: 'demo/hello', tag: 'old' });

  it('describes its children in order', () => {
    const list = createManifestList([
      { manifest: arm64, architecture: 'arm64', os: 'linux' },
      { manifest: amd64, architecture: 'amd64', os: 'linux' },
    ]);
    expect(list).toMatchObject({ form: 'list', digest: digest(list.bytes), blobs: [], children: [arm64, amd64] });
    expect(read(list.bytes)).toEqual({
      schemaVersion: 2,
      mediaType: list.mediaType,
      manifests: [
        {
          mediaType: arm64.mediaType,
          size: arm64.bytes.length,
          digest: arm64.digest,
          platform: { architecture: 'arm64', os: 'linux' },
        },
        {
          mediaType: amd64.mediaType,
          size: amd64.bytes.length,
          digest: amd64.digest,
          platform: { architecture: 'amd64', os: 'linux' },
        },
      ],
    });
  });

  it.each([
    ['schema 2', amd64, { digest: amd64.digest, schemaVersion: 2 }],
    ['schema 1', schema1, { digest: schema1.digest, schemaVersion: 1 }],
  ])('knows its first linux/amd64 child of %s', (_form, manifest, expected) => {
    const list = createManifestList([
      { manifest: arm64, architecture: 'amd64', os: 'windows' },
      { manifest, architecture: 'amd64', os: 'linux' },
      { manifest: arm64, architecture: 'amd64', os: 'linux' },
    ]);
    expect(list.amd64).toEqual(expected);
  });

  it('says nothing about amd64 when there is none', () => {
    expect(createManifestList([{ manifest: arm64, architecture: 'arm64', os: 'linux' }])).not.toHaveProperty('amd64');
  });
});

describe('v1 images', () => {
  it('begin with the top image and lead to the root', () => {
    const images = createV1Images({ layers: 3 });
    const ids = images.map(({ id }) => id);
    expect(images.map(({ ancestry }) => ancestry)).toEqual([ids, ids.slice(1), ids.slice(2)]);
    expect(new Set(ids.filter((id) => /^[0-9a-f]{64}$/.test(id))).size).toBe(3);
  });

  it('describe themselves and their parent', () => {
    const [top, root] = createV1Images();
    expect(JSON.parse(top?.json ?? '')).toMatchObject({ id: top?.id, parent: root?.id, config: { Cmd: ['/hello'] } });
    expect(JSON.parse(root?.json ?? '')).not.toHaveProperty('parent');
  });

  it('have the program in the root', () => {
    const root = createV1Images({ greeting: 'Ahoy!\n' }).at(-1);
    expect(root?.layer.includes('Ahoy!\n')).toBe(true);
    expect(createV1Images({ greeting: 'Ahoy!\n' }).at(-1)).toEqual(root);
  });
});

describe('a layer', () => {
  it('refuses a path that needs more than the plain header', () => {
    expect(() => createLayerTar([{ path: 'x'.repeat(300), mode: 0o644, content: Buffer.alloc(0) }])).toThrow(
      RangeError,
    );
  });
});
