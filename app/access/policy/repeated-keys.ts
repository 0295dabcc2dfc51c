/**
 * Finds keys that stand more than once in one object of a JSON text. `JSON.parse` takes the last of them and says nothing:
 *
 *     { "who": "everyone", "names": "team/**", "access": "none", "access": "pull" }
 *
 * Keys that are written differently but are the same count as the same. Pure.
 */
import { escapePointer } from '../../redirects/redirect-schemas';

interface OpenValue {
  /** JSON pointer to it. */
  pointer: string;
  keys: Set<string>;
  /** The key, or the number of the element, that is being read. */
  at: string | number;
}

/** Of valid JSON: a text that is a key (with its colon) or a value, or what begins, ends and parts values. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")([ \t\n\r]*:)?|[{}[\],]/g;

/** JSON pointers, each once. `text`: valid JSON. */
export function findRepeatedKeys(text: string): string[] {
  const repeated = new Set<string>();
  let innermost: OpenValue = { pointer: '', keys: new Set(), at: '' };
  /** Around the innermost one, the outermost first. */
  const outer: OpenValue[] = [];
  for (const [token, quoted, colon] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      const pointer = outer.length === 0 ? '' : pointerInto(innermost, innermost.at);
      outer.push(innermost);
      innermost = { pointer, keys: new Set(), at: token === '[' ? 0 : '' };
    } else if (token === '}' || token === ']') {
      innermost = outer.pop() as OpenValue;
    } else if (colon !== undefined) {
      const key = JSON.parse(quoted as string) as string;
      innermost.at = key;
      if (innermost.keys.has(key)) repeated.add(pointerInto(innermost, key));
      innermost.keys.add(key);
    } else if (token === ',' && typeof innermost.at === 'number') {
      innermost.at++;
    }
  }
  return [...repeated];
}

const pointerInto = ({ pointer }: OpenValue, at: string | number): string => `${pointer}/${escapePointer(at)}`;
