/**
 * The signing key of processes that have a Redis in common and no key file: the one that the first of them made. Until that is
 * known, and when Redis cannot be reached, a process signs by a key of its own, and goes on to accept it.
 */
import { generateSigningKeyPem, parseSigningKey, type SigningKey } from '../../access/tokens/signing-key';
import type { WatchedText } from '../../access/files/watched-text';
import type { Logger } from '../../observe/logger';
import type { SigningKeys } from './auth-files';

/** Offers a text, and tells what all have in common whenever that is another one. */
export type ShareText = (offer: string, onChange: (text: string) => void) => { close: () => void };

export function openSharedSigningKeys<T>(
  share: ShareText,
  logger: Logger,
  use: (keys: SigningKeys) => T,
): WatchedText<T> {
  const pem = generateSigningKeyPem();
  let keys: SigningKeys = [read(pem) as SigningKey];
  let value = use(keys);
  const shared = share(pem, (text) => {
    const key = read(text);
    if (!key) {
      logger.error('the signing key in Redis cannot be used; this process signs by the one it has');
      return;
    }
    // What was signed by the last one is good as long as it lives.
    keys = [key, keys[0]];
    value = use(keys);
    logger.info('tokens are signed by the key in Redis');
  });
  return {
    get value() {
      return value;
    },
    reload: () => Promise.resolve(),
    close: () => {
      shared.close();
      return Promise.resolve();
    },
  };
}

function read(pem: string): SigningKey | undefined {
  const parsed = parseSigningKey(pem);
  return parsed.kind === 'parsed' ? parsed.key : undefined;
}
