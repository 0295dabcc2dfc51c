/** What stands between a request and the index, for `explain`: the rules of `[auth]`, without anything that checks credentials. */
import type { Acl } from '../access/policy/acl';
import { createPolicy } from '../access/policy/policy';
import { readTexts } from '../access/files/read-texts';
import type { ParsedText } from '../access/files/watched-text';
import { authKeys } from '../config/auth-keys';
import type { Config } from '../config/config';
import { nameOf } from '../config/key';
import { parseAclFile } from '../http/auth/acl-file';
import { OPEN_GATE, type Gate } from '../http/auth/gate';
import { NOBODY } from '../http/auth/identify';

export async function readGate({ auth }: Config): Promise<{ gate: Gate } | { mistakes: string[] }> {
  const { aclFile, htpasswdFile, certificateHeader, token } = auth;
  const acl = aclFile === undefined ? undefined : await readAcl(aclFile);
  if (acl?.kind === 'refused') return { mistakes: acl.mistakes.map((one) => `${nameOf(authKeys.acl)}: ${one}`) };
  const isAuthenticating = htpasswdFile !== undefined || token.external !== undefined;
  const dependsOnClient = isAuthenticating || certificateHeader !== undefined;
  const policy = createPolicy({ acl: acl?.value, isAuthenticating });
  const identify = dependsOnClient ? () => NOBODY : undefined;
  return { gate: { ...OPEN_GATE, policy, isAuthenticating, identify } };
}

async function readAcl(path: string): Promise<ParsedText<Acl>> {
  const { texts, mistakes } = await readTexts([path]);
  const [text] = texts;
  return text === undefined ? { kind: 'refused', mistakes } : parseAclFile(path, text);
}
