/**
 * The files that `[auth]` names, watched: what they hold is in service while they are good, and stays when they turn bad.
 * A mistake at the start is for the operator's terminal, one later for the log.
 *
 *     [auth] acl: /etc/davit/acl.json: /rules/0/who: names a group that is not there
 */
import { createSecretKey, hkdfSync } from 'node:crypto';
import type { Acl } from '../../access/policy/acl';
import { parseHtpasswd, type LineRemark } from '../../access/passwords/htpasswd';
import { findExposure } from '../../access/tokens/key-exposure';
import { loadOrCreateSigningKey } from '../../access/tokens/load-signing-key';
import { parseSigningKey, type SigningKey } from '../../access/tokens/signing-key';
import { parseTokenKeys } from '../../access/tokens/token-keys';
import type { VerifyKey } from '../../access/tokens/verify-key';
import { watchText, watchTexts, type ParsedText, type WatchedText } from '../../access/files/watched-text';
import { authKeys } from '../../config/auth-keys';
import { nameOf, type Key } from '../../config/key';
import type { Logger } from '../../observe/logger';
import { parseAclFile, place } from './acl-file';

export type Opened<T> = { kind: 'watched'; watched: WatchedText<T> } | { kind: 'refused'; mistakes: string[] };

const NOT_TAKEN = 'a file of [auth] was not taken; what was good before stays in service';

export const openAcl = (path: string, logger: Logger): Promise<Opened<Acl>> =>
  open(authKeys.acl, logger, (tell) => watchText({ ...tell, path, parse: (text) => parseAclFile(path, text) }));

export const openHtpasswd = (path: string, logger: Logger): Promise<Opened<ReadonlyMap<string, string>>> =>
  open(authKeys.htpasswd, logger, (tell) =>
    watchText({
      ...tell,
      path,
      parse: (text): ParsedText<ReadonlyMap<string, string>> => {
        const parsed = parseHtpasswd(text);
        const describe = ({ line, message }: LineRemark): string => place(path, `line ${line}`, message);
        if (parsed.kind === 'refused') return { kind: 'refused', mistakes: parsed.mistakes.map(describe) };
        return { kind: 'parsed', value: parsed.users, warnings: parsed.warnings.map(describe) };
      },
    }),
  );

/** The keys of an external token service. */
export const openTokenKeys = (paths: string[], logger: Logger): Promise<Opened<VerifyKey[]>> =>
  open(authKeys.tokenKeys, logger, (tell) =>
    watchTexts({
      ...tell,
      paths,
      parse: (texts): ParsedText<VerifyKey[]> => {
        const mistakes: string[] = [];
        const warnings: string[] = [];
        const keys = texts.flatMap((text, position) => {
          const path = paths[position] ?? '';
          const parsed = parseTokenKeys(text);
          const remarks = parsed.kind === 'parsed' ? parsed.warnings : parsed.mistakes;
          (parsed.kind === 'parsed' ? warnings : mistakes).push(...remarks.map((remark) => place(path, '', remark)));
          return parsed.kind === 'parsed' ? parsed.keys : [];
        });
        return mistakes.length > 0 ? { kind: 'refused', mistakes } : { kind: 'parsed', value: keys, warnings };
      },
    }),
  );

export type SigningKeys = [SigningKey, ...SigningKey[]];

/** The keys of our own token service. The first file is made when it is not there: another one was to hold a key already. */
export async function openSigningKeys<T>(
  paths: string[],
  logger: Logger,
  use: (keys: SigningKeys) => T,
): Promise<Opened<T>> {
  try {
    const [first] = paths;
    if (first !== undefined) await loadOrCreateSigningKey(first);
  } catch (error) {
    return { kind: 'refused', mistakes: [place(nameOf(authKeys.tokenSigningKeys), '', explain(error as Error))] };
  }
  const opened = await open(authKeys.tokenSigningKeys, logger, (tell) =>
    watchTexts({
      ...tell,
      paths,
      parse: (texts): ParsedText<T> => {
        const parsed = texts.map(parseSigningKey);
        const mistakes = parsed.flatMap((key, position) =>
          key.kind === 'refused' ? [place(paths[position] ?? '', '', key.mistake)] : [],
        );
        if (mistakes.length > 0) return { kind: 'refused', mistakes };
        const keys = parsed.flatMap((key) => (key.kind === 'parsed' ? [key.key] : [])) as SigningKeys;
        return { kind: 'parsed', value: use(keys), warnings: [] };
      },
    }),
  );
  // Not when they cannot be read: then there may be no files.
  if (opened.kind === 'watched') {
    for (const path of paths) {
      const exposure = await findExposure(path);
      if (exposure !== undefined) warn(logger, authKeys.tokenSigningKeys, place(path, '', exposure));
    }
  }
  return opened;
}

/** 32 bytes that only who has the key can know, for what is signed otherwise than by the key itself. */
export const deriveSecret = ({ privateKey }: SigningKey, purpose: string): Buffer => {
  const material = createSecretKey(privateKey.export({ type: 'pkcs8', format: 'der' }));
  return Buffer.from(hkdfSync('sha256', material, '', purpose, 32));
};

const warn = (logger: Logger, key: Key<unknown>, warning: string): void =>
  logger.warn('configuration', { warning: `${nameOf(key)}: ${warning}` });

interface Tell {
  onMistake: (mistakes: string[]) => void;
  onChange: (value: unknown, warnings: string[]) => void;
}

async function open<T>(
  key: Key<unknown>,
  logger: Logger,
  watch: (
    tell: Tell,
  ) => Promise<
    { kind: 'watched'; watched: WatchedText<T>; warnings: string[] } | { kind: 'refused'; mistakes: string[] }
  >,
): Promise<Opened<T>> {
  const name = nameOf(key);
  const warnAll = (warnings: string[]): void => {
    for (const warning of warnings) warn(logger, key, warning);
  };
  const opened = await watch({
    onMistake: (mistakes) => logger.warn(NOT_TAKEN, { key: name, mistakes }),
    onChange: (_value, warnings) => {
      logger.info('a file of [auth] was read again', { key: name });
      warnAll(warnings);
    },
  });
  if (opened.kind === 'refused') return { kind: 'refused', mistakes: opened.mistakes.map((one) => `${name}: ${one}`) };
  warnAll(opened.warnings);
  return { kind: 'watched', watched: opened.watched };
}

const explain = ({ message, cause }: Error): string =>
  cause instanceof Error ? `${message}: ${cause.message}` : message;
