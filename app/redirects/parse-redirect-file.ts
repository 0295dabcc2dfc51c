/**
 * Reads the text of a redirect file into a repository, or into the problems that keep it out of service.
 *
 * Versions 1 to 5; unknown keys are ignored, other versions are refused. What JSON Schema cannot say is checked here:
 * that `url` really is one. Source: docs/redirect-files.md. Pure.
 */
import { isDigest, isStandardName, isTag } from '../registry/grammar';
import { ReferenceTableBuilder } from './build-reference-table';
import type { Problem } from './problem';
import type { RedirectDocument } from './redirect-schemas';
import { checkDocument, findSchema, hasShape } from './redirect-schemas';
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

  if (hasShape(schema, document)) {
    const storageUrl = parseStorageUrl(document.url);
    if (!storageUrl) return refuse('/url', 'is not an absolute http or https URL');
    const repository = normalise(document, storageUrl);
    if (repository) return { kind: 'parsed', repository, warnings: warn(document, file) };
  }
  const problems = checkDocument(schema, document, text.length);
  return { kind: 'refused', problems: problems.map((problem) => ({ file, severity: 'error', ...problem })) };
}

/** Undefined: a list holds what is neither a tag nor a digest. */
function normalise(document: RedirectDocument, storageUrl: StorageUrl): Repository | undefined {
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
  switch (document.version) {
    case 1: {
      const { images, tags } = document;
      const builder = new ReferenceTableBuilder(images.length);
      for (const [tag, id] of Object.entries(tags)) builder.add(tag, IS_IMAGE_TAG, id);
      for (const { id } of images) builder.add(id, IS_IMAGE);
      return {
        ...facts,
        layout: 'images',
        references: new ReferenceTable(builder.build((text) => Object.hasOwn(tags, text))),
      };
    }
    case 2:
      return { ...facts, layout: 'flat' };
    case 3:
    case 4:
    case 5: {
      const references = buildForms(document);
      return references && { ...facts, layout: 'forms', references, listsSchema1: document.schema1_data !== undefined };
    }
  }
}

function buildForms(document: Extract<RedirectDocument, { schema2_data: string[] }>): ReferenceTable | undefined {
  const { schema2_data: schema2, schema1_data: schema1 = [] } = document;
  // To version 3, the keys of lists are unknown keys: nothing is known about what they hold.
  const lists = document.version === 3 ? [] : document.manifest_list_data;
  const amd64ByTag = document.version === 3 ? {} : document.manifest_list_amd64_tags;
  const builder = new ReferenceTableBuilder(lists.length + schema2.length + schema1.length);
  for (const [tag, [reference, schemaVersion]] of Object.entries(amd64ByTag)) {
    builder.add(tag, HAS_AMD64, reference, schemaVersion);
  }
  const addAll = (references: string[], form: number): boolean =>
    references.every((reference) => builder.add(reference, form) || isTag(reference) || isDigest(reference));
  if (!addAll(lists, IN_LISTS) || !addAll(schema2, IN_SCHEMA2) || !addAll(schema1, IN_SCHEMA1)) return undefined;
  return new ReferenceTable(builder.build((reference) => !isDigest(reference)));
}

function warn(document: RedirectDocument, file: string): Problem[] {
  const name = document['repo-registry-id'];
  if (isStandardName(name)) return [];
  const message = `"${name}" is no name of the registry specification; only clients as old as Pulp 2.3 can pull it`;
  return [{ file, pointer: '/repo-registry-id', message, severity: 'warning' }];
}

export function explainText(text: string, error: Error): string {
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
