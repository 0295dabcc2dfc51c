/** The defaults, that nothing can change them, and how tests and tools set parts of them. */
import { defaultConfig, readDefault } from '../../app/config/config';
import { environmentNameOf, nameOf } from '../../app/config/key';
import { allKeys, keys } from '../../app/config/keys';

const listObjects = (value: object): object[] => [
  value,
  ...(Object.values(value) as unknown[])
    .filter((part): part is object => typeof part === 'object' && part !== null)
    .flatMap(listObjects),
];

describe('defaultConfig', () => {
  it('is what Crane does without a crane.conf, and a listener on this machine only', () => {
    expect(defaultConfig()).toEqual({
      source: 'defaults',
      general: { isDebug: false, dataDir: '/var/lib/crane/metadata/', isDataDirSet: false, pollingIntervalMs: 60_000 },
      cdn: {},
      serveContent: {
        isEnabled: false,
        contentDirV1: '/var/www/pub/docker/v1/web/',
        contentDirV2: '/var/www/pub/docker/v2/web/',
        usesXSendfile: true,
      },
      search: {},
      server: {
        host: '127.0.0.1',
        port: 5000,
        workers: 1,
        trustedProxies: [],
        operators: ['127.0.0.0/8', '::1/128'],
        limits: { maxConnections: 10_000, headerTimeoutMs: 20_000, requestTimeoutMs: 60_000, idleTimeoutMs: 75_000 },
      },
      auth: {
        token: {
          service: 'davit',
          issuer: 'davit',
          ttlSeconds: 300,
          signingKeyFiles: ['/var/lib/davit/token-key.pem'],
          areSigningKeysSet: false,
        },
      },
      redis: { prefix: 'davit', lookupTimeoutMs: 500, cacheEntries: 100_000 },
      log: { level: 'info', format: 'auto' },
    });
  });

  it('takes other values for some keys and leaves the rest', () => {
    const overrides = { general: { dataDir: '/data' }, auth: { aclFile: '/acl.json' }, log: { access: '-' } };
    const config = defaultConfig({ source: 'test', ...overrides });

    expect(config.source).toBe('test');
    expect(config.general).toEqual({
      isDebug: false,
      dataDir: '/data',
      isDataDirSet: false,
      pollingIntervalMs: 60_000,
    });
    expect(config.log).toEqual({ level: 'info', format: 'auto', access: '-' });
    expect(config.auth).toEqual({ ...defaultConfig().auth, aclFile: '/acl.json' });
    expect(config.server).toEqual(defaultConfig().server);
  });

  it.each([defaultConfig(), defaultConfig({ cdn: { rewrite: { match: 'a', replacement: 'b' } } })])(
    'is frozen to the bottom',
    (config) => {
      expect(listObjects(config).filter((part) => !Object.isFrozen(part))).toEqual([]);
    },
  );
});

describe('the table of keys', () => {
  it('has a default that its own kind accepts, for every key', () => {
    expect(() => allKeys.map((key) => readDefault(key))).not.toThrow();
    expect(() => readDefault({ ...keys.debug, default: 'perhaps' })).toThrow(
      'the default of [general] debug must be true',
    );
  });

  it('has every name once', () => {
    expect(new Set(allKeys.map(nameOf)).size).toBe(allKeys.length);
    expect(new Set(allKeys.map(environmentNameOf)).size).toBe(allKeys.length);
  });
});
