/** What a certificate says of a path, and what both versions of certificates take a path for. Pure. */

/**
 * Whether content at a path is covered. `path`: of the storage URL, still percent-encoded, for example
 * `/content/dist/rhel/server/7/7Server/x86_64/containers/registry/rhel7/`.
 */
export type Covers = (path: string) => boolean;

/** `//` counts as one slash; slashes at the ends do not count. */
export const splitPath = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

/** `$basearch`, `$releasever` and the like stand for any one segment. */
export const isVariable = (word: string): boolean => word.startsWith('$');
