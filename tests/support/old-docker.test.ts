/**
 * Proves the emulated old dockers against what the real ones were measured to do: when they use v2, and when they start
 * again with v1. The tables are the measured ones, row by row, an era a column. Nothing of davit runs here.
 */
import { createSchema1Image } from '../../scripts/lab/schema1';
import { createV1Images } from '../../scripts/lab/v1-image';
import { announcedPing, scriptV1, scriptV2, versionHeader } from './old-docker/content-scripts';
import type { Era } from './old-docker/eras';
import { tryPull, type TrialResult } from './old-docker/pull-outcome';
import type { Script, ScriptedAnswer } from './old-docker/scripted-registry';

type Word = TrialResult['word'];
/** What the three eras do, oldest first. */
type Row<Given> = [given: string, value: Given, Word, Word, Word];

const eras: Era[] = ['1.5-1.7', '1.8-1.9', '1.10-17.11'];
const v1Images = createV1Images();
const v1Content = scriptV1('team/app', { x: v1Images });
const v2Image = createSchema1Image({ name: 'team/app', tag: 'x' });
const v2Content = scriptV2('team/app', { x: v2Image });

const unfold = <Given>(rows: Row<Given>[]): [string, Era, Word, Given][] =>
  rows.flatMap(([given, value, ...words]) =>
    eras.map((era, index): [string, Era, Word, Given] => [given, era, words[index] ?? 'fails', value]),
  );

const html = '<html><body>Not Found</body></html>';
const detail = { Tag: 'x' };
const entry = (code: string, extra: object = { detail }) => ({
  code,
  message: code.toLowerCase().replace('_', ' '),
  ...extra,
});
const errors = (status: number, ...entries: object[]): ScriptedAnswer => ({
  status,
  body: JSON.stringify({ errors: entries }),
});

const measuredManifestAnswers: Row<ScriptedAnswer>[] = [
  ['404 MANIFEST_UNKNOWN with detail', errors(404, entry('MANIFEST_UNKNOWN')), 'v1', 'v1', 'v1'],
  ['… with detail {}', errors(404, entry('MANIFEST_UNKNOWN', { detail: {} })), 'v1', 'v1', 'v1'],
  ['… with detail ""', errors(404, entry('MANIFEST_UNKNOWN', { detail: '' })), 'v1', 'v1', 'v1'],
  ['… without detail', errors(404, entry('MANIFEST_UNKNOWN', {})), 'v1', 'v1', 'stops'],
  ['… with detail null', errors(404, entry('MANIFEST_UNKNOWN', { detail: null })), 'v1', 'v1', 'stops'],
  [
    '… plus a top-level details',
    { status: 404, body: JSON.stringify({ errors: [entry('MANIFEST_UNKNOWN')], details: 'not found' }) },
    ...(['v1', 'v1', 'stops'] as const),
  ],
  ['NAME_UNKNOWN with detail', errors(404, entry('NAME_UNKNOWN')), 'v1', 'stops', 'v1'],
  ["Crane's code 404", errors(404, { code: '404', message: 'Not Found' }), 'v1', 'stops', 'stops'],
  ['404 with HTML', { status: 404, body: html }, 'v1', 'v1', 'stops'],
  ['404 without a body', { status: 404 }, 'v1', 'v1', 'stops'],
  ['302 to a 404 with HTML', { status: 302, headers: { Location: '/storage/missing' } }, 'v1', 'v1', 'stops'],
  ['500', { status: 500 }, 'v1', 'v1', 'stops'],
  ['404 {}', { status: 404, body: '{}' }, 'v1', 'panics', 'stops'],
  ['404 {"errors":[]}', errors(404), 'v1', 'panics', 'stops'],
  ['401 UNAUTHORIZED with detail', errors(401, entry('UNAUTHORIZED')), 'v1', 'v1', 'v1'],
];

