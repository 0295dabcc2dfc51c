/**
 * Keeps the bytes of everything published, each once, where Pulp keeps its units:
 *     <root>/content/units/<type>/<2 hex>/<62 hex>/<file name>
 * Published trees hold nothing but symlinks into it. A unit appears complete or not at all. Touches the disk.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256Hex } from './digest';

export type UnitType = 'docker_blob' | 'docker_manifest' | 'docker_manifest_list' | 'docker_image';

export class ContentStore {
  constructor(private readonly root: string) {}

  /** Returns the path of the unit's file. */
  async keep(type: UnitType, key: string, fileName: string, bytes: Buffer | string): Promise<string> {
    const hex = sha256Hex(key);
    const path = join(this.root, 'content', 'units', type, hex.slice(0, 2), hex.slice(2), fileName);
    if (existsSync(path)) return path;
    await mkdir(dirname(path), { recursive: true });
    const unfinished = `${path}.${randomUUID()}`;
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
    return path;
  }
}
