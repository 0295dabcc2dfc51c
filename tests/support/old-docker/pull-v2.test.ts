/** What the emulated old dockers ask of v2, and what they accept as content. */
import { createManifestList, createSchema2Image, type Manifest } from '../../../scripts/lab/image';
import { createSchema1Image } from '../../../scripts/lab/schema1';
import { createV1Images } from '../../../scripts/lab/v1-image';
import { announcedPing, answerJson, scriptV1, scriptV2 } from './content-scripts';
import { digestOf } from './digest';
import { listType, schema2Type, type Era } from './eras';
import { tryPull, type TrialResult } from './pull-outcome';
import { linesOf, type Script, type ScriptedAnswer } from './scripted-registry';

type Word = TrialResult['word'];

const eras: Era[] = ['1.5-1.7', '1.8-1.9', '1.10-17.11'];
const modern = { era: '1.10-17.11', name: 'team/app', tag: 'x' } as const;
const v1Content = scriptV1('team/app', { x: createV1Images() });
const schema1 = createSchema1Image({ name: 'team/app', tag: 'x' });
const schema2 = createSchema2Image();
const list = createManifestList([
  { manifest: createSchema2Image({ architecture: 'arm64' }), architecture: 'arm64', os: 'linux' },
  { manifest: createSchema2Image({ os: 'windows' }), architecture: 'amd64', os: 'windows' },
  { manifest: schema2, architecture: 'amd64', os: 'linux' },
]);
const mixedList = createManifestList([{ manifest: schema1, architecture: 'amd64', os: 'linux' }]);
const [config, layer] = schema2.blobs.map(({ digest }) => `/v2/team/app/blobs/${digest}`) as [string, string];

const serve = (manifest: Manifest, change?: (answer: ScriptedAnswer) => ScriptedAnswer): Script => ({
  ...announcedPing,
  ...v1Content,
  ...scriptV2('team/app', { x: manifest }, change),
});
const pull = (manifest: Manifest, change?: (answer: ScriptedAnswer) => ScriptedAnswer): Promise<TrialResult> =>
  tryPull(serve(manifest, change), modern);

describe('the requests of a v2 pull', () => {
  const blob = `/v2/team/app/blobs/${schema1.blobs[0]?.digest ?? ''}`;
  const sequences: [Era, string[]][] = [
    ['1.5-1.7', [`GET ${blob} 200`]],
    ['1.8-1.9', [`HEAD ${blob} 200`, `GET ${blob} 200`]],
    ['1.10-17.11', [`GET ${blob} 200`]],
  ];
  it.each(sequences)('%s: ping, manifest by GET, blobs', async (era, blobs) => {
    const { requests, images } = await tryPull(serve(schema1), { ...modern, era });
    expect(requests).toEqual(['GET /v2/ 200', 'GET /v2/team/app/manifests/x 200', ...blobs]);
    expect(images).toEqual([{ tag: 'x', digestOrId: schema1.digest, layers: 1 }]);
  });

  it('1.10-17.11: a list, its linux/amd64 child by digest, configuration, layer', async () => {
    const { requests, images } = await pull(list);
    expect(requests.slice(1)).toEqual(
      ['/v2/team/app/manifests/x', `/v2/team/app/manifests/${schema2.digest}`, config, layer].map(
        (path) => `GET ${path} 200`,
      ),
    );
    expect(images).toEqual([{ tag: 'x', digestOrId: list.digest, layers: 1 }]);
  });

  it.each(eras)('%s: a name of one component stays as it is', async (era) => {
    const script = { ...announcedPing, ...scriptV2('solo', { x: schema1 }) };
    const { requests } = await tryPull(script, { era, name: 'solo', tag: 'x' });
    expect(requests[1]).toBe('GET /v2/solo/manifests/x 200');
  });

  const userAgents: [Era, string | undefined, RegExp][] = [
    ['1.5-1.7', undefined, /^docker\/1\.6\.2 go\/go1\.4\.2 /],
    ['1.8-1.9', undefined, /^docker\/1\.9\.1 go\/go/],
    ['1.8-1.9', '1.8.3', /^docker\/1\.8\.3 go\/go/],
    ['1.10-17.11', undefined, /^docker\/17\.03\.2-ce go\/go/],
  ];
  it.each(userAgents)('%s, version %s: says so with every request', async (era, version, expected) => {
    const { received } = await tryPull(serve(schema1), { ...modern, era, ...(version && { version }) });
    for (const request of received) expect(linesOf(request, 'User-Agent')).toEqual([expect.stringMatching(expected)]);
  });

  it.each(['1.5-1.7', '1.8-1.9'] as const)('%s: sends no Accept', async (era) => {
    const { received } = await tryPull(serve(schema1), { ...modern, era });
    expect(received.flatMap((request) => linesOf(request, 'Accept'))).toEqual([]);
  });

  it('1.10-17.11: sends four Accept lines for manifests, in random order, and none otherwise', async () => {
    const tags = Object.fromEntries([...Array(20).keys()].map((number) => [`tag-${number}`, schema2]));
    const script = { ...announcedPing, ...scriptV2('team/app', tags) };
    const { received } = await tryPull(script, { era: '1.10-17.11', name: 'team/app' });
    const isForManifest = ({ path }: { path: string }): boolean => path.includes('/manifests/');
    const orders = received.filter(isForManifest).map((request) => linesOf(request, 'Accept'));
    const expected = [
      listType,
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      'application/json',
      schema2Type,
    ];
    for (const order of orders) expect(order.toSorted()).toEqual(expected.toSorted());
    expect(new Set(orders.map(String)).size).toBeGreaterThan(1);
    const others = received.filter((request) => !isForManifest(request));
    expect(others.flatMap((request) => linesOf(request, 'Accept'))).toEqual([]);
  });
});

