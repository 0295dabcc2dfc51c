/** The keys of [auth], a part of the table in ./keys. Pure. */
import { define } from './key';
import { choice, integer, optional, path, pathList, printableText, serviceName, tokenRealm } from './kinds';

export const authKeys = {
  acl: define('auth', 'acl', {
    kind: optional(path),
    default: '',
    documentation: 'The ACL file: who may pull what. Empty: everybody, everything that is not `protected`.',
  }),
  htpasswd: define('auth', 'htpasswd', {
    kind: optional(path),
    default: '',
    documentation: "Users and their passwords, as Apache's `htpasswd` writes them. Empty: nobody has a password.",
  }),
  certificateHeader: define('auth', 'certificate_header', {
    kind: optional(choice('x-ssl-client-cert', 'client-cert')),
    default: '',
    documentation:
      'The header in which a trusted proxy passes the certificate of the client on. Needs `[server] trusted_proxies`. Empty: certificates are not looked at.',
  }),
  tokenService: define('auth', 'token_service', {
    kind: serviceName,
    default: 'davit',
    documentation: 'What clients call this registry when they ask for a token: the audience of every token.',
  }),
  tokenIssuer: define('auth', 'token_issuer', {
    kind: printableText,
    default: 'davit',
    documentation: 'Who issues the tokens that are accepted.',
  }),
  tokenRealm: define('auth', 'token_realm', {
    kind: optional(tokenRealm),
    default: '',
    documentation:
      'The address of another token service, to which clients are sent. Needs `token_keys`. Empty: `/token` of this davit, at the address that the client used.',
  }),
  tokenKeys: define('auth', 'token_keys', {
    kind: optional(pathList),
    default: '',
    documentation:
      'The public keys or certificates of that other token service: PEM files, or JWKS files. Needs `token_realm` and `token_issuer`.',
  }),
  tokenSigningKeys: define('auth', 'token_signing_keys', {
    kind: pathList,
    default: '/var/lib/davit/token-key.pem',
    documentation:
      'The private keys of the token service of this davit: the first one signs, all are accepted. The first one is made when it is not there. Not set, and with `[redis] url`: the key is kept in Redis, and all that use it have it in common.',
  }),
  tokenTtlSeconds: define('auth', 'token_ttl', {
    kind: integer(60, 86_400),
    default: '300',
    unit: 'seconds',
    documentation: 'How long a token of this davit is valid.',
  }),
};
