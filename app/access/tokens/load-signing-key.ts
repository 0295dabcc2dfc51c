/**
 * Reads the signing key from its file, and makes the file when there is none yet.
 *
 * Several processes may start at once and must sign by one key: each writes a file of its own and gives it the right
 * name by link(2), which fails where the name is taken; then all of them read what stands under the name. What goes
 * wrong is thrown: without its key, a token service cannot work.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generateSigningKeyPem, parseSigningKey, type SigningKey } from './signing-key';

export async function loadOrCreateSigningKey(path: string): Promise<SigningKey> {
  let pem: string;
  try {
    pem = (await readIfThere(path)) ?? (await createFile(path));
  } catch (error) {
    throw new Error(`the signing key ${path} can be neither read nor created`, { cause: error });
  }
  const parsed = parseSigningKey(pem);
  if (parsed.kind === 'refused') throw new Error(`the signing key ${path} ${parsed.mistake}`);
  return parsed.key;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** What stands in the file afterwards, whoever made it. */
async function createFile(path: string): Promise<string> {
  await makeDirectory(dirname(path));
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeDurably(draft, generateSigningKeyPem());
    await link(draft, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path, 'utf8');
}

/**
 * With all above it, one by one: mkdir's own way (`recursive`) never ends, and takes a whole processor, where the system
 * says of a directory that cannot be made that it is missing, as in /proc.
 */
async function makeDirectory(path: string): Promise<void> {
  try {
    await makeOneDirectory(path);
  } catch {
    // Mostly because the one above is missing; if not, the second attempt says why.
    await makeDirectory(dirname(path));
    await makeOneDirectory(path);
  }
}

const makeOneDirectory = (path: string): Promise<void> =>
  mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error;
  });

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;
