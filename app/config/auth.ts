/** The section [auth] of the configuration: who may see what, and by whose word. Pure. */
import { authKeys } from './auth-keys';
import type { Key, Read } from './key';

export interface AuthConfig {
  aclFile?: string;
  htpasswdFile?: string;
  /** The header, in lower case, in which trusted proxies pass the client's certificate on. Absent: none is believed. */
  certificateHeader?: 'x-ssl-client-cert' | 'client-cert';
  token: {
    /** The audience. Printable ASCII that can stand between quotes in a header as it is. */
    service: string;
    issuer: string;
    ttlSeconds: number;
    /** At least one; the first signs. */
    signingKeyFiles: string[];
    /** They are configured, and not the default. */
    areSigningKeysSet: boolean;
    /** Another token service takes the place of our own. */
    external?: {
      /** An http or https URL that can stand between quotes in a header as it is. */
      realm: string;
      /** At least one. */
      keyFiles: string[];
    };
  };
}

export function buildAuth(read: Read, isSet: (key: Key<unknown>) => boolean): AuthConfig {
  const [aclFile, htpasswdFile] = [read(authKeys.acl), read(authKeys.htpasswd)];
  const certificateHeader = read(authKeys.certificateHeader);
  const [realm, keyFiles] = [read(authKeys.tokenRealm), read(authKeys.tokenKeys)];

  return {
    ...(aclFile !== undefined && { aclFile }),
    ...(htpasswdFile !== undefined && { htpasswdFile }),
    ...(certificateHeader !== undefined && { certificateHeader }),
    token: {
      service: read(authKeys.tokenService),
      issuer: read(authKeys.tokenIssuer),
      ttlSeconds: read(authKeys.tokenTtlSeconds),
      signingKeyFiles: read(authKeys.tokenSigningKeys),
      areSigningKeysSet: isSet(authKeys.tokenSigningKeys),
      ...(realm !== undefined && keyFiles !== undefined && { external: { realm, keyFiles } }),
    },
  };
}
