/** The commands that end by themselves: check, explain, and what the command line refuses. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../app/cli/run-cli';
import { redirectText } from '../load/loading';
import { createTemporaryDirectory } from '../support/temporary-directory';

interface Run {
  exitCode: number;
  out: string[];
  err: string[];
}

/** `environment` names a configuration of the test's: the machine's own is never read. */
async function run(words: string[], environment: Record<string, string> = {}): Promise<Run> {
  const config = join(createTemporaryDirectory(), 'crane.conf');
  writeFileSync(config, '[general]\n');
  const [out, err]: [string[], string[]] = [[], []];
  const exitCode = await runCli(words, {
    environment: { CRANE_CONFIG_PATH: config, ...environment },
    print: (line) => out.push(line),
    complain: (line) => err.push(line),
    isTerminal: false,
    version: '1.2.3',
    beginServing: () => undefined,
  });
  return { exitCode, out, err };
}

let dataDir: string;
const file = (name: string): string => join(dataDir, `${name}.json`);

beforeEach(() => {
  dataDir = createTemporaryDirectory();
  writeFileSync(file('good'), redirectText('demo/good', ['latest']));
});

describe('davit check', () => {
  it('is silent about good files', async () => {
    expect(await run(['check', dataDir])).toEqual({ exitCode: 0, out: [], err: [] });
  });

  it('says file, place and problem in one line each', async () => {
    writeFileSync(file('bad'), redirectText('demo/bad', ['no tag!'], { url: 'ftp://static.example.com/' }));
    const { exitCode, out } = await run(['check', dataDir]);
    expect(exitCode).toBe(1);
    expect(out).toHaveLength(2);
    expect(out[0]).toMatch(/bad\.json: \/(url|schema2_data\/0): must be /);
  });

  it('checks the configured data_dir by default, single files, and several paths', async () => {
    writeFileSync(file('bad'), 'no json');
    expect(await run(['check'], { DAVIT_GENERAL_DATA_DIR: dataDir })).toMatchObject({ exitCode: 1 });
    expect(await run(['check', '--data-dir', dataDir])).toMatchObject({ exitCode: 1 });
    expect(await run(['check', file('good')])).toMatchObject({ exitCode: 0 });
    expect((await run(['check', file('good'), file('bad')])).out).toEqual([
      expect.stringContaining(`${file('bad')}: is not JSON`),
    ]);
  });

  it('finds two files with one name', async () => {
    writeFileSync(file('twin'), redirectText('demo/good', ['latest']));
    const { exitCode, out } = await run(['check', dataDir]);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: [expect.stringContaining('"demo/good" is served from')] });
  });

  it('only warns of a name that old Pulp allowed', async () => {
    writeFileSync(file('legacy'), redirectText('_legacy', ['latest']));
    const { exitCode, out } = await run(['check', dataDir]);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: [expect.stringContaining('warning: "_legacy"')] });
  });

  it('prints JSON', async () => {
    writeFileSync(file('bad'), '[]');
    const { exitCode, out } = await run(['check', '--json', dataDir]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(out.join('\n'))).toEqual({
      files: 1,
      problems: [{ file: file('bad'), pointer: '', message: 'must be a JSON object', severity: 'error' }],
    });
  });

  it('refuses a path that is not there', async () => {
    const missing = join(dataDir, 'missing');
    expect(await run(['check', missing])).toEqual({ exitCode: 2, out: [], err: [`davit: ${missing} is not there`] });
  });
});

