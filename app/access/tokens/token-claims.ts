/**
 * What a token lets its holder do: the claim `access` of a JWT, and what it means here.
 *
 *     "access": [{ "type": "repository", "name": "demo/hello", "actions": ["pull"] },
 *                { "type": "registry", "name": "catalog", "actions": ["*"] }]
 *
 * The action `*` grants all. Source: docker token authentication, "Token Authentication Implementation". Pure.
 */

export interface TokenAccess {
  /** Repositories that may be pulled from. */
  names: ReadonlySet<string>;
  mayReadCatalog: boolean;
}

export interface AccessEntry {
  type: string;
  name: string;
  actions: string[];
}

export function formatAccessClaim({ names, mayReadCatalog }: TokenAccess): AccessEntry[] {
  const entries = [...names].map((name) => ({ type: 'repository', name, actions: ['pull'] }));
  return mayReadCatalog ? [...entries, { type: 'registry', name: 'catalog', actions: ['*'] }] : entries;
}

/** `claim`: any JSON. What has another shape grants nothing. */
export function parseAccessClaim(claim: unknown): TokenAccess {
  const entries = (Array.isArray(claim) ? (claim as unknown[]) : []).filter(isEntry);
  return {
    names: new Set(
      entries
        .filter(({ type, actions }) => type === 'repository' && (actions.includes('pull') || actions.includes('*')))
        .map(({ name }) => name),
    ),
    mayReadCatalog: entries.some(
      ({ type, name, actions }) => type === 'registry' && name === 'catalog' && actions.includes('*'),
    ),
  };
}

function isEntry(value: unknown): value is AccessEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { type, name, actions } = value as Partial<Record<keyof AccessEntry, unknown>>;
  return typeof type === 'string' && typeof name === 'string' && Array.isArray(actions);
}
