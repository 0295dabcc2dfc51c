/** Clients of one kind send the same headers again and again: each kind is read once. */
import { FULL, nameOf, printRedirectFile } from '../../scripts/bench/data-sets';
import { planManifests } from '../../scripts/bench/requests';
import { parseAccept } from '../../app/registry/accept';
import { request } from '../support/http';
import { startCounting } from './count-work';

jest.mock('../../app/registry/accept', () => {
  const actual = jest.requireActual<{ parseAccept: typeof parseAccept }>('../../app/registry/accept');
  return { ...actual, parseAccept: jest.fn(actual.parseAccept) };
});

it('an Accept header is read once, whatever is asked for with it', async () => {
  const counting = await startCounting([JSON.parse(printRedirectFile(0, 100)) as Record<string, unknown>]);
  const clients = planManifests(FULL, 'tag').requests.slice(0, 4);
  for (let turn = 0; turn < 5; turn++) {
    for (const { headers } of clients) {
      await request(counting.url, { path: `/v2/${nameOf(0)}/manifests/tag-${turn}`, headers });
    }
  }
  const acceptOf = ({ headers }: (typeof clients)[number]): string =>
    headers
      .filter(([header]) => header === 'Accept')
      .map(([, value]) => value)
      .join(', ');
  expect(jest.mocked(parseAccept).mock.calls.flat().sort()).toEqual(clients.map(acceptOf).sort());
});
