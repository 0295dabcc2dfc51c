/**
 * Makes the gate that `[auth]` describes: reads and watches its files, and puts together what checks credentials. Loaded
 * only where something is configured, for it brings the libraries of tokens, passwords and certificates.
 */
import { createEntitlementReader } from '../../access/entitlement/entitlement-reader';
import { readClientCertificate } from '../../access/entitlement/client-certificate';
import { createPasswordChecker } from '../../access/passwords/password-checker';
import type { HashPool } from '../../access/passwords/hash-pool';
import { createPolicy, type Policy } from '../../access/policy/policy';
import { describeJwks } from '../../access/tokens/signing-key';
import { createTokenSigner, type SignToken } from '../../access/tokens/token-signer';
import { createTokenVerifier } from '../../access/tokens/token-verifier';
import { createV1Tokens, type V1Tokens } from '../../access/tokens/v1-token';
import type { VerifyKey } from '../../access/tokens/verify-key';
import type { WatchedText } from '../../access/files/watched-text';
import type { Config } from '../../config/config';
import type { Logger } from '../../observe/logger';
import { createSparingLog, type LogSparingly } from '../../observe/sparing-logger';
import { createAddressSet, findNearestAddress, findSource, type ContainsAddress } from '../client-address';
import type { Opened, SigningKeys } from './auth-files';
import { deriveSecret, openAcl, openHtpasswd, openSigningKeys, openTokenKeys } from './auth-files';
import type { Gate } from './gate';
import { openSharedSigningKeys, type ShareText } from './shared-signing-keys';
import { createIdentify, type FindEntitlement } from './identify';

export interface OpenedGate {
  gate: Gate;
  /** The operator's word: every file is read again. */
  reload: () => Promise<void>;
  close: () => Promise<void>;
}

export interface GateOptions {
  config: Config;
  logger: Logger;
  /** Threads that check passwords; default: of its own. */
  hashPool?: HashPool;
  /** For a signing key that processes have in common without a file; default: it is in its file. */
  shareText?: ShareText | undefined;
  /** Where refused credentials are told; default: in the log, sparingly. */
  logRefusal?: LogSparingly;
}

/** A v1 client asks for a token once, and pulls a whole image with it. */
const V1_TOKEN_TTL_SECONDS = 3600;

/** What is made of the signing keys, anew when they change. */
interface OwnTokens {
  sign: SignToken;
  verifyKeys: VerifyKey[];
  jwks: object;
  v1: V1Tokens;
}

