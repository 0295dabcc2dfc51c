/**
 * What stands between a request and the index: who asks, and what that client may see. Made by ./open-gate from the
 * configuration; where nothing is configured, everybody is anonymous and only protected repositories are hidden.
 */
import { createPolicy, type Policy } from '../../access/policy/policy';
import type { V1Tokens } from '../../access/tokens/v1-token';
import type { Identify } from './identify';
import type { TokenService } from './token-service';

export interface Gate {
  /** As of now: the access control list may be replaced while the program runs. */
  readonly policy: Policy;
  /** Clients can log in, so they are asked to. */
  readonly isAuthenticating: boolean;
  /** Undefined: whatever a client shows, it is anonymous, and no answer depends on who asks. */
  readonly identify: Identify | undefined;
  /** Undefined: tokens are not issued here. */
  readonly tokenService: TokenService | undefined;
  /** What v1 clients are given for Basic; undefined: nobody can show Basic. */
  readonly v1Tokens: V1Tokens | undefined;
  /** `service` of challenges. */
  readonly service: string;
  /** Where clients get their tokens; undefined: here, at the address under which they know this registry. */
  readonly realm: string | undefined;
}

export const OPEN_GATE: Gate = {
  policy: createPolicy({ isAuthenticating: false }),
  isAuthenticating: false,
  identify: undefined,
  tokenService: undefined,
  v1Tokens: undefined,
  service: '',
  realm: undefined,
};
