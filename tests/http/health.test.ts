/** `/healthz` and `/readyz`. */
import { ask, jsonAnswer } from './answers';
import type { TestFrontOptions } from './front';
import { ways, withFront } from './ways';

describe.each(ways)('$title', (way) => {
  const askFront = (options: TestFrontOptions, path: string) =>
    withFront(way, options, ({ url }) => ask(url, path, { 'X-Forwarded-For': '192.0.2.1' }));

  it.each([true, false])('/healthz is 200, loaded (%s) or not', async (isLoaded) => {
    expect(await askFront({ isLoaded }, '/healthz')).toEqual(jsonAnswer(200, { status: 'ok' }));
  });

  it('/readyz is 503 before the first load', async () => {
    const directory = { state: 'missing', reason: 'is not there', since: new Date(1000) } as const;
    const body = { status: 'not ready', directory, redirectFiles: 0, problems: 0 };
    expect(await askFront({ isLoaded: false, status: { directory } }, '/readyz')).toEqual(
      jsonAnswer(503, body, { 'retry-after': '1' }),
    );
  });

  it('/readyz is 200 after it, and stays so when the directory goes', async () => {
    const directory = { state: 'emptied', reason: 'holds no redirect file', since: new Date(2000) } as const;
    const problem = { file: 'x.json', pointer: '', message: 'is empty', severity: 'error' } as const;
    const lastRefresh = { at: new Date(1500), durationMs: 3, changed: 1, removed: 0 };
    const status = { directory, fileCount: 7, problems: [problem], lastRefresh };
    const body = { status: 'ready', directory, redirectFiles: 7, problems: 1, lastRefresh: lastRefresh.at };
    expect(await askFront({ status }, '/readyz')).toEqual(jsonAnswer(200, body));
  });
});