/** Not in the measured table: they follow from its rules, or were read in docker's source. */
const furtherManifestAnswers: Row<ScriptedAnswer>[] = [
  ['400 MANIFEST_UNKNOWN with detail', errors(400, entry('MANIFEST_UNKNOWN')), 'v1', 'v1', 'v1'],
  ['403 DENIED with detail', errors(403, entry('DENIED')), 'v1', 'stops', 'stops'],
  ['the right error in second place', errors(404, entry('DENIED'), entry('MANIFEST_UNKNOWN')), 'v1', 'stops', 'stops'],
  ['the right error in first place', errors(404, entry('MANIFEST_UNKNOWN'), entry('DENIED')), 'v1', 'v1', 'v1'],
  ['503 with spec JSON', errors(503, entry('UNAVAILABLE')), 'v1', 'v1', 'stops'],
  ['401 with HTML', { status: 401, body: html }, 'v1', 'v1', 'v1'],
  ['404 null', { status: 404, body: 'null' }, 'v1', 'panics', 'stops'],
  ...['[]', '{"errors":{}}', '{"errors":["x"]}', '{"errors":[{"code":404}]}'].map((body): Row<ScriptedAnswer> => [
    `404 ${body}`,
    { status: 404, body },
    'v1',
    'v1',
    'stops',
  ]),
  ['a body that is no manifest', { body: 'hello' }, 'v1', 'v1', 'stops'],
];

describe('a tag that only v1 has', () => {
  it.each(unfold([...measuredManifestAnswers, ...furtherManifestAnswers]))(
    '%s: %s → %s',
    async (_given, era, word, answer) => {
      const script: Script = {
        ...announcedPing,
        ...v1Content,
        '/v2/team/app/manifests/x': answer,
        '/storage/missing': { status: 404, headers: { 'Content-Type': 'text/html' }, body: html },
      };
      const result = await tryPull(script, { era, name: 'team/app', tag: 'x' });
      expect(result.word).toBe(word);
      expect(result.images).toEqual(word === 'v1' ? [{ tag: 'x', digestOrId: v1Images[0]?.id, layers: 2 }] : []);
    },
  );

  const words: [Era, string, ScriptedAnswer, string][] = [
    ['1.10-17.11', 'HTML', { status: 404, body: html }, `error parsing HTTP 404 response body: "${html}"`],
    ['1.10-17.11', 'no detail', errors(404, entry('MANIFEST_UNKNOWN', {})), 'manifest unknown: manifest unknown'],
    ['1.10-17.11', "Crane's code 404", errors(404, { code: '404', message: 'Not Found' }), 'unknown: Not Found'],
    ['1.10-17.11', '500', { status: 500 }, 'received unexpected HTTP status: 500 Internal Server Error'],
    ['1.8-1.9', '{}', { status: 404, body: '{}' }, 'panic: runtime error: index out of range'],
  ];
  it.each(words)('%s: what a user reads about %s', async (era, _given, answer, message) => {
    const script = { ...announcedPing, '/v2/team/app/manifests/x': answer };
    expect((await tryPull(script, { era, name: 'team/app', tag: 'x' })).message).toBe(message);
  });

  // Without the version header 1.10 and later are not sure that v2 is there, and give up less easily.
  const unannounced: [string, ScriptedAnswer, Word][] = [
    ['404 with HTML', { status: 404, body: html }, 'v1'],
    ['MANIFEST_UNKNOWN without detail', errors(404, entry('MANIFEST_UNKNOWN', {})), 'v1'],
    ['500', { status: 500 }, 'v1'],
    ["Crane's code 404", errors(404, { code: '404', message: 'Not Found' }), 'stops'],
    ['a body that is no manifest', { headers: { 'Content-Type': 'text/plain' }, body: 'hello' }, 'v1'],
  ];
  it.each(unannounced)('without the version header, %s: 1.10-17.11 → %s', async (_given, answer, word) => {
    const script = { ...v1Content, '/v2/': { body: '{}' }, '/v2/team/app/manifests/x': answer };
    expect((await tryPull(script, { era: '1.10-17.11', name: 'team/app', tag: 'x' })).word).toBe(word);
  });
});

const measuredTagListAnswers: Row<ScriptedAnswer>[] = [
  ...[400, 401, 403, 405, 410].map((status): Row<ScriptedAnswer> => [
    `${status} MANIFEST_UNKNOWN with detail`,
    errors(status, entry('MANIFEST_UNKNOWN')),
    ...(['v1', 'v1', 'v1'] as const),
  ]),
  ['404 MANIFEST_UNKNOWN with detail', errors(404, entry('MANIFEST_UNKNOWN')), 'v1', 'nothing', 'v1'],
  ['404 NAME_UNKNOWN with detail', errors(404, entry('NAME_UNKNOWN')), 'v1', 'nothing', 'v1'],
  ['200 with no tags', { body: '{"name":"team/app","tags":[]}' }, 'v1', 'nothing', 'nothing'],
];

