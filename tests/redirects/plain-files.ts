/** What reading a file from its bytes must have in common with reading its text. */
import { parsePlainFile } from '../../app/redirects/parse-plain-file';
import type { ParsedRedirectFile } from '../../app/redirects/parse-redirect-file';

/** A file that is read from its bytes gives the same; any other is left alone. True: it was read. */
export function expectSameWhenPlain(text: string, parsed: ParsedRedirectFile): boolean {
  const file = parsed.kind === 'refused' ? parsed.problems[0]?.file : parsed.warnings[0]?.file;
  const plain = parsePlainFile(Buffer.from(text), file ?? '');
  if (plain === undefined) return false;
  expect(comparable(plain)).toEqual(comparable(parsed));
  return true;
}

function comparable(parsed: ParsedRedirectFile): unknown {
  if (parsed.kind === 'refused' || parsed.repository.layout === 'flat') return parsed;
  const { references, ...facts } = parsed.repository;
  // JSON.parse puts tags that are numbers in front of the others, so the entries may come in another order.
  const entries = [...references.packedEntries()].map(({ forms, key, value }) =>
    Buffer.concat([Uint8Array.of(forms), key, value]).toString('hex'),
  );
  return {
    ...parsed,
    repository: facts,
    table: { entries: entries.sort(), byteLength: references.byteLength, tags: references.tags() },
  };
}
