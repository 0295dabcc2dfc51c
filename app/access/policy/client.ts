/**
 * Who asks, as far as his credentials have been checked: a user, a client certificate, a Bearer token, any of them
 * together, or nothing. Pure data; whoever checks credentials makes it.
 */

/** What a Bearer token grants whose signature, time, issuer and audience are right: its `access` claim, as to reading. */
export interface TokenGrant {
  /** The names of its entries of type `repository` with the action `pull` or `*`. */
  pulls: ReadonlySet<string>;
  /** It has the entry `registry:catalog:*`. */
  readsCatalog: boolean;
  /** The token service of somebody else issued it: that service is the policy then, and ours is not asked. */
  isExternal: boolean;
}

export interface Client {
  /** Undefined: anonymous. Of a token of our own service: the user it was issued to. */
  user: string | undefined;
  /** Whether the client certificate covers a content path, such as `/pulp/docker/v2/hello/`; undefined: no certificate. */
  entitlement: ((contentPath: string) => boolean) | undefined;
  /** Undefined: no Bearer token; what the user and the certificate may do is not narrowed. */
  token: TokenGrant | undefined;
}

/** Whoever shows nothing, and whoever shows an empty user and password. */
export const ANONYMOUS: Client = Object.freeze({ user: undefined, entitlement: undefined, token: undefined });
