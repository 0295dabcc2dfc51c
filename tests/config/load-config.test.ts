/** Where a value comes from. Real files in a temporary directory. */
import { mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { defaultConfig } from '../../app/config/config';
import { loadConfig } from '../../app/config/load-config';
import { ConfigurationFiles, expectConfig, mistakesOf } from './configuration-files';

let files: ConfigurationFiles;
beforeEach(() => {
  files = new ConfigurationFiles();
});
afterEach(() => files.remove());

describe('which file', () => {
  it('is none when nothing is named and the system has none', () => {
    expect(expectConfig(files.load())).toEqual(defaultConfig());
  });

  it('is the system file when nothing is named', () => {
    const systemFile = files.write('[general]\ndata_dir = /system\n');
    const config = expectConfig(files.load({ systemFile, environment: { CRANE_CONFIG_PATH: '' } }));

    expect(config).toEqual(defaultConfig({ source: systemFile, general: { dataDir: '/system', isDataDirSet: true } }));
  });

  it('is the one in CRANE_CONFIG_PATH before the system file, and the one in --config before both', () => {
    const systemFile = files.write('', 'system.conf');
    const environment = { CRANE_CONFIG_PATH: files.write('', 'environment.conf') };
    const config = files.write('', 'flag.conf');

    expect(expectConfig(files.load({ systemFile, environment })).source).toBe(environment.CRANE_CONFIG_PATH);
    expect(expectConfig(files.load({ systemFile, environment, flags: { config } })).source).toBe(config);
  });

  it('must exist when it was named', () => {
    const path = join(files.directory, 'missing.conf');

    expect(mistakesOf(files.load({ flags: { config: path } }))).toEqual([`${path} (--config): there is no such file`]);
    expect(mistakesOf(files.load({ environment: { CRANE_CONFIG_PATH: path } }))).toEqual([
      `${path} (environment CRANE_CONFIG_PATH): there is no such file`,
    ]);
    expect(mistakesOf(files.load({ flags: { config: '' } }))).toEqual([' (--config): there is no such file']);
  });

  it('must be readable when it exists, named or not', () => {
    const path = join(files.directory, 'directory.conf');
    mkdirSync(path);

    expect(mistakesOf(files.load({ flags: { config: path } }))).toEqual([
      `${path} (--config): cannot be read (EISDIR)`,
    ]);
    expect(mistakesOf(files.load({ systemFile: path }))).toEqual([`${path}: cannot be read (EISDIR)`]);
  });

  it('is never /etc/crane.conf when another is named', () => {
    const loaded = loadConfig({ flags: {}, environment: { CRANE_CONFIG_PATH: files.write('') } });

    expect(expectConfig(loaded).source).toBe(join(files.directory, 'crane.conf'));
  });
});

describe('what a file may hold', () => {
  it('is every key of Crane and ours (limits: ./limits.test.ts)', () => {
    const config = expectConfig(
      files.loadText(`
[DEFAULT]
pub = /srv/pub/docker
[general]
debug: false
data_dir: %(pub)s/v2/app
data_dir_polling_interval: 5
endpoint: registry.example.com:443
[cdn]
url_match = http://origin.example.com ; inside
url_replace = https://cdn.example.com
url_auth_secret = b8470f032e4ea2aa
url_auth_param = token
url_auth_ttl = 60
url_auth_algo = SHA1
[serve_content]
enable = yes
content_dir_v1 = %(pub)s/v1/web
content_dir_v2 = %(pub)s/v2/web
use_x_sendfile = off
[gsa]
url =
[solr]
url = http://127.0.0.1:8983/solr/select?q={0}
[server]
listen = [::]:8080
workers = 4
trusted_proxies = 10.0.0.0/8,
    192.0.2.1
operators =
tls_cert = /etc/davit/server.crt
tls_key = /etc/davit/server.key
[auth]
acl = /etc/davit/acl.json
htpasswd = /etc/davit/htpasswd
certificate_header = X-SSL-Client-Cert
token_service = registry.example.com
token_issuer = Example, Inc.
token_realm = https://auth.example.com/token
token_keys = /etc/davit/auth.crt,
    /etc/davit/auth-old.crt
token_signing_keys = /etc/davit/token.pem /etc/davit/token-old.pem
token_ttl = 60
[redis]
prefix = registry
lookup_timeout = 1
cache_entries = 5
[log]
level = Warn
format = json
access = -
`),
    );

    expect(config).toEqual({
      source: join(files.directory, 'crane.conf'),
      general: {
        isDebug: false,
        dataDir: '/srv/pub/docker/v2/app',
        isDataDirSet: true,
        pollingIntervalMs: 5000,
        endpoint: 'registry.example.com:443',
      },
      cdn: {
        rewrite: { match: 'http://origin.example.com', replacement: 'https://cdn.example.com' },
        token: { secretHex: 'b8470f032e4ea2aa', parameter: 'token', ttlSeconds: 60, algorithm: 'sha1' },
      },
      serveContent: {
        isEnabled: true,
        contentDirV1: '/srv/pub/docker/v1/web',
        contentDirV2: '/srv/pub/docker/v2/web',
        usesXSendfile: false,
      },
      search: { solrUrl: 'http://127.0.0.1:8983/solr/select?q={0}' },
      server: {
        host: '::',
        port: 8080,
        workers: 4,
        trustedProxies: ['10.0.0.0/8', '192.0.2.1/32'],
        operators: [],
        tls: { certFile: '/etc/davit/server.crt', keyFile: '/etc/davit/server.key' },
        limits: defaultConfig().server.limits,
      },
      auth: {
        aclFile: '/etc/davit/acl.json',
        htpasswdFile: '/etc/davit/htpasswd',
        certificateHeader: 'x-ssl-client-cert',
        token: {
          service: 'registry.example.com',
          issuer: 'Example, Inc.',
          ttlSeconds: 60,
          signingKeyFiles: ['/etc/davit/token.pem', '/etc/davit/token-old.pem'],
          areSigningKeysSet: true,
          external: {
            realm: 'https://auth.example.com/token',
            keyFiles: ['/etc/davit/auth.crt', '/etc/davit/auth-old.crt'],
          },
        },
      },
      redis: { prefix: 'registry', lookupTimeoutMs: 1000, cacheEntries: 5 },
      log: { level: 'warn', format: 'json', access: '-' },
    });
  });

  it('may lack debug, where Crane crashes', () => {
    expect(expectConfig(files.loadText('[general]\nendpoint =\n')).general.isDebug).toBe(false);
  });

  it('takes defaults only for sections that are there, as Crane does', () => {
    expect(expectConfig(files.loadText('[DEFAULT]\ndata_dir = /d\n')).general.dataDir).toBe('/var/lib/crane/metadata/');
    expect(expectConfig(files.loadText('[DEFAULT]\ndata_dir = /d\n[general]\n')).general.dataDir).toBe('/d');
  });
});

describe('who wins', () => {
  const text = '[general]\ndata_dir = /file\n[server]\nlisten = :1\n[log]\nlevel = warn\nformat = text\n';

  it('is the command line before the environment before the file before the default', () => {
    const loaded = files.load({
      flags: { config: files.write(text), listen: 'localhost:3' },
      environment: { DAVIT_GENERAL_DATA_DIR: ' /environment\n', DAVIT_SERVER_LISTEN: ':2', DAVIT_LOG_LEVEL: 'error' },
    });
    const { general, server, log } = expectConfig(loaded);

    expect(general).toMatchObject({ dataDir: '/environment', isDataDirSet: true, pollingIntervalMs: 60_000 });
    expect(server).toMatchObject({ host: 'localhost', port: 3 });
    expect(log).toEqual({ level: 'error', format: 'text' });
  });

  it('is --data-dir for the data directory', () => {
    const loaded = files.load({
      flags: { dataDir: 'metadata' },
      environment: { DAVIT_GENERAL_DATA_DIR: '/environment' },
    });

    expect(expectConfig(loaded).general).toMatchObject({ dataDir: 'metadata', isDataDirSet: true });
  });

  it('is --workers for the number of workers', () => {
    const loaded = files.load({ flags: { workers: '2' }, environment: { DAVIT_SERVER_WORKERS: '3' } });

    expect(expectConfig(loaded).server.workers).toBe(2);
  });

  it('is an empty variable too: it sets the key to nothing', () => {
    const config = files.write('[general]\nendpoint = a:1\n[server]\noperators = 10.0.0.0/8\n');
    const loaded = files.load({
      flags: { config },
      environment: { DAVIT_GENERAL_ENDPOINT: '', DAVIT_SERVER_OPERATORS: '', DAVIT_LOG_LEVEL: undefined },
    });

    expect(expectConfig(loaded)).toEqual(defaultConfig({ source: config, server: { operators: [] } }));
  });

  it('does not resolve %(name)s outside the file', () => {
    const environment = { DAVIT_GENERAL_DATA_DIR: '/data/%(x)s' };

    expect(expectConfig(files.load({ environment })).general.dataDir).toBe('/data/%(x)s');
  });
});

describe('a listen address without a host', () => {
  it('is every interface for net.Server.listen', async () => {
    const { host, port } = expectConfig(files.load({ flags: { listen: ':0' } })).server;
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    const { address } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));

    expect(['::', '0.0.0.0']).toContain(address);
  });
});
