/**
 * Finds out the configuration: command line beats environment beats file beats default, key by key.
 *
 * Every mistake is collected, so that one look is enough to mend them all; what Crane would have ignored is a warning.
 * Reads nothing but the file chosen in ./load-file. For users: docs/configuration.md.
 */
import { buildConfig, readDefault, type Config } from './config';
import { authKeys } from './auth-keys';
import { findValue, type Found } from './interpolate';
import { environmentNameOf, nameOf, type Key, type Read } from './key';
import { allKeys, keys } from './keys';
import type { Parsed } from './kinds';
import { chooseFile, loadFile, type LoadedFile } from './load-file';
import { listRedisContradictions } from './redis';

export interface Sources {
  flags: {
    config?: string | undefined;
    dataDir?: string | undefined;
    listen?: string | undefined;
    workers?: string | undefined;
  };
  environment: Record<string, string | undefined>;
  /** Read when no file is named and this one exists. Default: /etc/crane.conf. */
  systemFile?: string;
}

export type Loaded = { config: Config; warnings: string[] } | { mistakes: string[] };

export function loadConfig(sources: Sources): Loaded {
  const { flags, environment, systemFile = '/etc/crane.conf' } = sources;
  const file = loadFile(chooseFile(flags.config, environment['CRANE_CONFIG_PATH'], systemFile));
  const settle = <T>(key: Key<T>): Parsed<T> => {
    const { origin, found } = findSetting(key, sources, file);
    const parsed = 'mistake' in found ? found : key.kind.parse(found.value);
    if ('value' in parsed) return parsed;
    const quoted = 'value' in found && key.kind.isQuotable ? `, not ${JSON.stringify(found.value)}` : '';
    return { mistake: `${nameOf(key)} (${origin}): ${parsed.mistake}${quoted}` };
  };
  const read: Read = (key) => {
    const settled = settle(key);
    return 'value' in settled ? settled.value : readDefault(key);
  };
  const originOf = (key: Key<unknown>): string => findSetting(key, sources, file).origin;
  const config = buildConfig(file.path ?? 'defaults', read, (key) => originOf(key) !== DEFAULT);
  const mistakes = [
    ...file.mistakes,
    ...allKeys.map(settle).flatMap(listMistake),
    ...listLonelyKeys(sources, file),
    ...listRedisContradictions(config.redis).map(({ key, what }) => `${nameOf(key)} (${originOf(key)}): ${what}`),
  ];
  if (mistakes.length > 0) return { mistakes };
  return { config, warnings: [...listUnknownParts(file), ...listUnknownVariables(environment), ...listDoubts(config)] };
}

const listMistake = (settled: Parsed<unknown>): string[] => ('mistake' in settled ? [settled.mistake] : []);

interface Setting {
  /** For messages: `file /etc/crane.conf`, `environment DAVIT_LOG_LEVEL`, `--listen`, `default`. */
  origin: string;
  found: Found;
}

const DEFAULT = 'default';

const flagNames = { dataDir: '--data-dir', listen: '--listen', workers: '--workers' };

function findSetting(key: Key<unknown>, { flags, environment }: Sources, file: LoadedFile): Setting {
  const flag = key.flag && flags[key.flag];
  if (key.flag && flag !== undefined) return { origin: flagNames[key.flag], found: { value: flag } };
  if (key.turnedOnBy && environment[key.turnedOnBy]?.toLowerCase() === 'true') {
    return { origin: `environment ${key.turnedOnBy}`, found: { value: 'true' } };
  }
  const variable = environmentNameOf(key);
  const inEnvironment = environment[variable];
  if (inEnvironment !== undefined) {
    return { origin: `environment ${variable}`, found: { value: inEnvironment.trim() } };
  }
  const inFile = findValue(file.ini, key.section, key.name);
  if (inFile) return { origin: `file ${String(file.path)}`, found: inFile };
  return { origin: DEFAULT, found: { value: key.default } };
}

/** Keys that mean nothing, or something else than was meant, unless another one is set as well. */
const needs: readonly (readonly [key: Key<unknown>, partner: Key<unknown>])[] = [
  // Crane ignores half a rewriting rule: its redirects then lead where nobody meant them to.
  [keys.match, keys.replacement],
  [keys.replacement, keys.match],
  [keys.tlsCert, keys.tlsKey],
  [keys.tlsKey, keys.tlsCert],
  [keys.certificateHeader, keys.trustedProxies],
  [keys.tokenRealm, keys.tokenKeys],
  [keys.tokenKeys, keys.tokenRealm],
  // The default is our own name, which another service does not bear.
  [keys.tokenKeys, keys.tokenIssuer],
  [keys.redisPasswordFile, keys.redisUrl],
  [keys.redisSentinelPasswordFile, keys.redisUrl],
  [keys.redisTlsCa, keys.redisUrl],
];

function listLonelyKeys(sources: Sources, file: LoadedFile): string[] {
  return needs.flatMap(([key, partner]) => {
    const [{ origin, found }, other] = [findSetting(key, sources, file), findSetting(partner, sources, file)];
    const isSet = 'value' in found && found.value !== '';
    const isAlone = other.origin === DEFAULT || ('value' in other.found && other.found.value === '');
    return isSet && isAlone ? [`${nameOf(key)} (${origin}): needs ${nameOf(partner)} to be set as well`] : [];
  });
}

function listUnknownParts({ ini, path }: LoadedFile): string[] {
  const known = new Map(allKeys.map((key) => [key.section, new Set<string>()]));
  for (const { section, name } of allKeys) known.get(section)?.add(name);
  return [...ini.sections].flatMap(([section, values]) => {
    const names = known.get(section);
    if (!names) return [`[${section}] (file ${String(path)}): no such section, ignored`];
    return [...values.keys()]
      .filter((name) => !names.has(name))
      .map((name) => `${nameOf({ section, name })} (file ${String(path)}): no such key, ignored`);
  });
}

function listUnknownVariables(environment: Sources['environment']): string[] {
  const known = new Set(allKeys.map(environmentNameOf));
  return Object.keys(environment)
    .filter((variable) => variable.startsWith('DAVIT_') && !known.has(variable))
    .sort()
    .map((variable) => `environment ${variable}: no such key, ignored`);
}

/** What is allowed, and hardly meant. */
function listDoubts({ search, auth, server }: Config): string[] {
  const doubts: string[] = [];
  if (search.solrUrl !== undefined && search.gsaUrl !== undefined) {
    doubts.push(`${nameOf(keys.gsaUrl)}: not used, because ${nameOf(keys.solrUrl)} is set too`);
  }
  if (auth.htpasswdFile !== undefined && !server.tls && server.trustedProxies.length === 0) {
    // Without knowing the proxy, clients are sent to http:// for their tokens.
    doubts.push(
      `${nameOf(authKeys.htpasswd)}: passwords travel unencrypted without ${nameOf(keys.tlsCert)}, ` +
        `or a proxy that ends TLS and is named in ${nameOf(keys.trustedProxies)}`,
    );
  }
  return doubts;
}
