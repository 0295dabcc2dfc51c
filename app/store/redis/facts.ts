/**
 * The facts of a repository as text: what a lookup brings besides one reference. The name is in the key, and not in the text.
 *
 *     {"layout":"forms","publisherId":"x","storageUrl":{"prefix":"https://…/","suffix":""},"isProtected":false,"version":5,
 *      "listsSchema1":true,"references":{"tagCount":3,"isEmpty":false}}
 *
 * Pure.
 */
import type { AnyFacts } from '../../redirects/repository';

export function printFacts(facts: AnyFacts): string {
  const { publisherId, storageUrl, isProtected, version } = facts;
  const common = { layout: facts.layout, publisherId, storageUrl, isProtected, version };
  if (facts.layout === 'flat') return JSON.stringify(common);
  const { tagCount, isEmpty } = facts.references;
  const references = { tagCount, isEmpty };
  return JSON.stringify(
    facts.layout === 'forms' ? { ...common, listsSchema1: facts.listsSchema1, references } : { ...common, references },
  );
}

/** `text`: as printed above, by the writer of the index and nobody else. */
export const readFacts = (name: string, text: string): AnyFacts =>
  ({ name, ...(JSON.parse(text) as object) }) as AnyFacts;
