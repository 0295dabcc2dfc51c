/** Clients of one kind send the same headers again and again: each kind is read once. */
import { FULL, nameOf, printRedirectFile, referenceOf } from '../../scripts/bench/data-sets';
import { manifestPath, planManifests } from '../../scripts/bench/requests';
import { parseAccept } from '../../app/registry/accept';
import { request } from '../support/http';
import { startCounting } from './count-work';

jest.mock('../../app/registry/accept', () => {
  const actual = jest.requireActual<{ parseAccept: typeof parseAccept }>('../../app/registry/accept');
  return { ...actual, parseAccept: jest.fn(actual.parseAccept) };
});

it('for a digest, and for what is not there, no Accept header is read', async () => {
  const counting = await startCounting([JSON.parse(printRedirectFile(0, 100)) as Record<string, unknown>]);
  const [{ headers } = { headers: [] }] = planManifests(FULL, 'tag').requests;
  for (const reference of [referenceOf(0, 0).text, 'gone']) {
    await request(counting.url, { path: manifestPath(nameOf(0), reference), headers });
  }
  expect(jest.mocked(parseAccept)).not.toHaveBeenCalled();
});

it('an Accept header is read once, whatever is asked for with it', async () => {
  const counting = await startCounting([JSON.parse(printRedirectFile(0, 100)) as Record<string, unknown>]);
  const clients = planManifests(FULL, 'tag').requests.slice(0, 4);
  for (let turn = 0; turn < 5; turn++) {
    for (const { headers } of clients) {
      await request(counting.url, { path: manifestPath(nameOf(0), referenceOf(0, 10 * turn + 7).text), headers });
    }
  }
  const acceptOf = ({ headers }: (typeof clients)[number]): string =>
    headers
      .filter(([header]) => header === 'Accept')
      .map(([, value]) => value)
      .join(', ');
  expect(jest.mocked(parseAccept).mock.calls.flat().sort()).toEqual(clients.map(acceptOf).sort());
});
