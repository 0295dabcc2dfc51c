/** Redirect files as Pulp writes them, one of each version, to be changed by tests. */
import { parseRedirectFile, type ParsedRedirectFile } from '../../app/redirects/parse-redirect-file';
import { expectSameWhenPlain } from './plain-files';
import type { Problem } from '../../app/redirects/problem';
import type { Repository } from '../../app/redirects/repository';

export type Document = Record<string, unknown>;

export const VERSIONS = [1, 2, 3, 4, 5] as const;

export type Version = (typeof VERSIONS)[number];

/** A digest, one a number. */
export const digest = (number: number): string => `sha256:${imageId(number)}`;

/** An image id, one a number. */
export const imageId = (number: number): string => number.toString(16).padStart(64, '0');

const CONTENT: Record<Version, Document> = {
  1: { images: [{ id: imageId(1) }, { id: imageId(2) }], tags: { latest: imageId(1) } },
  2: {},
  3: { schema2_data: [digest(2), 'latest'] },
  4: {
    schema2_data: [digest(2), 'single'],
    manifest_list_data: [digest(3), 'latest'],
    manifest_list_amd64_tags: { latest: [digest(2), 2] },
  },
  5: {
    schema2_data: [digest(2), 'single'],
    manifest_list_data: [digest(3), 'latest'],
    manifest_list_amd64_tags: { latest: [digest(2), 2] },
    schema1_data: [digest(1), 'latest', 'old'],
  },
};

export const createDocument = (version: Version, changes: Document = {}): Document => ({
  type: 'pulp-docker-redirect',
  version,
  repository: 'Demo-Hello.1',
  'repo-registry-id': 'demo/hello',
  url: 'https://static.example.com/demo-hello/',
  protected: false,
  ...CONTENT[version],
  ...changes,
});

/** The document without some of its keys. */
export const omit = (document: Document, ...keys: string[]): Document =>
  Object.fromEntries(Object.entries(document).filter(([key]) => !keys.includes(key)));

export const FILE = '/var/lib/app/demo.json';

/** Every test compares the two ways to read a file. */
export function parseText(text: string): ParsedRedirectFile {
  const parsed = parseRedirectFile(text, FILE);
  expectSameWhenPlain(text, parsed);
  return parsed;
}

export const parse = (document: unknown): ParsedRedirectFile => parseText(JSON.stringify(document));

/** The repository of a document that must be accepted. */
export function parseRepository(document: unknown): Repository {
  const parsed = parse(document);
  if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
  return parsed.repository;
}

/** The problems of a document that must be refused, as `/pointer: message`. */
export function findProblems(text: string): string[] {
  const parsed = parseText(text);
  if (parsed.kind === 'parsed') throw new Error(`accepted: ${text}`);
  return parsed.problems.map((problem) => describeInFile(problem));
}

function describeInFile({ file, pointer, message, severity }: Problem): string {
  if (file !== FILE || severity !== 'error') throw new Error(`${severity} of ${file}`);
  return `${pointer}: ${message}`;
}
