/**
 * The configuration as the rest of the program sees it: typed, complete, frozen. Where its values come from: ./load-config. Pure.
 */
import { buildAuth, type AuthConfig } from './auth';
import { nameOf, type Key, type Read } from './key';
import { keys } from './keys';
import { buildLimits, type ServerLimits } from './limits';
import { buildRedis, type RedisConfig } from './redis';

export interface Config {
  /** 'defaults', or the path of the file. */
  source: string;
  general: {
    isDebug: boolean;
    dataDir: string;
    /** False: nobody has said where it is, and dataDir is the default. */
    isDataDirSet: boolean;
    pollingIntervalMs: number;
    /** host or host:port. */
    endpoint?: string;
  };
  cdn: {
    /** Both plain text, neither empty. */
    rewrite?: { match: string; replacement: string };
    /** Present when v2 redirects are to be signed. */
    token?: { secretHex: string; parameter: string; ttlSeconds: number; algorithm: 'sha256' | 'sha1' | 'md5' };
  };
  serveContent: { isEnabled: boolean; contentDirV1: string; contentDirV2: string; usesXSendfile: boolean };
  search: {
    /** Holds {0} where the words belong. Goes before gsaUrl. */
    solrUrl?: string;
    gsaUrl?: string;
  };
  server: {
    /** An address without brackets, or a name; empty: every interface, as for net.Server.listen. */
    host: string;
    port: number;
    /** 1: the process itself answers; more: that many processes of its own. */
    workers: number;
    /** CIDR blocks, single addresses too: 10.0.0.0/8, 192.0.2.1/32, ::1/128. */
    trustedProxies: string[];
    /** As trustedProxies. */
    operators: string[];
    /** PEM files. Absent: plain http. */
    tls?: { certFile: string; keyFile: string };
    limits: ServerLimits;
  };
  auth: AuthConfig;
  redis: RedisConfig;
  log: {
    level: 'error' | 'warn' | 'info' | 'debug';
    format: 'auto' | 'json' | 'text';
    /** A path, or - for standard output; absent: no access log. */
    access?: string;
  };
}

export const readDefault: Read = (key) => {
  const parsed = key.kind.parse(key.default);
  if ('value' in parsed) return parsed.value;
  throw new Error(`the default of ${nameOf(key)} ${parsed.mistake}`);
};

/** `isSet`: by the command line, the environment or the file. */
export function buildConfig(source: string, read: Read, isSet: (key: Key<unknown>) => boolean): Config {
  const [isDebug, level, access] = [read(keys.debug), read(keys.logLevel), read(keys.accessLog)];
  const [match, replacement, secretHex] = [read(keys.match), read(keys.replacement), read(keys.secretHex)];
  const [parameter, ttlSeconds, algorithm] = [read(keys.parameter), read(keys.ttlSeconds), read(keys.algorithm)];
  const [solrUrl, gsaUrl, endpoint] = [read(keys.solrUrl), read(keys.gsaUrl), read(keys.endpoint)];
  const [certFile, keyFile] = [read(keys.tlsCert), read(keys.tlsKey)];

  return deepFreeze({
    source,
    general: {
      isDebug,
      dataDir: read(keys.dataDir),
      isDataDirSet: isSet(keys.dataDir),
      pollingIntervalMs: read(keys.pollingIntervalMs),
      ...(endpoint !== undefined && { endpoint }),
    },
    cdn: {
      ...(match !== undefined && replacement !== undefined && { rewrite: { match, replacement } }),
      ...(secretHex !== undefined && { token: { secretHex, parameter, ttlSeconds, algorithm } }),
    },
    serveContent: {
      isEnabled: read(keys.isServingContent),
      contentDirV1: read(keys.contentDirV1),
      contentDirV2: read(keys.contentDirV2),
      usesXSendfile: read(keys.usesXSendfile),
    },
    search: { ...(solrUrl !== undefined && { solrUrl }), ...(gsaUrl !== undefined && { gsaUrl }) },
    server: {
      ...read(keys.listen),
      workers: read(keys.workers),
      trustedProxies: read(keys.trustedProxies),
      operators: read(keys.operators),
      ...(certFile !== undefined && keyFile !== undefined && { tls: { certFile, keyFile } }),
      limits: buildLimits(read),
    },
    auth: buildAuth(read, isSet),
    redis: buildRedis(read),
    log: { level: isDebug ? 'debug' : level, format: read(keys.logFormat), ...(access !== undefined && { access }) },
  });
}

/** Parts of a Config, section by section. */
export type Overrides = { [S in keyof Config]?: Config[S] extends string ? Config[S] : Partial<Config[S]> };

/** What holds when nothing is configured, with some keys set otherwise: for tests and tools. */
export function defaultConfig(overrides: Overrides = {}): Config {
  const defaults = buildConfig('defaults', readDefault, () => false);
  return deepFreeze({
    source: overrides.source ?? defaults.source,
    general: { ...defaults.general, ...overrides.general },
    cdn: { ...defaults.cdn, ...overrides.cdn },
    serveContent: { ...defaults.serveContent, ...overrides.serveContent },
    search: { ...defaults.search, ...overrides.search },
    server: { ...defaults.server, ...overrides.server },
    auth: { ...defaults.auth, ...overrides.auth },
    redis: { ...defaults.redis, ...overrides.redis },
    log: { ...defaults.log, ...overrides.log },
  });
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value) as unknown[]) {
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
