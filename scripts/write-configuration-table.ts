/**
 * Writes the tables of keys in docs/configuration.md from the table in app/config/keys.ts, between two marks:
 *     <!-- keys: begin -->
 *     <!-- keys: end -->
 * The rest of the document is written by hand. tests/config/documentation.test.ts fails when the two differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { renderTable } from './lab/markdown-table';
import { environmentNameOf, type Key } from '../app/config/key';
import { allKeys } from '../app/config/keys';

const flagNames = { dataDir: '`--data-dir`', listen: '`--listen`', workers: '`--workers`' };

const header = ['Key', 'Environment', 'Value', 'Default', 'What it does'];

function renderRow(key: Key<unknown>): string[] {
  const unit = key.unit === undefined ? '' : ` ${key.unit}`;
  const flag = key.flag === undefined ? '' : ` Command line: ${flagNames[key.flag]}.`;
  return [
    `\`${key.name}\``,
    `\`${environmentNameOf(key)}\``,
    key.kind.form,
    key.default === '' ? 'empty' : `\`${key.default}\`${unit}`,
    key.documentation + flag,
  ];
}

export function renderTables(keys: readonly Key<unknown>[]): string {
  const sections = [...new Set(keys.map(({ section }) => section))];
  return sections
    .map((section) => {
      const rows = keys.filter((key) => key.section === section).map(renderRow);
      return `### [${section}]\n\n${renderTable([header, ...rows])}`;
    })
    .join('\n\n');
}

/** The document with its tables renewed; throws when a mark is missing. */
export function renewTables(document: string): string {
  const marked = /(?<=<!-- keys: begin -->)[^]*(?=<!-- keys: end -->)/;
  if (!marked.test(document)) throw new Error('the marks <!-- keys: begin --> and <!-- keys: end --> are missing');
  return document.replace(marked, () => `\n\n${renderTables(allKeys)}\n\n`);
}

if (require.main === module) {
  const path = 'docs/configuration.md';
  writeFileSync(path, renewTables(readFileSync(path, 'utf8')));
}
