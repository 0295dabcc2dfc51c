/** What stands between a request and the index, for `explain`: the rules of `[auth]`, without anything that checks credentials. */
import { readFileSync } from 'node:fs';
import { parseAcl, type Acl } from '../access/acl';
import { createPolicy } from '../access/policy';
import type { Config } from '../config/config';
import { OPEN_GATE, type Gate } from '../http/auth/gate';
import { NOBODY } from '../http/auth/identify';

export function readGate({ auth }: Config): { gate: Gate } | { mistakes: string[] } {
  const { aclFile, htpasswdFile, certificateHeader, token } = auth;
  const acl = aclFile === undefined ? undefined : readAcl(aclFile);
  if (acl && 'mistakes' in acl) return acl;
  const isAuthenticating = htpasswdFile !== undefined || token.external !== undefined;
  const dependsOnClient = isAuthenticating || certificateHeader !== undefined;
  const policy = createPolicy({ acl: acl?.acl, isAuthenticating });
  const identify = dependsOnClient ? () => NOBODY : undefined;
  return { gate: { ...OPEN_GATE, policy, isAuthenticating, identify, service: token.service } };
}

function readAcl(path: string): { acl: Acl } | { mistakes: string[] } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { mistakes: [`${path}: ${(error as Error).message}`] };
  }
  const parsed = parseAcl(text);
  if (parsed.kind === 'parsed') return { acl: parsed.acl };
  return { mistakes: parsed.mistakes.map(({ pointer, message }) => `${path}: ${pointer}: ${message}`) };
}
