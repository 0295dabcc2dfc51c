/**
 * Writes the table of cases in docs/manifest-decision.md from docs/manifest-decision.cases.json, between two marks:
 *     <!-- cases: begin -->
 *     <!-- cases: end -->
 * The rules above it are written by hand. tests/decide/manifest-decision.test.ts fails when the two differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type DecisionCases, readDecisionCases } from './lab/decision-cases';
import { renderTable } from './lab/markdown-table';

const header = ['Redirect files', 'Asked for', 'Accept', 'Client', 'Row', 'Answer'];

/** A digest by what it is; the cases use one letter repeated for each. */
const DIGESTS: Record<string, string> = {
  a: '<list>',
  b: '<schema 2>',
  c: '<schema 1>',
  d: '<amd64, schema 2>',
  e: '<amd64, schema 1>',
  '0': '<unlisted>',
};

const shorten = (text: string): string =>
  text.replace(/sha256:([0-9a-f])\1{63}/g, (_digest, digit: string) => `sha256:${DIGESTS[digit] ?? digit}`);

export function renderCases({ cases }: DecisionCases): string {
  const rows = cases.map(({ files, reference, accept, client, rule, answer }) => [
    files.length === 0 ? 'none' : files.join(' + '),
    `\`${shorten(reference)}\``,
    accept === 'nothing' ? accept : `\`${accept}\``,
    client?.split(' ')[0] ?? '',
    rule,
    answer === '404' ? '404 MANIFEST_UNKNOWN' : `302 \`${shorten(answer)}\``,
  ]);
  return renderTable([header, ...rows]);
}

/** The document with its table renewed; throws when a mark is missing. */
export function renewCases(document: string, cases: DecisionCases): string {
  const marked = /(?<=<!-- cases: begin -->)[^]*(?=<!-- cases: end -->)/;
  if (!marked.test(document)) throw new Error('the marks <!-- cases: begin --> and <!-- cases: end --> are missing');
  return document.replace(marked, () => `\n\n${renderCases(cases)}\n\n`);
}

if (require.main === module) {
  const path = 'docs/manifest-decision.md';
  writeFileSync(path, renewCases(readFileSync(path, 'utf8'), readDecisionCases('.')));
}
