/** Opens the gate of `[auth]` for a front, with real files in a directory: users, access control list, keys. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHashPool, type HashPool } from '../../../app/access/passwords/hash-pool';
import type { AuthConfig } from '../../../app/config/auth';
import { defaultConfig, type Config, type Overrides } from '../../../app/config/config';
import { openGate, type OpenedGate } from '../../../app/http/auth/open-gate';
import type { Logger } from '../../../app/observe/logger';
import { createTemporaryDirectory } from '../../support/temporary-directory';

export interface AuthSetup {
  /** User → password; absent: no password file. */
  users?: Record<string, string>;
  /** The access control list, which becomes JSON; absent: none. */
  acl?: unknown;
  /** An external token service: where it is, and its keys as PEM. */
  external?: { realm: string; keys: string };
  certificateHeader?: NonNullable<AuthConfig['certificateHeader']>;
  token?: Partial<AuthConfig['token']>;
  /** Default: a new one. Fronts with one directory have one signing key. */
  directory?: string;
  /** Default: real threads. */
  hashPool?: HashPool;
}

/** Where ts-jest runs app/, nothing compiled lies beside it. */
const threadFile = join(__dirname, '../../../dist/access/passwords/verify-password.js');

const shaOf = (password: string): string => `{SHA}${createHash('sha1').update(password).digest('base64')}`;

export const htpasswdText = (users: Record<string, string>): string =>
  Object.entries(users)
    .map(([user, password]) => `${user}:${shaOf(password)}\n`)
    .join('');

export const fileOf = (directory: string, name: 'users' | 'acl.json' | 'token-key.pem' | 'external.pem'): string =>
  join(directory, name);

export async function openTestGate(
  { users, acl, external, certificateHeader, token, directory = createTemporaryDirectory(), hashPool }: AuthSetup,
  overrides: Overrides | undefined,
  logger: Logger,
): Promise<{ config: Config; access: OpenedGate }> {
  const write = (name: Parameters<typeof fileOf>[1], text: string): string => {
    writeFileSync(fileOf(directory, name), text);
    return fileOf(directory, name);
  };
  const config = defaultConfig({
    ...overrides,
    auth: {
      ...(users && { htpasswdFile: write('users', htpasswdText(users)) }),
      ...(acl !== undefined && { aclFile: write('acl.json', JSON.stringify(acl)) }),
      ...(certificateHeader && { certificateHeader }),
      token: {
        ...defaultConfig().auth.token,
        signingKeyFiles: [fileOf(directory, 'token-key.pem')],
        ...(external && {
          external: { realm: external.realm, keyFiles: [write('external.pem', external.keys)] },
        }),
        ...token,
      },
    },
  });
  const pool = hashPool ?? createHashPool({ threads: 2, threadFile });
  const opened = await openGate({ config, logger, hashPool: pool, logRefusal: logger.info });
  if (opened.kind === 'refused') throw new Error(opened.mistakes.join('\n'));
  return { config, access: opened.opened };
}
