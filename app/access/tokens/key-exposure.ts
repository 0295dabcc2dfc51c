/** Whether others than its owner may use the file of a private key, by its mode. Reads the mode, never the file. */
import { stat } from 'node:fs/promises';

const OTHERS = 0o077;

/** A warning that completes "the file …"; undefined: none. The file must be there. */
export async function findExposure(path: string): Promise<string | undefined> {
  const mode = (await stat(path)).mode & 0o777;
  if ((mode & OTHERS) === 0) return undefined;
  return `is a private key that others may use: its mode is ${mode.toString(8).padStart(4, '0')}, and 0600 is enough`;
}
