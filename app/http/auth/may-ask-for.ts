/** For which names a client gets a token. Pure. */
import type { Client } from '../../access/policy/client';
import type { Policy } from '../../access/policy/policy';
import type { AnyFacts } from '../../redirects/repository';

/** `there`: what is published under the name. Names of nothing are granted like hidden ones: a token must not tell which exist. */
export const mayAskFor = (client: Client, name: string, there: AnyFacts[], policy: Policy): boolean =>
  policy.mayPullName(client, name) || there.some((repository) => policy.mayPull(client, repository));
