/**
 * Reads the text of a redirect file into a repository, or into the problems that keep it out of service.
 *
 * Versions 1 to 5; unknown keys are ignored, other versions are refused. What JSON Schema cannot say is checked here:
 * that `url` really is one. Source: docs/redirect-files.md. Pure.
 */
import { isDigest, isTag } from '../registry/grammar';
import { builder } from './build-reference-table';
import { addAmd64Images, factsOf, warn, type FormDocument } from './document-facts';
import type { Problem } from './problem';
import type { RedirectDocument } from './redirect-schemas';
import { checkDocument, findSchema, hasShape } from './redirect-schemas';
import type { ReferenceTable } from './reference-table';
import type { Repository } from './repository';
import type { StorageUrl } from './storage-url';
import { parseStorageUrl } from './storage-url';
import { ANY_FORM, IN_LISTS, IN_SCHEMA1, IN_SCHEMA2, IS_IMAGE, IS_IMAGE_TAG } from './table-layout';

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
  try {
    return build(document, storageUrl);
  } finally {
    builder.clear();
  }
}

function build(document: RedirectDocument, storageUrl: StorageUrl): Repository | undefined {
  const facts = factsOf(document, storageUrl);
  switch (document.version) {
    case 1:
      return { ...facts, layout: 'images', references: buildImages(document) };
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

function buildImages({ images, tags }: Extract<RedirectDocument, { version: 1 }>): ReferenceTable {
  for (const [tag, id] of Object.entries(tags)) builder.add(tag, IS_IMAGE_TAG, id);
  for (const { id } of images) builder.add(id, IS_IMAGE);
  return builder.build(IS_IMAGE_TAG);
}

function buildForms(document: FormDocument): ReferenceTable | undefined {
  addAmd64Images(builder, document);
  const addAll = (references: string[], form: number): boolean =>
    references.every((reference) => builder.add(reference, form) || isTag(reference) || isDigest(reference));
  // To version 3, the keys of lists are unknown keys: nothing is known about what they hold.
  if (document.version !== 3 && !addAll(document.manifest_list_data, IN_LISTS)) return undefined;
  if (!addAll(document.schema2_data, IN_SCHEMA2) || !addAll(document.schema1_data ?? [], IN_SCHEMA1)) return undefined;
  return builder.build(ANY_FORM);
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
