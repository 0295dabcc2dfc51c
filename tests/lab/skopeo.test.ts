/** A real client judges the images: skopeo checks every digest, and the signature's shape, while it copies. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createManifestList, createSchema2Image, type Manifest } from '../../scripts/lab/image';
import { createSchema1Image } from '../../scripts/lab/schema1';
import { startStaticRegistry, type StaticRegistry } from './static-registry';

const run = promisify(execFile);

const schema2 = createSchema2Image();
const arm64 = createSchema2Image({ architecture: 'arm64' });
const schema1 = createSchema1Image({ name: 'demo/hello', tag: 'schema1' });
const list = createManifestList([
  { manifest: arm64, architecture: 'arm64', os: 'linux' },
  { manifest: schema2, architecture: 'amd64', os: 'linux' },
]);
const broken: Manifest = { ...schema2, blobs: schema2.blobs.map((blob) => ({ ...blob, bytes: Buffer.from('x') })) };

describe('skopeo', () => {
  let registry: StaticRegistry;
  let directory: string;

  beforeAll(async () => {
    registry = await startStaticRegistry({ schema2, list, schema1 });
    directory = mkdtempSync(join(tmpdir(), 'davit-skopeo-'));
  });
  afterAll(async () => {
    await registry.end();
    rmSync(directory, { recursive: true });
  });

  async function copy(reference: string, ...options: string[]): Promise<(path: string) => Buffer> {
    const target = mkdtempSync(join(directory, 'copy-'));
    const source = `docker://${registry.host}/demo/hello${reference}`;
    await run('skopeo', ['copy', '--src-tls-verify=false', ...options, source, `dir:${target}`]);
    return (path) => readFileSync(join(target, path));
  }

  it.each([
    ['a schema 2 image by tag', ':schema2', schema2],
    ['a schema 2 image by digest', `@${arm64.digest}`, arm64],
    ['a schema 1 image by tag', ':schema1', schema1],
    ['a schema 1 image by digest', `@${schema1.digest}`, schema1],
  ])('copies %s', async (_what, reference, image) => {
    const readCopied = await copy(reference);
    expect(readCopied('manifest.json')).toEqual(image.bytes);
    expect(image.blobs.map(({ digest }) => readCopied(digest.replace('sha256:', '')))).toEqual(
      image.blobs.map(({ bytes }) => bytes),
    );
  });

  it.each([
    ['amd64', schema2],
    ['arm64', arm64],
  ])('copies the %s image of a list', async (architecture, image) => {
    const target = mkdtempSync(join(directory, 'copy-'));
    const platform = ['--override-os', 'linux', '--override-arch', architecture];
    const source = `docker://${registry.host}/demo/hello:list`;
    await run('skopeo', [...platform, 'copy', '--src-tls-verify=false', source, `dir:${target}`]);
    expect(readFileSync(join(target, 'manifest.json'))).toEqual(image.bytes);
  });

  it('copies a list with all that it holds', async () => {
    const readCopied = await copy(':list', '--all');
    expect(readCopied('manifest.json')).toEqual(list.bytes);
    for (const { digest, bytes } of list.children) {
      expect(readCopied(`${digest.replace('sha256:', '')}.manifest.json`)).toEqual(bytes);
    }
  });

  it('converts a schema 1 image, reading its history', async () => {
    const readCopied = await copy(':schema1', '--format', 'oci');
    const { config } = JSON.parse(readCopied('manifest.json').toString()) as { config: { digest: string } };
    const bytes = readCopied(config.digest.replace('sha256:', ''));
    expect(config.digest).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
    expect(JSON.parse(bytes.toString())).toMatchObject({ architecture: 'amd64', config: { Cmd: ['/hello'] } });
  });

  it('would notice a wrong blob', async () => {
    const wrong = await startStaticRegistry({ broken });
    const source = `docker://${wrong.host}/demo/hello:broken`;
    const copying = run('skopeo', ['copy', '--src-tls-verify=false', source, `dir:${join(directory, 'broken')}`]);
    await expect(copying).rejects.toThrow(/Digest did not match|digest/i);
    await wrong.end();
  });
});
