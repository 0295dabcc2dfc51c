/**
 * Reads the text of a redirect file into a repository, or into the problems that keep it out of service.
 *
 * Versions 1 to 5; unknown keys are ignored, other versions are refused. What JSON Schema cannot say is checked here:
 * that `url` really is one. Source: docs/redirect-files.md. Pure.
 */
import { isDigest, isStandardName } from '../registry/grammar';
import { ReferenceTableBuilder } from './build-reference-table';
import type { Problem } from './problem';
import type { RedirectDocument } from './redirect-schemas';
import { checkDocument, findSchema } from './redirect-schemas';
import { HAS_AMD64, IN_LISTS, IN_SCHEMA1, IN_SCHEMA2, IS_IMAGE, IS_IMAGE_TAG, ReferenceTable } from './reference-table';
import type { Repository } from './repository';
import type { StorageUrl } from './storage-url';
import { parseStorageUrl } from './storage-url';

export type ParsedRedirectFile =
  { kind: 'parsed'; repository: Repository; warnings: Problem[] } | { kind: 'refused'; problems: Problem[] };

/** `file` is only named in problems. */
export function parseRedirectFile(text: string, file: string): ParsedRedirectFile {
  const refuse = (pointer: string, message: string): ParsedRedirectFile => ({
    kind: 'refused',
    problems: [{ file, pointer, message, severity: 'error' }],
  });

  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return refuse('', explainText(text, error as Error));
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return refuse('', 'must be a JSON object');
  }
  const { version } = document as { version?: unknown };
  if (version === undefined) return refuse('/version', 'is missing');
  const schema = findSchema(version);
  if (!schema) return refuse('/version', `must be 1, 2, 3, 4 or 5, not ${describeValue(version)}`);

  const problems = checkDocument(schema, document, text.length);
  if (problems.length > 0) {
    return { kind: 'refused', problems: problems.map((problem) => ({ file, severity: 'error', ...problem })) };
  }
  const checked = document as RedirectDocument;
  const storageUrl = parseStorageUrl(checked.url);
  if (!storageUrl) return refuse('/url', 'is not an absolute http or https URL');
  return { kind: 'parsed', repository: normalise(checked, storageUrl), warnings: warn(checked, file) };
}

function normalise(document: RedirectDocument, storageUrl: StorageUrl): Repository {
  const name = document['repo-registry-id'];
  const facts = {
    name,
    // Hand-written files may lack Pulp's id; then the tree is looked for under the name, made one directory.
    publisherId: document.repository ?? name.replaceAll('/', '-'),
    storageUrl,
    // Pulp stores what a REST client sent: the string "false" means false.
    isProtected: document.protected === true || document.protected === 'true',
    version: document.version,
  };
  const builder = new ReferenceTableBuilder();
  switch (document.version) {
    case 1: {
      for (const { id } of document.images) builder.add(id, IS_IMAGE);
      for (const [tag, id] of Object.entries(document.tags)) builder.add(tag, IS_IMAGE_TAG, id);
      const { tags } = document;
      return {
        ...facts,
        layout: 'images',
        references: new ReferenceTable(builder.build((reference) => Object.hasOwn(tags, reference))),
      };
    }
    case 2:
      return { ...facts, layout: 'flat' };
    case 3:
    case 4:
    case 5:
      for (const reference of document.schema2_data) builder.add(reference, IN_SCHEMA2);
      for (const reference of document.schema1_data ?? []) builder.add(reference, IN_SCHEMA1);
      // To version 3, the keys of lists are unknown keys: nothing is known about what they hold.
      if (document.version !== 3) {
        for (const reference of document.manifest_list_data) builder.add(reference, IN_LISTS);
        for (const [tag, [digest, schemaVersion]] of Object.entries(document.manifest_list_amd64_tags)) {
          builder.add(tag, HAS_AMD64, digest, schemaVersion);
        }
      }
      return {
        ...facts,
        layout: 'forms',
        references: new ReferenceTable(builder.build((reference) => !isDigest(reference))),
        listsSchema1: document.schema1_data !== undefined,
      };
  }
}

function warn(document: RedirectDocument, file: string): Problem[] {
  const name = document['repo-registry-id'];
  if (isStandardName(name)) return [];
  const message = `"${name}" is no name of the registry specification; only clients as old as Pulp 2.3 can pull it`;
  return [{ file, pointer: '/repo-registry-id', message, severity: 'warning' }];
}

function explainText(text: string, error: Error): string {
  if (text.trim() === '') return 'is empty';
  return text.startsWith('\uFEFF') ? 'begins with a byte order mark' : `is not JSON: ${error.message}`;
}

const LONGEST_VALUE = 40;

/** In few words, whatever was written there. */
function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
