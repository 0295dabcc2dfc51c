/** What a pull costs, in calls: the same few, whatever the size of the data. */
import { existsSync } from 'node:fs';
import { FULL, printRedirectFile, nameOf, referenceOf } from '../../scripts/bench/data-sets';
import { blobPath, manifestPath, planManifests } from '../../scripts/bench/requests';
import { request } from '../support/http';
import { startCounting, type Work } from './count-work';

/** Name, reference and digest are judged without regular expressions; what node:http does is not counted. */
const MOST_MATCHES = 3;

const documentOf = (repository: number, references: number): Record<string, unknown> =>
  JSON.parse(printRedirectFile(repository, references)) as Record<string, unknown>;

const headers = planManifests(FULL, 'tag').requests[0]?.headers ?? [];
const name = nameOf(0);
const textAt = (position: number): string => referenceOf(0, position).text;

const redirects = [
  ['a tag', manifestPath(name, textAt(7)), textAt(7)],
  ['the tag of a list', manifestPath(name, textAt(97)), textAt(97)],
  ['a digest', manifestPath(name, textAt(0)), textAt(0)],
  ['a blob', blobPath(name, textAt(0)), ''],
] as const;

const missing = [
  ['a tag that is not published', manifestPath(name, 'gone'), `${name} gone`],
  ['a name that is not published', manifestPath('nobody/nothing', 'latest'), 'nobody/nothing latest'],
] as const;

it('work is seen', async () => {
  const counting = await startCounting([documentOf(0, 10)], () => {
    JSON.parse('{}');
    JSON.stringify({});
    existsSync('/');
    /a/.test('a');
  });
  await request(counting.url, { path: manifestPath(name, textAt(7)), headers });
  expect(counting.work()).toMatchObject({ parsed: 1, printed: 1, fileCalls: ['existsSync'] });
  expect(counting.work().matches).toBeGreaterThan(0);
});

describe.each([100, 50_000])('in a repository of %i references', (references) => {
  it.each(redirects)('a redirect of %s is one lookup, no JSON and no file', async (_what, path, reference) => {
    const counting = await startCounting([documentOf(0, references)]);
    expect((await request(counting.url, { path, headers })).status).toBe(302);
    const { matches, ...work } = counting.work();
    expect(work).toEqual({ parsed: 0, printed: 0, fileCalls: [], lookups: [`${name} ${reference}`] });
    expect(matches).toBeLessThanOrEqual(MOST_MATCHES);
  });

  it.each(missing)('a 404 for %s prints its body once', async (_what, path, lookup) => {
    const counting = await startCounting([documentOf(0, references)]);
    expect((await request(counting.url, { path, headers })).status).toBe(404);
    const { matches, printed, ...work } = counting.work();
    expect(work).toEqual({ parsed: 0, fileCalls: [], lookups: [lookup] });
    expect(printed).toBeLessThanOrEqual(1);
    expect(matches).toBeLessThanOrEqual(MOST_MATCHES);
  });
});

it('a thousand repositories cost what one costs', async () => {
  const workWith = async (repositories: number): Promise<Work> => {
    const counting = await startCounting(Array.from({ length: repositories }, (_, number) => documentOf(number, 10)));
    await request(counting.url, { path: manifestPath(name, textAt(7)), headers });
    const work = counting.work();
    jest.restoreAllMocks();
    return work;
  };
  expect(await workWith(1000)).toEqual(await workWith(1));
});
