/** Which answers may be given while something is published, and which not any more. */
import type { Contents } from '../../scripts/soaking/contents';
import { createEdition, describeContents } from '../../scripts/soaking/contents';
import type { History } from '../../scripts/soaking/history';
import { announce, createHistory, findDelayMs, GRACE_MS, judge } from '../../scripts/soaking/history';

const contentsOf = (edition: number): Contents => describeContents(createEdition(0, edition), 'full');
const hasTag = (tag: string) => (published: Contents | undefined) => published?.tags.has(tag) === true;
const answeredFrom = (edition: number) => hasTag(`build-${edition}`);

/** Edition 0, and edition 1 from 1000 (first step) and 1100 (last step). */
function createChanged(): { history: History; edition: ReturnType<typeof announce> } {
  const history = createHistory(contentsOf(0));
  const edition = announce(history, contentsOf(1), 1000);
  edition.publishedAtMs = 1100;
  return { history, edition };
}

it.each<[string, number, number, number, string]>([
  ['the old one before the publication', 0, 500, 510, 'right'],
  ['the new one before the publication', 1, 500, 510, 'wrong'],
  ['the new one while it is published', 1, 990, 1001, 'right'],
  ['the old one while it is published', 0, 1050, 1060, 'right'],
  ['the new one afterwards', 1, 1200, 1210, 'right'],
  ['the old one shortly afterwards', 0, 1200, 1210, 'outdated'],
  ['the old one at the end of the grace', 0, 1100 + GRACE_MS, 9000, 'outdated'],
  ['the old one after the grace', 0, 1101 + GRACE_MS, 9000, 'wrong'],
  ['one that never was', 2, 1200, 1210, 'wrong'],
])('%s', (_, edition, sentAtMs, answeredAtMs, verdict) => {
  const { history } = createChanged();
  expect(judge(history, { sentAtMs, answeredAtMs }, answeredFrom(edition))).toBe(verdict);
});

it('the delay is that of the last request that was answered from the old edition', () => {
  const { history, edition } = createChanged();
  expect(findDelayMs(edition)).toBe(0);
  for (const sentAtMs of [1150, 1350, 1250]) judge(history, { sentAtMs, answeredAtMs: 1400 }, answeredFrom(0));
  judge(history, { sentAtMs: 1390, answeredAtMs: 1400 }, answeredFrom(1));
  expect(findDelayMs(edition)).toBe(250);
});

it('an edition is seen by an answer that only it can give', () => {
  const { history, edition } = createChanged();
  const span = { sentAtMs: 1200, answeredAtMs: 1210 };
  judge(history, span, hasTag('latest'));
  expect(edition.isSeen).toBe(false);
  judge(history, span, answeredFrom(0));
  expect(edition.isSeen).toBe(false);
  judge(history, span, answeredFrom(1));
  expect(edition.isSeen).toBe(true);
});

it('what was replaced a minute ago is forgotten, and what may still be answered is not', () => {
  const { history } = createChanged();
  announce(history, contentsOf(2), 1100 + 60_000);
  expect(history).toHaveLength(3);
  announce(history, contentsOf(3), 1101 + 60_000);
  expect(history.map(({ announcedAtMs }) => announcedAtMs)).toEqual([1000, 61_100, 61_101]);
});

it('removals are publications, too', () => {
  const history = createHistory(contentsOf(0));
  const removal = announce(history, undefined, 1000);
  removal.publishedAtMs = 1010;
  const isGone = (published: Contents | undefined) => published === undefined;
  expect(judge(history, { sentAtMs: 1100, answeredAtMs: 1101 }, (published) => !isGone(published))).toBe('outdated');
  expect(judge(history, { sentAtMs: 1200, answeredAtMs: 1201 }, isGone)).toBe('right');
  expect(removal).toMatchObject({ isSeen: true, lastMissedAtMs: 1100 });
});
