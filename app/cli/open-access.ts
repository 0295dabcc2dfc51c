/** Opens the gate of `[auth]`, if anything is configured there. */
import type { Config } from '../config/config';
import type { OpenedGate } from '../http/auth/open-gate';
import type { RedisSettings } from '../store/redis/connect';
import type { ShareText } from '../http/auth/shared-signing-keys';
import type { Logger } from '../observe/logger';
import { createSigningKeyLog } from './signing-key-log';

export type OpenedAccess = { access: OpenedGate | undefined } | { mistakes: string[] };

/** `redis`: undefined: none is configured. */
export async function openAccess(
  config: Config,
  redis: RedisSettings | undefined,
  logger: Logger,
): Promise<OpenedAccess> {
  const { aclFile, htpasswdFile, certificateHeader, token } = config.auth;
  if (aclFile === undefined && htpasswdFile === undefined && certificateHeader === undefined && !token.external) {
    return { access: undefined };
  }
  // Only now: it brings libraries that cost a start without access control time and memory.
  const { openGate } = await import('../http/auth/open-gate.js');
  const shareText = redis && !token.areSigningKeysSet ? await createShareText(config, redis, logger) : undefined;
  const opened = await openGate({ config, logger, shareText });
  return opened.kind === 'opened' ? { access: opened.opened } : { mistakes: opened.mistakes };
}

/** The signing key has to be the same in all fronts, and they may have no disk in common. */
async function createShareText(
  { redis: { prefix } }: Config,
  settings: RedisSettings,
  logger: Logger,
): Promise<ShareText> {
  const { shareText } = await import('../store/redis/shared-text.js');
  const onAnswer = createSigningKeyLog(logger);
  return (offer, onChange) => shareText(settings, { prefix, name: 'signing-key', offer, onChange, onAnswer });
}
