/**
 * Remembers which tokens are valid, so that a pull of fifty layers verifies one signature. Kept under the hash of the
 * token, never the token itself, and only until it expires. Refusals are not kept: whoever sends many bad tokens must not
 * push out the good ones. A token that is being verified is not verified a second time.
 */
import { createHash } from 'node:crypto';
import type { TokenVerdict, ValidToken } from './judge-token';

/** Of all tokens whose verdicts are kept, which bounds the memory that they take; some ten thousand usual tokens. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

interface KeptVerdict {
  verdict: ValidToken;
  length: number;
}

export type RecallVerdict = (token: string, nowSeconds: number) => Promise<TokenVerdict>;

export function rememberVerdicts(judge: RecallVerdict, mostCharacters = MOST_CHARACTERS): RecallVerdict {
  /** In the order in which they were verified. */
  const kept = new Map<string, KeptVerdict>();
  const pending = new Map<string, Promise<TokenVerdict>>();
  let characterCount = 0;

  const forget = (hash: string, { length }: KeptVerdict): void => {
    kept.delete(hash);
    characterCount -= length;
  };

  const keep = (hash: string, verdict: ValidToken, length: number): void => {
    kept.set(hash, { verdict, length });
    characterCount += length;
    for (const [oldest, entry] of kept) {
      if (characterCount <= mostCharacters) break;
      forget(oldest, entry);
    }
  };

  const judgeOnce = async (token: string, hash: string, nowSeconds: number): Promise<TokenVerdict> => {
    try {
      const verdict = await judge(token, nowSeconds);
      if (verdict.kind === 'valid' && verdict.expiresAtSeconds > nowSeconds) keep(hash, verdict, token.length);
      return verdict;
    } finally {
      pending.delete(hash);
    }
  };

  return (token, nowSeconds) => {
    const hash = createHash('sha256').update(token).digest('base64');
    const known = kept.get(hash);
    if (known && known.verdict.expiresAtSeconds > nowSeconds) return Promise.resolve(known.verdict);
    if (known) forget(hash, known);
    const judged = pending.get(hash) ?? judgeOnce(token, hash, nowSeconds);
    pending.set(hash, judged);
    return judged;
  };
}
