/** The program in a process of its own: how it starts, reports, reloads and stops. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { redirectText } from '../load/loading';
import { startDavit, type Davit } from '../support/davit';
import { request } from '../support/http';
import { logLines } from '../support/log-lines';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

let dataDir: string;
let davit: Davit | undefined;

beforeEach(() => {
  dataDir = join(createTemporaryDirectory(), 'data');
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'a.json'), redirectText('a', ['latest']));
});
afterEach(async () => {
  await davit?.stop();
  davit = undefined;
});

const statusOf = async ({ url }: Davit, path: string): Promise<number> => (await request(url, { path })).status;

describe('davit serve', () => {
  it('says in one line what it started with', async () => {
    writeFileSync(join(dataDir, 'bad.json'), '{');
    davit = await startDavit({ config: { general: { data_dir: dataDir } } });
    const running = davit;
    await until('it says so', () => logLines(running).some(({ message }) => message === 'started'));
    const started = logLines(davit).filter(({ message }) => message === 'started');
    expect(started).toEqual([
      expect.objectContaining({ level: 'info', dataDir, redirectFiles: 1, problems: 1, directory: 'ok' }),
    ]);
    expect(started[0]).toHaveProperty('version', expect.stringMatching(/^\d+\.\d+\.\d+$/));
    expect(started[0]).toHaveProperty('config', expect.stringMatching(/crane\.conf$/));
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with exit code 0 on %s', async (signal) => {
    davit = await startDavit({ config: { general: { data_dir: dataDir } } });
    davit.signal(signal);
    expect(await davit.ended).toBe(0);
  });

  it('says 503 until a data directory that is missing appears', async () => {
    renameSync(dataDir, `${dataDir}-later`);
    davit = await startDavit({ config: { general: { data_dir: dataDir } }, until: 'listening' });
    const running = davit;
    await until('it warns', () => logLines(running).some(({ level }) => level === 'warn'));
    for (const path of ['/readyz', '/v2/a/manifests/latest', '/v1/repositories/a/images', '/v2/_catalog']) {
      expect({ path, status: await statusOf(davit, path) }).toEqual({ path, status: 503 });
    }
    expect(await statusOf(davit, '/v2/')).toBe(200);
    expect(logLines(davit).filter(({ level }) => level === 'warn')).toHaveLength(1);
    renameSync(`${dataDir}-later`, dataDir);
    await until('it is ready', async () => (await statusOf(running, '/readyz')) === 200);
    expect(await statusOf(davit, '/v2/a/manifests/latest')).toBe(404);
    expect((await request(davit.url, { path: '/v2/a/tags/list' })).body.toString()).toBe(
      '{"name":"a","tags":["latest"]}',
    );
  });

  it('keeps serving when the directory is emptied, and takes it for the truth on SIGHUP', async () => {
    davit = await startDavit({ config: { general: { data_dir: dataDir } } });
    const running = davit;
    rmSync(join(dataDir, 'a.json'));
    const readDirectory = async (): Promise<unknown> =>
      JSON.parse((await request(running.url, { path: '/readyz' })).body.toString()) as unknown;
    await until('it says emptied', async () => JSON.stringify(await readDirectory()).includes('"state":"emptied"'));
    expect(await statusOf(davit, '/v2/a/tags/list')).toBe(200);
    davit.signal('SIGHUP');
    await until('it is accepted', async () => JSON.stringify(await readDirectory()).includes('"state":"ok"'));
    expect(await statusOf(davit, '/v2/a/tags/list')).toBe(404);
    expect(await readDirectory()).toMatchObject({ status: 'ready', redirectFiles: 0 });
  });

  it('a SIGHUP while it starts is obeyed when it has started', async () => {
    const hook = join(createTemporaryDirectory(), 'hook.cjs');
    // In the middle: files are being read, and what answers requests is being loaded.
    const isService = `/dist\\/cli\\/service\\.js$/.test(file)`;
    writeFileSync(
      hook,
      `const load = require('node:module')._extensions;
const js = load['.js'];
load['.js'] = (module, file) => { if (${isService}) process.kill(process.pid, 'SIGHUP'); js(module, file); };`,
    );
    davit = await startDavit({
      config: { general: { data_dir: dataDir } },
      env: { NODE_OPTIONS: `--require ${hook}` },
    });
    const running = davit;
    await until('it has reloaded', () => logLines(running).some(({ message }) => message === 'reload'));
    expect(await statusOf(davit, '/v2/a/tags/list')).toBe(200);
  });

  it('writes an access log, and opens it anew on SIGHUP', async () => {
    const access = join(createTemporaryDirectory(), 'access.log');
    davit = await startDavit({ config: { general: { data_dir: dataDir }, log: { access } } });
    const running = davit;
    await request(davit.url, { path: '/v2/a/manifests/before?token=secret' });
    await until('the line is there', () => readFileSync(access, 'utf8').includes('/v2/a/manifests/before'));
    expect(readFileSync(access, 'utf8')).not.toContain('secret');
    renameSync(access, `${access}.1`);
    davit.signal('SIGHUP');
    const isReopened = async (): Promise<boolean> => {
      await request(running.url, { path: '/v2/a/manifests/after' });
      try {
        return readFileSync(access, 'utf8').includes('/v2/a/manifests/after');
      } catch {
        return false;
      }
    };
    await until('the new file is written', isReopened);
  });

  it('goes on when the access log cannot be written', async () => {
    davit = await startDavit({ config: { general: { data_dir: dataDir }, log: { access: '/dev/full' } } });
    const running = davit;
    const ask = async (): Promise<boolean> => {
      expect(await statusOf(running, '/v2/a/tags/list')).toBe(200);
      return logLines(running).some(({ message }) => message === 'access log');
    };
    await until('it says so', ask);
    expect(await statusOf(davit, '/v2/a/tags/list')).toBe(200);
  });

  it('says in one line that the port is in use, and ends', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const started = startDavit({
      config: { general: { data_dir: dataDir } },
      env: { DAVIT_SERVER_LISTEN: `127.0.0.1:${port}` },
    });
    await expect(started).rejects.toThrow(`davit: cannot listen on 127.0.0.1:${port}: the port is in use`);
    await new Promise((resolve) => other.close(resolve));
  });

  it('writes text instead of JSON when it is told to', async () => {
    davit = await startDavit({ config: { general: { data_dir: dataDir }, log: { format: 'text' } } });
    const running = davit;
    await until('it says so', () => /^\S+ info {2}started .*redirectFiles=1/m.test(running.output()));
    expect(davit.output()).not.toMatch(/^\{/m);
  });
});
