/**
 * Remembers which tokens are valid, so that a pull of fifty layers verifies one signature. Kept under the hash of the
 * token, never the token itself, and only until it expires. Refusals are not kept: whoever sends many bad tokens must not
 * push out the good ones. A token that is being verified is not verified a second time.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { TokenVerdict, ValidToken } from './judge-token';

/** Of all tokens whose verdicts are kept, which bounds the memory that they take; some ten thousand usual tokens. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

export type RecallVerdict = (token: string, nowSeconds: number) => Promise<TokenVerdict>;

export function rememberVerdicts(judge: RecallVerdict, mostCharacters = MOST_CHARACTERS): RecallVerdict {
  const kept = new LRUCache<string, ValidToken>({ maxSize: mostCharacters });
  const pending = new Map<string, Promise<TokenVerdict>>();

  const judgeOnce = async (token: string, hash: string, nowSeconds: number): Promise<TokenVerdict> => {
    try {
      const verdict = await judge(token, nowSeconds);
      if (verdict.kind === 'valid' && verdict.expiresAtSeconds > nowSeconds) {
        kept.set(hash, verdict, { size: token.length });
      }
      return verdict;
    } finally {
      pending.delete(hash);
    }
  };

  return (token, nowSeconds) => {
    const hash = createHash('sha256').update(token).digest('base64');
    const known = kept.get(hash);
    if (known && known.expiresAtSeconds > nowSeconds) return Promise.resolve(known);
    kept.delete(hash);
    const judged = pending.get(hash) ?? judgeOnce(token, hash, nowSeconds);
    pending.set(hash, judged);
    return judged;
  };
}
