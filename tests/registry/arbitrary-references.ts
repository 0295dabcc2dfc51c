/** Names, tags, digests and image ids as the grammar allows them, awkward ones more often than chance would give. */
import * as fc from 'fast-check';

/** Words of the API, members of every JavaScript object, and what looks like something else. */
const AWKWARD_TAGS = [
  ...['tags', 'manifests', 'blobs', 'referrers', 'list', 'latest', '_catalog', 'v2', '_', '0', '1.0-', 'a..b', 'UPPER'],
  ...['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'length'],
  ...['sha256', `sha256-${'0'.repeat(64)}`, '0'.repeat(64), 'f'.repeat(64), 'x'.repeat(128)],
];

const AWKWARD_COMPONENTS = [
  ...['tags', 'manifests', 'blobs', 'referrers', 'list', 'v1', 'v2', 'library', 'constructor', '__proto__'],
  ...['a..b', '_x', 'x_', '..............', '-', '0', 'a___b', 'a--b'],
];

export const tags: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...AWKWARD_TAGS),
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/),
);

export const digests: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^sha256:[0-9a-f]{64}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^sha512:[0-9a-f]{128}$/) },
);

export const references: fc.Arbitrary<string> = fc.oneof(tags, digests);

export const imageIds: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[0-9a-f]{64}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/) },
  { weight: 1, arbitrary: fc.constantFrom('constructor', 'a', 'ABCDEF', 'sha256') },
);

const components = fc.oneof(
  fc.constantFrom(...AWKWARD_COMPONENTS),
  fc.stringMatching(/^[a-z0-9]{1,8}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,8}){0,3}$/),
);

/** At most 4 × 41 characters. */
export const names: fc.Arbitrary<string> = fc
  .array(components, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'));
