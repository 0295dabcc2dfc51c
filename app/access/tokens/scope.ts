/**
 * Reads the scopes of a token request, and writes the one of a challenge.
 *
 *     scope=repository:demo/hello:pull              may be there several times,
 *     scope=repository:a:pull repository:b:pull     and hold several, with spaces between them
 *     repository(plugin):demo/plugin:pull,push      a class behind the type; several actions
 *     registry:catalog:*
 *
 * The name is what stands between the first and the last colon. What is malformed, or asks for what nobody has here, is
 * left out: the answer is a smaller access, not an error.
 * Source: docker token authentication, "Token Scope Documentation". Pure.
 */
import { isName } from '../../registry/grammar';

export interface RequestedAccess {
  /** Repositories that the client asks to pull from. */
  names: ReadonlySet<string>;
  wantsCatalog: boolean;
}

export const CATALOG_SCOPE = 'registry:catalog:*';

export const formatScope = (name: string): string => `repository:${name}:pull`;

const MOST_SCOPES = 100;

/** All names together, in characters: a token that grants more would not fit into a request header. */
const LONGEST_NAMES = 4096;

/** The second colon is the last one of all. */
const REPOSITORY_SCOPE = /^repository(?:\([a-z0-9]+\))?:(.+):([a-z*,]*)$/;

/** `parameters`: the values of all `scope` parameters, decoded. */
export function parseScopes(parameters: readonly string[]): RequestedAccess {
  const scopes = parameters.slice(0, MOST_SCOPES).flatMap((parameter) => parameter.split(' ', MOST_SCOPES));
  const names = new Set<string>();
  let length = 0;
  let wantsCatalog = false;
  for (const scope of scopes.slice(0, MOST_SCOPES)) {
    if (scope === CATALOG_SCOPE) wantsCatalog = true;
    const name = parsePull(scope);
    if (name === undefined || names.has(name) || length + name.length > LONGEST_NAMES) continue;
    length += name.length;
    names.add(name);
  }
  return { names, wantsCatalog };
}

/** The name; undefined: the scope asks for no pull from anything that can be here. */
function parsePull(scope: string): string | undefined {
  const [, name = '', actions = ''] = REPOSITORY_SCOPE.exec(scope) ?? [];
  const wantsPull = actions.split(',').some((action) => action === 'pull' || action === '*');
  return wantsPull && isName(name) ? name : undefined;
}