const furtherTagListAnswers: Row<ScriptedAnswer>[] = [
  ['200 with null for tags', { body: '{"name":"team/app","tags":null}' }, 'v1', 'nothing', 'nothing'],
  ['400 NAME_UNKNOWN with detail', errors(400, entry('NAME_UNKNOWN')), 'v1', 'stops', 'v1'],
  ['400 {}', { status: 400, body: '{}' }, 'v1', 'panics', 'stops'],
  ['404 with HTML', { status: 404, body: html }, 'v1', 'nothing', 'stops'],
  ['200 that is no tag list', { body: html }, 'v1', 'v1', 'stops'],
];

describe('all tags (-a) of a repository that only v1 has', () => {
  it.each(unfold([...measuredTagListAnswers, ...furtherTagListAnswers]))(
    '%s: %s → %s',
    async (_given, era, word, answer) => {
      const script = { ...announcedPing, ...v1Content, '/v2/team/app/tags/list': answer };
      const result = await tryPull(script, { era, name: 'team/app' });
      expect(result.word).toBe(word);
      expect(result.images).toEqual(word === 'v1' ? [{ tag: 'x', digestOrId: v1Images[0]?.id, layers: 2 }] : []);
    },
  );
});

describe('all tags (-a) of a repository that both have', () => {
  it.each(eras)('%s: every tag by v2', async (era) => {
    const other = createSchema1Image({ name: 'team/app', tag: 'y', greeting: 'other' });
    const script = { ...announcedPing, ...v1Content, ...scriptV2('team/app', { x: v2Image, y: other }) };
    const result = await tryPull(script, { era, name: 'team/app' });
    expect(result.word).toBe('v2');
    expect(result.images.map(({ tag, digestOrId }) => [tag, digestOrId])).toEqual([
      ['x', v2Image.digest],
      ['y', other.digest],
    ]);
  });

  const oneIsMissing: [Era, Word][] = [
    ['1.5-1.7', 'v1'],
    ['1.8-1.9', 'v1'],
    ['1.10-17.11', 'stops'],
  ];
  it.each(oneIsMissing)('%s: a listed tag that v2 has not → %s', async (era, word) => {
    const missing = { '/v2/team/app/manifests/x': errors(404, entry('MANIFEST_UNKNOWN')) };
    const script = { ...announcedPing, ...v1Content, ...v2Content, ...missing };
    expect((await tryPull(script, { era, name: 'team/app' })).word).toBe(word);
  });
});

describe('the ping of /v2/ for a tag that both have', () => {
  const pings: Row<ScriptedAnswer>[] = [
    ['200 with the version header', { headers: versionHeader }, 'v2', 'v2', 'v2'],
    ['401 with the version header', { status: 401, headers: versionHeader }, 'v2', 'v2', 'v2'],
    ['404 with the version header', { status: 404, headers: versionHeader }, 'v1', 'v2', 'v2'],
    ['500 with the version header', { status: 500, headers: versionHeader }, 'v1', 'v2', 'v2'],
    ['200 without it', {}, 'v1', 'v1', 'v2'],
    ['401 without it', { status: 401 }, 'v1', 'v1', 'v2'],
    ['404 without it', { status: 404 }, 'v1', 'v1', 'v2'],
    [
      '200 with another version',
      { headers: { 'Docker-Distribution-API-Version': 'registry/3.0' } },
      ...(['v1', 'v1', 'v2'] as const),
    ],
    [
      '200 with several versions',
      { headers: { 'Docker-Distribution-API-Version': 'registry/3.0 registry/2.0' } },
      ...(['v2', 'v2', 'v2'] as const),
    ],
  ];

  it.each(unfold(pings))('%s: %s → %s', async (_given, era, word, ping) => {
    const script = { ...v1Content, ...v2Content, '/v2/': ping };
    expect((await tryPull(script, { era, name: 'team/app', tag: 'x' })).word).toBe(word);
  });
});