describe('davit explain', () => {
  const S2 = 'application/vnd.docker.distribution.manifest.v2+json';
  const explain = (...words: string[]): Promise<Run> => run(['explain', '--data-dir', dataDir, ...words]);

  it('names the answer and the row', async () => {
    const { exitCode, out } = await explain('--accept', S2, 'GET', '/v2/demo/good/manifests/latest');
    expect({ exitCode, out }).toEqual({
      exitCode: 0,
      out: [
        'status    302',
        'location  https://static.example.com/demo/good/manifests/2/latest',
        'vary      Accept',
        'rule      6',
      ],
    });
  });

  it('takes several Accept headers and a client', async () => {
    const { out } = await explain(
      '--json',
      '--accept',
      'text/html',
      '--accept',
      S2,
      'HEAD',
      '/v2/demo/good/manifests/latest',
    );
    expect(JSON.parse(out.join('\n'))).toMatchObject({ method: 'HEAD', status: 302, rule: '6' });
    const tags = await explain('--user-agent', 'docker/1.9.1', 'GET', '/v2/demo/good/tags/list');
    expect(tags.out).toContain('body      {"name":"demo/good","tags":["latest"]}');
  });

  it.each([
    ['GET', '/v2/demo/good/manifests/missing', '404', '7b'],
    ['GET', '/v2/demo/unknown/manifests/latest', '404', '1'],
    ['GET', '/v2/demo/good/manifests/no%20tag', '404', '0'],
    ['PUT', '/v2/demo/good/manifests/latest', '405', 'read-only'],
    ['GET', '/v2', '301', 'ping'],
    ['GET', '/v2/', '200', 'ping'],
    ['GET', '/v2/_catalog?n=1', '200', 'catalog'],
    ['GET', '/v1/repositories/old/images', '404', 'v1 name unknown'],
  ])('%s %s is %s by %s', async (method, path, status, rule) => {
    const { out } = await explain(method, path);
    expect(out[0]).toBe(`status    ${status}`);
    expect(out.at(-1)).toBe(`rule      ${rule}`);
  });

  it('says that it knows nothing when the directory is missing', async () => {
    const { out, err } = await run(['explain', '--data-dir', join(dataDir, 'missing'), 'GET', '/v2/a/manifests/b']);
    expect(out[0]).toBe('status    503');
    expect(err).toEqual([expect.stringContaining('missing')]);
  });

  it('names the file that [serve_content] serves', async () => {
    const environment = { DAVIT_SERVE_CONTENT_ENABLE: 'true', DAVIT_SERVE_CONTENT_CONTENT_DIR_V2: '/srv/web/' };
    const words = ['explain', '--json', '--data-dir', dataDir, '--accept', S2, 'GET', '/v2/demo/good/manifests/latest'];
    const { out } = await run(words, environment);
    expect(JSON.parse(out.join('\n'))).toMatchObject({ file: '/srv/web/demo-good/manifests/2/latest' });
  });

  it('counts problems without listing them', async () => {
    writeFileSync(file('bad'), '');
    expect((await explain('GET', '/v2/')).err).toEqual([expect.stringContaining('1 problems')]);
  });

  it('refuses paths that are neither v2 nor v1', async () => {
    expect(await explain('GET', '/healthz')).toMatchObject({ exitCode: 2, out: [] });
  });
});

describe('the command line', () => {
  it('tells its version and its help', async () => {
    expect(await run(['--version'])).toEqual({ exitCode: 0, out: ['1.2.3'], err: [] });
    const { exitCode, out } = await run(['--help']);
    expect(exitCode).toBe(0);
    expect(out.join('\n')).toMatch(/serve[^]*check[^]*explain/);
  });

  it.each([
    [['unknown']],
    [['serve', '--unknown']],
    [['explain', 'GET']],
    [['serve', '--listen', 'nowhere']],
    [['serve', '--workers', '0']],
    [['worker']],
  ])('refuses %j', async (words) => {
    const { exitCode, out, err } = await run(words);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: [] });
    expect(err.join('\n')).toMatch(/^davit: /);
  });

  it('refuses to serve with a certificate that is not there', async () => {
    const [certificate, key] = [join(dataDir, 'server.crt'), join(dataDir, 'server.key')];
    const environment = { DAVIT_SERVER_TLS_CERT: certificate, DAVIT_SERVER_TLS_KEY: key };
    expect(await run(['serve'], environment)).toEqual({
      exitCode: 2,
      out: [],
      err: [
        `davit: configuration: [server] tls_cert: ${certificate}: there is no such file`,
        `davit: configuration: [server] tls_key: ${key}: there is no such file`,
      ],
    });
  });

  it.each(['serve', 'check', 'explain'])('tells every mistake of the configuration at once: %s', async (command) => {
    const environment = { DAVIT_CDN_URL_AUTH_SECRET: 'odd', DAVIT_GENERAL_DATA_DIR_POLLING_INTERVAL: 'often' };
    mkdirSync(join(dataDir, 'unused'));
    const { exitCode, err } = await run(command === 'explain' ? [command, 'GET', '/v2/'] : [command], environment);
    expect(exitCode).toBe(2);
    expect(err).toHaveLength(2);
    expect(err.join('\n')).toMatch(/\[general\] data_dir_polling_interval[^]*\[cdn\] url_auth_secret/);
    expect(err.join('\n')).not.toContain('odd');
  });
});
