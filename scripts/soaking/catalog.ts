/**
 * Judges pages of the catalog: every name that is always there, in order, between them those that come and go, which may be
 * missing or present for as long as their history leaves it open. Pure.
 */
import type { Client } from './clients';
import type { Answer } from './expected';
import type { Span } from './history';
import { listPossible } from './history';
import type { Question, Subject } from './questions';

export interface CatalogNames {
  /** Always there, in byte order. */
  lasting: string[];
  /** Came at some time, and may have gone. */
  passing: () => Subject[];
}

export interface Page {
  /** Only names behind this one; empty: from the beginning. */
  last: string;
  most: number;
}

export function askCatalog(names: CatalogNames, page: Page, { headers }: Client): Question {
  const query = page.last === '' ? `n=${page.most}` : `n=${page.most}&last=${encodeURIComponent(page.last)}`;
  return {
    method: 'GET',
    path: `/v2/_catalog?${query}`,
    headers,
    judge: (answer, span) => (isPage(answer, names, page, span) ? 'right' : 'wrong'),
  };
}

function isPage({ status, body }: Answer, { lasting, passing }: CatalogNames, page: Page, span: Span): boolean {
  const listed = status === 200 ? readNames(body) : undefined;
  if (!listed || listed.length > page.most) return false;
  const end = listed.length === page.most ? listed.at(-1) : undefined;
  const isInPage = (name: string): boolean => name > page.last && (end === undefined || name <= end);
  const shown = new Set(listed);
  const expected = lasting.filter(isInPage);
  for (const { name, history } of passing().filter((subject) => isInPage(subject.name))) {
    const isShown = shown.has(name);
    if (!listPossible(history, span).some(({ published }) => (published !== undefined) === isShown)) return false;
    if (isShown) expected.push(name);
  }
  expected.sort();
  return expected.length === listed.length && expected.every((name, at) => name === listed[at]);
}

function readNames(body: string): string[] | undefined {
  try {
    return (JSON.parse(body) as { repositories: string[] }).repositories;
  } catch {
    return undefined;
  }
}