describe('the final Content-Type of a manifest, 1.10-17.11', () => {
  const types: [given: string, type: string | undefined, ofSchema1: Word, ofOthers: Word][] = [
    ['its own', 'own', 'v2', 'v2'],
    ['its own with a charset', 'own; charset=utf-8', 'v2', 'v2'],
    ['text/plain', 'text/plain', 'v2', 'stops'],
    ['none', undefined, 'v2', 'stops'],
    ['application/octet-stream', 'application/octet-stream', 'v2', 'stops'],
    ['application/json', 'application/json', 'v2', 'stops'],
    ['text/html', 'text/html', 'v2', 'stops'],
  ];
  const rows = types.flatMap(
    ([given, type, ofSchema1, ofOthers]): [string, string, Word, Manifest, string | undefined][] => [
      [given, 'schema 1', ofSchema1, schema1, type],
      [given, 'schema 2', ofOthers, schema2, type],
      [given, 'a list', ofOthers, list, type],
      [given, 'a list of schema 1', ofOthers, mixedList, type],
    ],
  );
  it.each(rows)('%s on %s → %s', async (_given, _form, word, manifest, type) => {
    const result = await pull(manifest, (answer) => {
      const headers = type && { 'Content-Type': type.replace('own', String(answer.headers?.['Content-Type'])) };
      return { ...answer, headers: { ...headers } };
    });
    expect(result.word).toBe(word);
  });

  const notUnderstood = (['1.5-1.7', '1.8-1.9'] as const).flatMap((era) =>
    Object.entries({ 'schema 2': schema2, 'a list': list, 'a list of schema 1': mixedList }).map(
      ([form, manifest]) => [era, form, manifest] as const,
    ),
  );
  it.each(notUnderstood)('%s: %s is not understood whatever its type, so v1', async (era, _form, manifest) => {
    expect((await tryPull(serve(manifest), { ...modern, era })).word).toBe('v1');
  });

  it.each(['1.5-1.7', '1.8-1.9'] as const)('%s: schema 1 is understood whatever its type', async (era) => {
    const script = serve(schema1, ({ body = '' }) => ({ headers: { 'Content-Type': 'text/html' }, body }));
    expect((await tryPull(script, { ...modern, era })).word).toBe('v2');
  });
});

