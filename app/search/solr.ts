/**
 * What Solr is asked and what its answer means.
 *
 *     {"response": {"docs": [
 *       {"allTitle": "demo/hello", "ir_description": "…", "ir_automated": true, "ir_official": true, "ir_stars": 7,
 *        "documentKind": "ImageRepository"},
 *       {"documentKind": "CertifiedSoftware", "publishedAbstract": "…", "c_pull_command": ["docker pull registry.example.com/x"]}]}}
 *
 * All keys but the name are optional. An ImageRepository is one of ours, shown to those who may pull it; CertifiedSoftware lives in
 * another registry and stands for each of its pull commands. Documents without a name are left out. Source: Crane 3.3. Pure.
 */
import type { SearchResult } from './search-result';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** The template is a Python format string with one argument: `{0}`, and doubled braces for braces. */
export function createSolrUrl(template: string, query: string): string {
  // A half of a surrogate pair cannot be encoded, and a client can send one.
  const words = encodeURIComponent(Buffer.from(query).toString());
  return template.replace(/\{\{|\}\}|\{0\}/g, (braces) => (braces === '{0}' ? words : braces.charAt(0)));
}

/** Undefined when the body is not what Solr sends. */
export function parseSolrAnswer(body: Buffer): SearchResult[] | undefined {
  const docs = findDocs(body.toString());
  return docs?.filter(isFields).flatMap(readDoc);
}

function findDocs(text: string): unknown[] | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  const response = isFields(answer) ? answer['response'] : undefined;
  const docs = isFields(response) ? response['docs'] : undefined;
  return Array.isArray(docs) ? docs : undefined;
}

function readDoc(doc: Fields): SearchResult[] {
  const kind = doc['documentKind'];
  const stars = doc['ir_stars'];
  const shared = {
    description: [doc['ir_description'], doc['publishedAbstract']].find((text) => typeof text === 'string') ?? '',
    isTrusted: doc['ir_automated'] === true,
    isOfficial: doc['ir_official'] === true,
    // docker decodes an integer and gives up on anything else.
    starCount: typeof stars === 'number' ? Math.trunc(stars) : 0,
    isFiltered: kind === 'ImageRepository',
  };
  const names = kind === 'CertifiedSoftware' ? listPulled(doc['c_pull_command']) : [doc['allTitle']];
  return names
    .filter((name): name is string => typeof name === 'string' && name !== '')
    .map((name) => ({ name, ...shared }));
}

function listPulled(commands: unknown): unknown[] {
  return [commands]
    .flat()
    .map((command) => (typeof command === 'string' ? command.replace(/^\s*docker\s+pull\b/, '').trim() : undefined));
}
