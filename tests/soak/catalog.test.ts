/** Pages of the catalog while repositories come and go. */
import { askCatalog } from '../../scripts/soaking/catalog';
import { CLIENTS } from '../../scripts/soaking/clients';
import { createPassing, describeContents } from '../../scripts/soaking/contents';
import { announce, createHistory, GRACE_MS } from '../../scripts/soaking/history';

const lasting = ['a', 'b', 'd', 'e'];
const newcomer = { name: 'c', history: createHistory(undefined) };
announce(newcomer.history, describeContents(createPassing(0), 'full'), 1000).publishedAtMs = 1000;

const BEFORE = 900;
const DURING = 1000 + GRACE_MS;
const AFTER = DURING + 1;

function judgePage(repositories: unknown, sentAtMs: number, { last = '', most = 10, status = 200 } = {}): string {
  const [client] = CLIENTS;
  if (!client) throw new Error('there is a client');
  const question = askCatalog({ lasting, passing: () => [newcomer] }, { last, most }, client);
  const body = JSON.stringify({ repositories });
  return question.judge({ status, location: undefined, body }, { sentAtMs, answeredAtMs: sentAtMs + 1 });
}

it.each<[string, string[], number]>([
  ['before it came', ['a', 'b', 'd', 'e'], BEFORE],
  ['after it came, without it', ['a', 'b', 'd', 'e'], DURING],
  ['after it came, with it', ['a', 'b', 'c', 'd', 'e'], DURING],
  ['long after it came', ['a', 'b', 'c', 'd', 'e'], AFTER],
])('right: %s', (_, names, atMs) => expect(judgePage(names, atMs)).toBe('right'));

it.each<[string, unknown, number]>([
  ['with it before it came', ['a', 'b', 'c', 'd', 'e'], BEFORE],
  ['without it long after it came', ['a', 'b', 'd', 'e'], AFTER],
  ['a name is missing', ['a', 'b', 'c', 'e'], DURING],
  ['the end is missing', ['a', 'b', 'c'], DURING],
  ['out of order', ['a', 'b', 'd', 'c', 'e'], DURING],
  ['twice', ['a', 'b', 'c', 'c', 'd', 'e'], DURING],
  ['a name that never was', ['a', 'b', 'c', 'd', 'e', 'f'], DURING],
  ['no list', undefined, DURING],
])('wrong: %s', (_, names, atMs) => expect(judgePage(names, atMs)).toBe('wrong'));

it('pages begin behind the last name and end with the most names', () => {
  expect(judgePage(['b', 'c'], AFTER, { last: 'a', most: 2 })).toBe('right');
  expect(judgePage(['b', 'd'], AFTER, { last: 'a', most: 2 })).toBe('wrong');
  expect(judgePage(['a', 'b'], AFTER, { last: 'a', most: 2 })).toBe('wrong');
  expect(judgePage(['b', 'c', 'd'], AFTER, { last: 'a', most: 2 })).toBe('wrong');
  expect(judgePage(['e'], AFTER, { last: 'd', most: 2 })).toBe('right');
});

it('an error is no page', () => {
  expect(judgePage(['a', 'b', 'c', 'd', 'e'], AFTER, { status: 503 })).toBe('wrong');
});
