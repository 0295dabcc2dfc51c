/**
 * Puts the results into docs/performance.md, between two marks:
 *     <!-- results: begin -->
 *     <!-- results: end -->
 * The rest of the document is written by hand. Pure.
 */
export function renewResults(document: string, report: string): string {
  const marked = /(?<=<!-- results: begin -->)[^]*(?=<!-- results: end -->)/;
  if (!marked.test(document))
    throw new Error('the marks <!-- results: begin --> and <!-- results: end --> are missing');
  return document.replace(marked, () => `\n\n${report}\n\n`);
}
