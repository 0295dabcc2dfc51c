/**
 * Under which names a search result may be served here. Appliances know images by whatever was put into them:
 *     registry.example.com:5000/library/hello:1.0@sha256:…   →   hello, library/hello, registry.example.com:5000/hello …
 * Pure.
 */
export function namesOfResult(text: string): string[] {
  const plain = text.replace(/@.*$/s, '').replace(/:[^:/]*$/, '');
  const slash = plain.indexOf('/');
  const first = plain.slice(0, Math.max(slash, 0));
  const withoutHost = /[.:]|^localhost$/.test(first) ? [plain.slice(slash + 1)] : [];
  const names = [text, plain, ...withoutHost];
  const short = names.filter((name) => name.startsWith('library/')).map((name) => name.slice('library/'.length));
  return [...new Set([...names, ...short])];
}
