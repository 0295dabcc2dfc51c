import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { createManifestList, createSchema2Image } from '../../scripts/lab/image';
import { Publisher, type Publication, type Step, type UnpublishStep } from '../../scripts/lab/publisher';
import { createSchema1Image } from '../../scripts/lab/schema1';
import { createV1Images } from '../../scripts/lab/v1-image';

const amd64 = createSchema2Image();
const arm64 = createSchema2Image({ architecture: 'arm64' });
const list = createManifestList([
  { manifest: arm64, architecture: 'arm64', os: 'linux' },
  { manifest: amd64, architecture: 'amd64', os: 'linux' },
]);
const schema1 = createSchema1Image({ name: 'demo/hello', tag: 'latest' });
const images = createV1Images();
const ids = images.map(({ id }) => id);

const hello: Publication = {
  id: 'Hello.1',
  name: 'demo/hello',
  manifests: [
    { manifest: list, tags: ['latest', '1'] },
    { manifest: amd64, tags: ['plain'] },
    { manifest: schema1, tags: ['latest'] },
  ],
  v1: { images, tags: { latest: ids[0] ?? '' } },
};

let root: string;
let publisher: Publisher;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'davit-publisher-'));
  publisher = new Publisher(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const readJson = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

const readV2 = (id = hello.id): Record<string, unknown> => readJson(publisher.redirectFile('v2', id));

const treeOf = (api: 'v1' | 'v2', id = hello.id): string => realpathSync(publisher.webOf(api, id));

/** Every file and link below a directory, relative to it. */
const listLeaves = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();

describe('the tree on disk', () => {
  it('has links in app and web that lead to one timestamp in master, all absolute', async () => {
    await publisher.publish(hello);
    for (const api of ['v1', 'v2'] as const) {
      const [timestamp, ...older] = readdirSync(join(publisher.published, api, 'master', hello.id));
      const target = join(publisher.published, api, 'master', hello.id, timestamp ?? '');
      expect(timestamp).toMatch(/^\d{10}\.\d{2}$/);
      expect(older).toEqual([]);
      expect(readlinkSync(publisher.redirectFile(api, hello.id))).toBe(join(target, 'Hello.1.json'));
      expect(readlinkSync(publisher.webOf(api, hello.id))).toBe(api === 'v1' ? join(target, 'web') : target);
    }
    expect(publisher.published).toBe(join(root, 'published', 'docker'));
    expect(readdirSync(join(publisher.published, 'v2', 'app'))).toEqual(['Hello.1.json']);
  });

  it('files manifests by form, by digest and by tag, children of lists too', async () => {
    await publisher.publish(hello);
    expect(listLeaves(treeOf('v2'))).toEqual(
      [
        'Hello.1.json',
        'tags/list',
        ...[list.digest, 'latest', '1'].map((reference) => `manifests/list/${reference}`),
        ...[amd64.digest, arm64.digest, 'plain'].map((reference) => `manifests/2/${reference}`),
        ...[schema1.digest, 'latest'].map((reference) => `manifests/1/${reference}`),
        ...new Set([amd64, arm64, schema1].flatMap((image) => image.blobs.map((blob) => `blobs/${blob.digest}`))),
      ].sort(),
    );
  });

  it('keeps the bytes in a content store, once, and links to them absolutely', async () => {
    await publisher.publish(hello);
    await publisher.publish({ ...hello, id: 'again' });
    const link = join(treeOf('v2'), 'manifests', 'list', 'latest');
    expect(isAbsolute(readlinkSync(link))).toBe(true);
    expect(relative(root, readlinkSync(link))).toMatch(
      /^content\/units\/docker_manifest_list\/[0-9a-f]{2}\/[0-9a-f]{62}\//,
    );
    expect(readFileSync(link)).toEqual(list.bytes);
    expect(realpathSync(join(treeOf('v2', 'again'), 'manifests', 'list', '1'))).toBe(realpathSync(link));
    const leaves = listLeaves(treeOf('v2')).filter((leaf) => leaf !== 'tags/list' && leaf !== 'Hello.1.json');
    expect(leaves.filter((leaf) => !lstatSync(join(treeOf('v2'), leaf)).isSymbolicLink())).toEqual([]);
  });

  it('has the tags in no order', async () => {
    const tags = ['a', 'b', 'c', 'd', 'e', 'f'];
    await publisher.publish({ id: 'many', manifests: [{ manifest: amd64, tags }] });
    const published = readJson(join(treeOf('v2', 'many'), 'tags', 'list'))['tags'] as string[];
    expect(published).not.toEqual(tags);
    expect([...published].sort()).toEqual(tags);
  });

  it('is flat in version 2', async () => {
    await publisher.publish({ ...hello, version: 2 });
    expect(readdirSync(join(treeOf('v2'), 'manifests')).sort()).toEqual(
      ['1', 'latest', 'plain', list.digest, amd64.digest, arm64.digest, schema1.digest].sort(),
    );
    expect(readFileSync(join(treeOf('v2'), 'manifests', 'latest'))).toEqual(list.bytes);
  });

  it('has ancestry, json and layer of every v1 image', async () => {
    await publisher.publish(hello);
    const leaves = ids.flatMap((id) => ['ancestry', 'json', 'layer'].map((file) => `${id}/${file}`));
    expect(listLeaves(treeOf('v1'))).toEqual(leaves.sort());
    expect(readJson(join(treeOf('v1'), ids[0] ?? '', 'ancestry'))).toEqual(ids);
    expect(readFileSync(join(treeOf('v1'), ids[1] ?? '', 'layer'))).toEqual(images[1]?.layer);
  });
});

describe('the redirect file', () => {
  const common = {
    type: 'pulp-docker-redirect',
    repository: 'Hello.1',
    'repo-registry-id': 'demo/hello',
    url: 'https://static.example.com/pulp/docker/v2/Hello.1/',
    protected: false,
  };
  const unordered = (references: string[]): unknown => {
    expect(new Set(references).size).toBe(references.length);
    return expect.arrayContaining(references);
  };
  const schema2Data = unordered([amd64.digest, arm64.digest, 'plain']);
  const listFields = {
    manifest_list_data: unordered([list.digest, 'latest', '1']),
    manifest_list_amd64_tags: { latest: [amd64.digest, 2], '1': [amd64.digest, 2] },
  };

  it.each([
    [2 as const, {}],
    [3 as const, { schema2_data: schema2Data }],
    [4 as const, { schema2_data: schema2Data, ...listFields }],
    [5 as const, { schema2_data: schema2Data, ...listFields, schema1_data: unordered([schema1.digest, 'latest']) }],
  ])('of version %s has exactly its fields', async (version, fields) => {
    await publisher.publish({ ...hello, version });
    expect(readV2()).toEqual({ ...common, version, ...fields });
  });

  it('is of version 4 by itself, with three empty lists when there is only v1 content', async () => {
    await publisher.publish({ id: 'old', v1: { images, tags: { latest: ids[0] ?? '' } } });
    expect(readV2('old')).toMatchObject({
      version: 4,
      'repo-registry-id': 'old',
      schema2_data: [],
      manifest_list_data: [],
      manifest_list_amd64_tags: {},
    });
    expect(readJson(publisher.redirectFile('v1', 'old'))).toEqual({
      type: 'pulp-docker-redirect',
      version: 1,
      repository: 'old',
      'repo-registry-id': 'old',
      url: 'https://static.example.com/pulp/docker/v1/old/',
      protected: false,
      images: ids.map((id) => ({ id })),
      tags: { latest: ids[0] },
    });
  });

  it('takes extra fields last', async () => {
    await publisher.publish({ id: 'extra', extra: { schema1_data: ['x'], url: 'none' } });
    expect(readV2('extra')).toMatchObject({ version: 4, schema1_data: ['x'], url: 'none' });
  });

  it('always has a slash at the end of its url', async () => {
    await publisher.publish({ id: 'given', url: 'http://localhost/x' });
    expect(readV2('given')['url']).toBe('http://localhost/x/');
    publisher = new Publisher(root, { storageUrl: (api, id) => `http://localhost:8080/${api}/${id}` });
    await publisher.publish({ id: 'made', v1: { images: [], tags: {} } });
    expect(readV2('made')['url']).toBe('http://localhost:8080/v2/made/');
    expect(readJson(publisher.redirectFile('v1', 'made'))).toMatchObject({
      url: 'http://localhost:8080/v1/made/',
      images: [],
      tags: {},
    });
  });

  it.each([
    [true, true, true],
    ['false' as const, 'false', true],
    [false, false, false],
  ])('says protected: %p as Pulp does', async (isProtected, inV2, inV1) => {
    await publisher.publish({ id: 'secret', isProtected, v1: { images: [], tags: {} } });
    expect(readV2('secret')['protected']).toBe(inV2);
    expect(readJson(publisher.redirectFile('v1', 'secret'))['protected']).toBe(inV1);
  });

  it('keeps tags with awkward names', async () => {
    await publisher.publish({ id: 'odd', manifests: [{ manifest: list, tags: ['__proto__', 'constructor'] }] });
    const amd64Tags = readV2('odd')['manifest_list_amd64_tags'] as object;
    expect(Object.keys(amd64Tags)).toEqual(['__proto__', 'constructor']);
  });

  it('of v1 or of v2 can be published alone', async () => {
    await publisher.publish(hello, { only: 'v1' });
    expect(['v1', 'v2'].map((api) => existsSync(join(publisher.published, api)))).toEqual([true, false]);
    rmSync(publisher.published, { recursive: true });
    await publisher.publish(hello, { only: 'v2' });
    expect(['v1', 'v2'].map((api) => existsSync(join(publisher.published, api)))).toEqual([false, true]);
  });
});

describe('the order of a publication', () => {
  const changed: Publication = { ...hello, version: 5 };
  const linkNames = (area: string): string[] =>
    readdirSync(join(publisher.published, 'v2', area)).filter((name) => /^[0-9a-f]{64}$/.test(name));

  it('is master, web, app by rename, then cleanup', async () => {
    await publisher.publish(hello);
    const before = treeOf('v2');
    const versions = (): number => readdirSync(publisher.masterOf('v2', hello.id)).length;
    const seen: Partial<Record<Step, unknown>> = {};
    await publisher.publish(changed, {
      atStep: (step) => {
        seen[step] = [versions(), treeOf('v2') === before, readV2()['version'], linkNames('app').length];
      },
    });
    expect(Object.entries(seen)).toEqual([
      ['before-master', [1, true, 4, 0]],
      ['before-web', [2, true, 4, 0]],
      ['before-app', [2, false, 4, 0]],
      ['before-app-rename', [2, false, 4, 1]],
      ['before-cleanup', [2, false, 5, 0]],
    ]);
    expect([versions(), linkNames('app'), linkNames('web')]).toEqual([1, [], []]);
    expect(readdirSync(join(root, 'cache'))).toEqual([]);
  });

  it('before version 3.1.2 shows a dangling, then an empty, then a half file', async () => {
    await publisher.publish(hello);
    const link = publisher.redirectFile('v2', hello.id);
    const seen: [Step, number | undefined][] = [];
    await publisher.publish(changed, {
      order: 'racy',
      atStep: (step) => {
        const text = existsSync(link) ? readFileSync(link, 'utf8') : undefined;
        if (step.startsWith('racy')) seen.push([step, text?.length]);
      },
    });
    const whole = readFileSync(link, 'utf8').length;
    expect(seen).toEqual([
      ['racy-before-write', undefined],
      ['racy-open', 0],
      ['racy-half', Math.floor(whole / 2)],
    ]);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readV2()['version']).toBe(5);
  });

  it('stops where a hook throws, and the next publication repairs it', async () => {
    await publisher.publish(hello);
    const atStep = (step: Step): void => {
      if (step === 'before-app-rename') throw new Error('killed');
    };
    await expect(publisher.publish(changed, { atStep })).rejects.toThrow('killed');
    expect([readV2()['version'], linkNames('app').length]).toEqual([4, 1]);
    await publisher.publish(changed);
    expect(readV2()['version']).toBe(5);
  });

  it('gives every publication a timestamp of its own', async () => {
    const timestamps = new Set<string>();
    const other = new Publisher(root);
    for (let count = 0; count < 20; count++) {
      await (count % 2 ? other : publisher).publish({ id: 'quick' });
      timestamps.add(treeOf('v2', 'quick'));
    }
    expect(timestamps.size).toBe(20);
  });
});

describe('unpublishing', () => {
  it('removes the targets first, then the web links, then the redirect files', async () => {
    await publisher.publish(hello);
    await publisher.publish({ id: 'stays' });
    const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    const seen: Partial<Record<UnpublishStep | 'end', unknown>> = {};
    const look = (step: UnpublishStep | 'end'): void => {
      const paths = [publisher.webOf('v2', hello.id), publisher.redirectFile('v2', hello.id)];
      seen[step] = paths.map((path) => (isLink(path) ? (existsSync(path) ? 'leads' : 'dangles') : 'gone'));
    };
    await publisher.unpublish(hello.id, { atStep: look });
    look('end');
    expect(seen).toEqual({
      'before-web-unlink': ['dangles', 'dangles'],
      'before-app-unlink': ['gone', 'dangles'],
      end: ['gone', 'gone'],
    });
    expect(readdirSync(join(publisher.published, 'v1', 'app'))).toEqual([]);
    expect(readdirSync(join(publisher.published, 'v2', 'app'))).toEqual(['stays.json']);
  });

  it('of what is not published is nothing', async () => {
    await expect(publisher.unpublish('unknown')).resolves.toBeUndefined();
  });
});