describe('content that is not what it should be, 1.10-17.11', () => {
  const forged = Buffer.from(schema1.bytes.toString().replace('"tag": "x"', '"tag": "y"'));
  const unsigned = Buffer.from(JSON.stringify({ schemaVersion: 1, fsLayers: [], history: [] }));
  const faults: [fault: string, manifest: Manifest, change: Script, message: RegExp][] = [
    ['a blob with other bytes', schema2, { [layer]: { body: 'other' } }, /layer verification failed/],
    ['a missing blob', schema2, { [layer]: answerJson({}, 404) }, /unknown blob/],
    ['a configuration with other bytes', schema2, { [config]: { body: '{}' } }, /verification failed/],
    [
      'a child with other bytes',
      list,
      {
        [`/v2/team/app/manifests/${schema2.digest}`]: {
          headers: { 'Content-Type': schema2Type },
          body: createSchema2Image({ greeting: 'other' }).bytes,
        },
      },
      /manifest verification failed/,
    ],
    [
      'a child that is missing, with the shape that makes a tag fall back',
      list,
      {
        [`/v2/team/app/manifests/${schema2.digest}`]: answerJson(
          { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: {} }] },
          404,
        ),
      },
      /^manifest unknown: manifest unknown$/,
    ],
    [
      'a schema 1 manifest that was altered',
      schema1,
      { '/v2/team/app/manifests/x': { body: forged } },
      /invalid signature/,
    ],
    [
      'a schema 1 manifest without signatures',
      schema1,
      { '/v2/team/app/manifests/x': { body: unsigned } },
      /missing signature/,
    ],
    ['a redirect without Location', schema2, { [layer]: { status: 302 } }, /missing Location/],
    ['a redirect to itself', schema2, { [layer]: { status: 302, headers: { Location: layer } } }, /after 10 redirects/],
  ];
  it.each(faults)('%s stops the pull', async (_fault, manifest, change, message) => {
    const result = await tryPull({ ...serve(manifest), ...change }, modern);
    expect(result).toMatchObject({ word: 'stops', message: expect.stringMatching(message) as string });
  });

  const digestHeaders: [string, string, Word][] = [
    ['right', schema2.digest, 'v2'],
    ['wrong', list.digest, 'stops'],
  ];
  it.each(digestHeaders)('a %s Docker-Content-Digest: %s → %s', async (_given, digest, word) => {
    const result = await pull(schema2, ({ headers, body = '' }) => ({
      headers: { ...headers, 'Docker-Content-Digest': digest },
      body,
    }));
    expect(result.word).toBe(word);
  });

  it('layers that are not those of the configuration', async () => {
    const bytes = JSON.stringify({ rootfs: { diff_ids: ['sha256:other'] } });
    const digest = digestOf(Buffer.from(bytes));
    const script = serve(schema2, ({ headers, body = '' }) => ({
      headers: { ...headers },
      body: body.toString().replace(schema2.blobs[0]?.digest ?? '', digest),
    }));
    const result = await tryPull({ ...script, [`/v2/team/app/blobs/${digest}`]: { body: bytes } }, modern);
    expect(result).toMatchObject({ word: 'stops', message: "layers from manifest don't match image configuration" });
  });

  it('a list without linux/amd64', async () => {
    const others = createManifestList([{ manifest: schema2, architecture: 'arm64', os: 'linux' }]);
    expect(await pull(others)).toMatchObject({
      word: 'stops',
      message: expect.stringMatching(/no matching manifest/) as string,
    });
  });

  it('a HEAD of a blob without Content-Length, 1.8-1.9: v1', async () => {
    const blob = `/v2/team/app/blobs/${schema1.blobs[0]?.digest ?? ''}`;
    const chunked = { headers: { 'Transfer-Encoding': 'chunked' } };
    expect((await tryPull({ ...serve(schema1), [blob]: chunked }, { ...modern, era: '1.8-1.9' })).word).toBe('v1');
  });
});

describe('a pull by digest', () => {
  it.each([schema1, schema2, list])('1.10-17.11: form $form is verified', async (manifest) => {
    const result = await tryPull(serve(manifest), { ...modern, tag: manifest.digest });
    expect(result).toMatchObject({ word: 'v2', images: [{ digestOrId: manifest.digest }] });
  });

  it('never starts again with v1', async () => {
    const missing = { [`/v2/team/app/manifests/${schema1.digest}`]: answerJson({}, 404) };
    const result = await tryPull({ ...serve(schema1), ...missing }, { ...modern, era: '1.5-1.7', tag: schema1.digest });
    expect(result).toMatchObject({ word: 'stops', message: 'Cannot pull by digest with v1 registry' });
  });
});
