/**
 * Tells whether what is left of a redirect file without its lists is plain: of versions 3 to 5, and as the JSON Schema says.
 * The patterns are those of the schemas; compiling these, and walking them for every file, takes longer than all else.
 *
 * False says nothing but that the schema has to judge. Pure.
 */
import type { FormDocument } from './document-facts';
import { definitions } from './schemas/definitions.json';

const PUBLISHER_ID = new RegExp(definitions.repository.pattern, 'u');
const NAME = new RegExp(definitions.name.pattern, 'u');
const LONGEST_NAME = definitions.name.maxLength;
const URL_TEXT = new RegExp(definitions.url.pattern, 'u');
const PROTECTED: readonly unknown[] = definitions.protected.enum;

type Unknown = Record<string, unknown>;

/** Its lists, and its images for amd64, are to be empty: they have been cut out. */
export function isPlainDocument(document: unknown): document is FormDocument {
  const { type, repository, 'repo-registry-id': name, url, protected: isProtected } = document as Unknown;
  return (
    (type === undefined || typeof type === 'string') &&
    (repository === undefined || (typeof repository === 'string' && PUBLISHER_ID.test(repository))) &&
    typeof name === 'string' &&
    name.length <= LONGEST_NAME &&
    NAME.test(name) &&
    typeof url === 'string' &&
    URL_TEXT.test(url) &&
    (isProtected === undefined || PROTECTED.includes(isProtected)) &&
    hasEmptyLists(document as Unknown)
  );
}

function hasEmptyLists(document: Unknown): boolean {
  const { version, schema2_data, schema1_data, manifest_list_data, manifest_list_amd64_tags } = document;
  if (!isEmptyList(schema2_data)) return false;
  if (!isEmptyList(schema1_data) && (schema1_data !== undefined || version === 5)) return false;
  // To version 3, the keys of lists are unknown keys, with any value.
  if (version === 3) return manifest_list_data === undefined && manifest_list_amd64_tags === undefined;
  return (version === 4 || version === 5) && isEmptyList(manifest_list_data) && isEmptyObject(manifest_list_amd64_tags);
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
