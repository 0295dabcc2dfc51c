/** Opens the gate of `[auth]`, if anything is configured there. */
import type { Config } from '../config/config';
import type { OpenedGate } from '../http/auth/open-gate';
import type { Logger } from '../observe/logger';

export type OpenedAccess = { access: OpenedGate | undefined } | { mistakes: string[] };

export async function openAccess(config: Config, logger: Logger): Promise<OpenedAccess> {
  const { aclFile, htpasswdFile, certificateHeader, token } = config.auth;
  if (aclFile === undefined && htpasswdFile === undefined && certificateHeader === undefined && !token.external) {
    return { access: undefined };
  }
  // Only now: it brings libraries that cost a start without access control time and memory.
  const { openGate } = await import('../http/auth/open-gate.js');
  const opened = await openGate({ config, logger });
  return opened.kind === 'opened' ? { access: opened.opened } : { mistakes: opened.mistakes };
}
