/**
 * The cases of the manifest decision, as docs/manifest-decision.cases.json holds them: what is published, what is asked,
 * what must be answered and by which row. They drive the tests and the table in docs/manifest-decision.md.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DecisionCase {
  /** Names of the redirect files that are in service. */
  files: string[];
  /** Tag or digest asked for. */
  reference: string;
  /** Name of an Accept header. */
  accept: string;
  /** User-Agent header. */
  client?: string;
  /** Row of the table of rules. */
  rule: string;
  /** Path below the storage URL, or 404. */
  answer: string;
}

export interface DecisionCases {
  /** Name → Accept header; null: none is sent. */
  accepts: Record<string, string | null>;
  /** Name → redirect file. */
  files: Record<string, { url: string; 'repo-registry-id': string }>;
  cases: DecisionCase[];
}

/** `projectRoot`: where docs/ is. */
export const readDecisionCases = (projectRoot: string): DecisionCases =>
  JSON.parse(readFileSync(join(projectRoot, 'docs/manifest-decision.cases.json'), 'utf8')) as DecisionCases;
