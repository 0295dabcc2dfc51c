/** Finds headers in the lines as they came, names and values by turns: node's `rawHeaders`. Pure. */

/** Makes a small letter of a capital one. */
const SMALL = 0x20;

/**
 * Where the value stands; negative: nowhere. `name`: as most clients write it. `from`: the place of a name, or one behind a value.
 */
export function nextLine(lines: readonly string[], name: string, from: number): number {
  const first = name.charCodeAt(0) | SMALL;
  for (let at = from; at < lines.length; at += 2) {
    const written = lines[at] as string;
    // Most names differ in this already; to be compared without case, they would be copied.
    if (written.length !== name.length || (written.charCodeAt(0) | SMALL) !== first) continue;
    if (written === name || written.toLowerCase() === name.toLowerCase()) return at + 1;
  }
  return -1;
}

/** The value of the first such line. */
export function findLine(lines: readonly string[], name: string): string | undefined {
  const at = nextLine(lines, name, 0);
  // What is at -1, V8 would look for as a property of that name, slowly.
  return at < 0 ? undefined : lines[at];
}
