/**
 * Before any test: app/redirects/packing.wasm has to be of the sources that are there. jest compiles TypeScript by itself, but not
 * AssemblyScript, and a module that was built before an edit would be tested in place of what was written.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** `redirects`: the folder of packing.wasm. Throws if that is missing, or older than what it is built from. */
export function checkPacking(redirects: string): void {
  const built = join(redirects, 'packing.wasm');
  const builtMs = statSync(built, { throwIfNoEntry: false })?.mtimeMs;
  if (builtMs === undefined) throw new Error(`${built} is missing: run npm run build`);
  const packing = join(redirects, 'packing');
  const sources = [join(redirects, 'table-layout.ts'), ...readdirSync(packing).map((name) => join(packing, name))];
  const edited = sources.find((source) => statSync(source).mtimeMs > builtMs);
  if (edited !== undefined) throw new Error(`${built} is older than ${edited}: run npm run build`);
}
