/** A process that may not use enough addresses for WebAssembly (`ulimit -v`) knows no repository, and does not say that there is none. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printRedirectFile } from '../../scripts/bench/data-sets';
import { startDavit, type Davit } from '../support/davit';
import { request } from '../support/http';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

/** More than node needs, and less than V8 takes for a module. */
const KIBIBYTES = 8_000_000;

const running: Davit[] = [];

afterEach(() => Promise.all(running.splice(0).map((davit) => davit.stop())));

async function start(options: Partial<Parameters<typeof startDavit>[0]>): Promise<Davit> {
  const folder = createTemporaryDirectory();
  writeFileSync(join(folder, 'a.json'), printRedirectFile(0, 10));
  const davit = await startDavit({ config: { general: { data_dir: folder } }, addressSpace: KIBIBYTES, ...options });
  running.push(davit);
  return davit;
}

it('answers 503, and its log says what to do', async () => {
  const davit = await start({ until: 'listening' });
  await until('it says so', () => davit.output().includes('--disable-wasm-trap-handler'));
  const answers = await Promise.all(
    ['/readyz', '/v2/anything/manifests/latest'].map((path) => request(davit.url, { path })),
  );
  expect(answers.map(({ status }) => status)).toEqual([503, 503]);
});

it('serves when it is started so', async () => {
  const davit = await start({ env: { NODE_OPTIONS: '--disable-wasm-trap-handler' } });
  const { body } = await request(davit.url, { path: '/readyz' });
  expect(JSON.parse(body.toString())).toMatchObject({ status: 'ready', redirectFiles: 1, problems: 0 });
});
