/**
 * Decides whether a client may ask for a name at all, and what it sees of it. For v2 and v1 alike.
 *
 * A name that is hidden and one that does not exist must look the same:
 *     nothing was shown          401 for both, unless nothing of that name could be hidden
 *     a user who may not pull    the 404 of an unknown name for both; with `reveal`, 403 for what exists
 *     a token without the name   401 for both, if a token with it could be had: then the client gets itself one
 * Source: docs/access-control.md. Pure.
 */
import { ANONYMOUS, type Client } from '../../access/policy/client';
import type { Policy } from '../../access/policy/policy';
import { hideFrom } from '../../access/policy/visibility';
import type { ErrorDecision } from '../../decide/decision';
import { demandCredentials, refuse } from '../../decide/decision';
import { denied } from '../../registry/errors';
import type { Lookup } from '../../redirects/lookup';
import type { AnyFacts } from '../../redirects/repository';
import type { Gate } from './gate';
import { mayAskFor } from './may-ask-for';

export type Admission =
  /** `lookup` holds only what the client may see. */
  { kind: 'admitted'; lookup: Lookup; isPrivate: boolean } | { kind: 'refused'; decision: ErrorDecision };

export function admit(client: Client, name: string, lookup: Lookup, gate: Gate): Admission {
  const { policy } = gate;
  const visible = hideFrom(client, lookup, policy);
  const dependsOnClient = gate.identify !== undefined;
  if (visible.registry || visible.images) {
    // By what this client sees only: that there is more must not show.
    const isPrivate = dependsOnClient && hideFrom(ANONYMOUS, visible, policy) !== visible;
    return { kind: 'admitted', lookup: visible, isPrivate };
  }
  const there = [lookup.registry, lookup.images].filter((side) => side !== undefined);
  const isRevealed = policy.reveals && there.length > 0;
  const isSecret = gate.isAuthenticating && (isRevealed || !policy.mayKnow(client, name));
  if (isSecret && isAskedAgain(client, name, there, policy)) {
    const fault = client.token ? 'insufficient_scope' : undefined;
    return { kind: 'refused', decision: demandCredentials('not allowed', { name, fault }) };
  }
  if (isRevealed) {
    const decision = { ...refuse('denied', denied(name)), isPrivate: dependsOnClient };
    return { kind: 'refused', decision };
  }
  return { kind: 'admitted', lookup: visible, isPrivate: dependsOnClient };
}

/** Whether other credentials could help: any for who has none, a token with more in it for who has the right to it. */
function isAskedAgain({ user, entitlement, token }: Client, name: string, there: AnyFacts[], policy: Policy): boolean {
  if (user === undefined) return true;
  if (!token || token.pulls.has(name)) return false;
  return token.isExternal || mayAskFor({ user, entitlement, token: undefined }, name, there, policy);
}
