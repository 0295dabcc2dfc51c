/**
 * Chooses and reads the configuration file: the one named by --config, else by CRANE_CONFIG_PATH, else /etc/crane.conf if it
 * exists. A file that was named must be there; an empty CRANE_CONFIG_PATH names none, as with Crane.
 */
import { readFileSync } from 'node:fs';

import { parseIni, type Ini } from './ini';

export interface LoadedFile {
  /** Undefined when there is none: defaults. */
  path?: string;
  ini: Ini;
  mistakes: string[];
}

interface Choice {
  path: string;
  /** Who named the file; undefined: nobody, so it may be missing. */
  namedBy?: string;
}

const noIni: Ini = { defaults: new Map(), sections: new Map() };

export function chooseFile(named: string | undefined, environmentPath: string | undefined, systemFile: string): Choice {
  if (named !== undefined) return { path: named, namedBy: '--config' };
  if (environmentPath) return { path: environmentPath, namedBy: 'environment CRANE_CONFIG_PATH' };
  return { path: systemFile };
}

export function loadFile({ path, namedBy }: Choice): LoadedFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && namedBy === undefined) return { ini: noIni, mistakes: [] };
    const reason = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${String(code)})`;
    return { path, ini: noIni, mistakes: [`${path}${namedBy === undefined ? '' : ` (${namedBy})`}: ${reason}`] };
  }
  const { ini, problems } = parseIni(text);
  return { path, ini, mistakes: problems.map(({ line, message }) => `${path}:${line}: ${message}`) };
}
