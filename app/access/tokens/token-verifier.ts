/**
 * The verifier of Bearer tokens, our own or those of an external token service: its limits and what it remembers. What
 * makes a token valid is decided in judge-token.ts.
 */
import { readClockSeconds } from '../clock';
import { judgeToken, refuseToken, type TokenVerdict } from './judge-token';
import { rememberVerdicts, type RecallVerdict } from './verdict-memory';
import type { VerifyKey } from './verify-key';

export interface TokenVerifierOptions {
  /** The same array until the keys change. */
  keys: () => readonly VerifyKey[];
  issuer: string;
  /** The `service` of the challenge. */
  audience: string;
  /** The tokens are of our own token service, so the log does not send the operator to `token_keys`. */
  isOwn: boolean;
  nowSeconds?: () => number;
}

export type VerifyToken = (token: string) => Promise<TokenVerdict>;

/** No header of a request is longer with node's own limit; nothing longer is looked at. */
const LONGEST_TOKEN = 16 * 1024;

export function createTokenVerifier(options: TokenVerifierOptions): VerifyToken {
  const { issuer, audience, isOwn, nowSeconds = readClockSeconds } = options;
  const place = isOwn ? 'the keys of this token service' : 'token_keys';
  const startMemory = (keys: readonly VerifyKey[]): RecallVerdict =>
    rememberVerdicts((token, now) => judgeToken(token, { keys, place, issuer, audience }, now));

  let keys = options.keys();
  let recall = startMemory(keys);
  return (token) => {
    if (token.length > LONGEST_TOKEN) {
      return Promise.resolve(refuseToken(`has ${token.length} characters; at most ${LONGEST_TOKEN} are read`));
    }
    const current = options.keys();
    // A new memory, so that a verdict that is still on its way cannot enter it.
    if (current !== keys) [keys, recall] = [current, startMemory(current)];
    return recall(token, nowSeconds());
  };
}
