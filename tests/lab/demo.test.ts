import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseRedirectFile } from '../../app/redirects/parse-redirect-file';
import { publishDemo } from '../../scripts/lab/demo-content';

const metadata = resolve(__dirname, '../../metadata');

const readJson = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

const parseKind = (path: string): string => parseRedirectFile(readFileSync(path, 'utf8'), path).kind;

describe('the demonstration', () => {
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'davit-demo-'));
    await publishDemo(directory, metadata);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const inData = (path: string): string => join(directory, 'data', path);

  it('gathers all redirect files in one data directory', () => {
    const names = ['demo-hello.json', 'demo-old.json', 'demo-older.json'];
    expect(readdirSync(join(directory, 'data')).sort()).toEqual(['metadata', 'published-v1', 'published-v2']);
    expect(readdirSync(inData('published-v1')).sort()).toEqual(names);
    expect(readdirSync(inData('published-v2')).sort()).toEqual(names);
    expect(realpathSync(inData('metadata'))).toBe(realpathSync(metadata));
  });

  it('has files that davit accepts', () => {
    const files = ['published-v1', 'published-v2', 'metadata'].flatMap((folder) =>
      readdirSync(inData(folder))
        .filter((name) => name.endsWith('.json'))
        .map((name) => inData(join(folder, name))),
    );
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => parseKind(file) !== 'parsed')).toEqual([]);
  });

  it('gives demo/hello:latest in every form, and each form a tag of its own', () => {
    const file = readJson(inData('published-v2/demo-hello.json'));
    expect(file).toMatchObject({
      version: 5,
      'repo-registry-id': 'demo/hello',
      manifest_list_data: expect.arrayContaining(['latest', 'list']) as unknown,
      schema2_data: expect.arrayContaining(['schema2']) as unknown,
      schema1_data: expect.arrayContaining(['latest', 'schema1']) as unknown,
    });
    const tree = join(directory, 'published/docker/v2/web/demo-hello');
    const leaves = ['list/latest', '2/schema2', '1/latest', '1/schema1'];
    expect(leaves.filter((leaf) => !existsSync(join(tree, 'manifests', leaf)))).toEqual([]);
  });

  it.each([
    ['demo-old', []],
    ['demo-older', undefined],
  ])('has only v1 content in %s', (id, schema1Data) => {
    const file = readJson(inData(`published-v2/${id}.json`));
    expect(file).toMatchObject({ version: 4, schema2_data: [], manifest_list_data: [] });
    expect(file['schema1_data']).toEqual(schema1Data);
    const { tags } = readJson(inData(`published-v1/${id}.json`)) as { tags: Record<string, string> };
    const image = join(directory, 'published/docker/v1/web', id, tags['latest'] ?? '');
    expect(readdirSync(image).sort()).toEqual(['ancestry', 'json', 'layer']);
  });

  it('can be made again over itself', async () => {
    const before = realpathSync(inData('published-v2/demo-hello.json'));
    await publishDemo(directory, metadata);
    expect(realpathSync(inData('published-v2/demo-hello.json'))).not.toBe(before);
    expect(existsSync(before)).toBe(false);
    expect(lstatSync(inData('metadata')).isSymbolicLink()).toBe(true);
  });
});