/** `refused`: what is wrong, each with key and path. */
export async function openGate({
  config,
  logger,
  hashPool,
  shareText,
  logRefusal = createSparingLog(logger),
}: GateOptions): Promise<{ kind: 'opened'; opened: OpenedGate } | { kind: 'refused'; mistakes: string[] }> {
  const { aclFile, htpasswdFile, certificateHeader, token } = config.auth;
  const { external, service, issuer } = token;
  const [acl, users, tokenKeys, ownTokens] = await Promise.all([
    aclFile === undefined ? undefined : openAcl(aclFile, logger),
    htpasswdFile === undefined ? undefined : openHtpasswd(htpasswdFile, logger),
    external && openTokenKeys(external.keyFiles, logger),
    htpasswdFile === undefined ? undefined : openOwnKeys(config, shareText, logger),
  ]);
  const all: (Opened<unknown> | undefined)[] = [acl, users, tokenKeys, ownTokens];
  const watched = all.flatMap((one) => (one?.kind === 'watched' ? [one.watched] : []));
  const closeFiles = async (): Promise<void> => {
    await Promise.all(watched.map((one) => one.close()));
  };
  const mistakes = all.flatMap((one) => (one?.kind === 'refused' ? one.mistakes : []));
  if (mistakes.length > 0) {
    await closeFiles();
    return { kind: 'refused', mistakes };
  }

  const [rules, passwordFile, externalKeys, own] = [take(acl), take(users), take(tokenKeys), take(ownTokens)];
  const isTrusted = createAddressSet(config.server.trustedProxies);
  const passwords =
    passwordFile && createPasswordChecker({ loadUsers: () => passwordFile.value, ...(hashPool && { pool: hashPool }) });
  const keys = externalKeys ? () => externalKeys.value : own && (() => own.value.verifyKeys);
  const isExternal = externalKeys !== undefined;
  const isAuthenticating = keys !== undefined;
  const v1Tokens: V1Tokens | undefined = own && {
    issue: (grant) => own.value.v1.issue(grant),
    verify: (authorization) => own.value.v1.verify(authorization),
  };
  const findEntitlement = certificateHeader && createFindEntitlement(certificateHeader, isTrusted);
  const identify =
    isAuthenticating || findEntitlement
      ? createIdentify({
          verifyToken: keys && createTokenVerifier({ keys, issuer, audience: service, isOwn: !isExternal }),
          isExternal,
          passwords,
          v1Tokens,
          isUser: passwordFile && ((user) => passwordFile.value.has(user)),
          findEntitlement,
          log: logRefusal,
          findSource: (request) => findSource(request, isTrusted),
          findAddress: (request) => findNearestAddress(request, isTrusted),
        })
      : undefined;

  let [judged, policy]: [unknown, Policy] = [rules?.value, createPolicy({ acl: rules?.value, isAuthenticating })];
  const gate: Gate = {
    get policy() {
      if (rules && rules.value !== judged) {
        judged = rules.value;
        policy = createPolicy({ acl: rules.value, isAuthenticating });
      }
      return policy;
    },
    isAuthenticating,
    identify,
    tokenService:
      own && !isExternal ? { sign: (grant) => own.value.sign(grant), describeKeys: () => own.value.jwks } : undefined,
    v1Tokens,
    service,
    realm: external?.realm,
  };
  return {
    kind: 'opened',
    opened: {
      gate,
      reload: async () => {
        await Promise.all(watched.map((one) => one.reload()));
      },
      close: async () => {
        await closeFiles();
        await passwords?.close();
      },
    },
  };
}

async function openOwnKeys(
  config: Config,
  shareText: ShareText | undefined,
  logger: Logger,
): Promise<Opened<OwnTokens>> {
  const use = (keys: SigningKeys): OwnTokens => useKeys(keys, config);
  if (!shareText) return openSigningKeys(config.auth.token.signingKeyFiles, logger, use);
  return { kind: 'watched', watched: openSharedSigningKeys(shareText, logger, use) };
}

const take = <T>(opened: Opened<T> | undefined): WatchedText<T> | undefined =>
  opened?.kind === 'watched' ? opened.watched : undefined;

function useKeys(keys: SigningKeys, { auth: { token } }: Config): OwnTokens {
  const { issuer, service, ttlSeconds } = token;
  const v1 = keys.map((key) =>
    createV1Tokens({ secret: deriveSecret(key, 'v1 tokens'), ttlSeconds: V1_TOKEN_TTL_SECONDS }),
  ) as [V1Tokens, ...V1Tokens[]];
  return {
    sign: createTokenSigner({ keys, issuer, audience: service, ttlSeconds }),
    verifyKeys: keys.map(({ verifyKey }) => verifyKey),
    jwks: describeJwks(keys),
    v1: {
      issue: (grant) => v1[0].issue(grant),
      // The first key signs; what another one has signed is good, too.
      verify: (authorization) => {
        const verdicts = v1.map((tokens) => tokens.verify(authorization));
        return verdicts.find(({ kind }) => kind !== 'refused') ?? (verdicts[0] as (typeof verdicts)[number]);
      },
    },
  };
}

/** Only a trusted proxy is believed: anybody can write a header. */
function createFindEntitlement(
  header: NonNullable<Config['auth']['certificateHeader']>,
  isTrusted: ContainsAddress,
): FindEntitlement {
  const readEntitlement = createEntitlementReader();
  return ({ headers, socket }) => {
    const value = headers[header];
    if (typeof value !== 'string' || !isTrusted(socket.remoteAddress ?? '')) return undefined;
    const der = readClientCertificate(value, header);
    return der && readEntitlement(der);
  };
}
