/** Logs how Redis takes the signing key, which is offered to it every few seconds: each reason for a refusal once, until it is good again. */
import type { Logger } from '../observe/logger';
import { describeRedisFault } from '../store/redis/describe-fault';

export function createSigningKeyLog(logger: Logger): (refusal: Error | undefined) => void {
  const told = new Set<string>();
  return (refusal) => {
    if (!refusal) {
      if (told.size > 0) logger.info('the signing key is in Redis again');
      told.clear();
      return;
    }
    const reason = describeRedisFault(refusal);
    if (told.has(reason)) return;
    told.add(reason);
    logger.warn('Redis refuses the signing key; other processes may refuse what this one signs', { reason });
  };
}
