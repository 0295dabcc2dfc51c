/** Finds the configuration of a command, or says every mistake in it. */
import type { Config } from '../config/config';
import { loadConfig } from '../config/load-config';
import type { Io } from './io';

export interface ConfigFlags {
  config?: string;
  dataDir?: string;
  listen?: string;
  workers?: string;
}

export interface FoundConfig {
  config: Config;
  warnings: string[];
}

/** Undefined: mistakes, and they have been told. */
export function readConfig(flags: ConfigFlags, io: Io): FoundConfig | undefined {
  const loaded = loadConfig({ flags, environment: io.environment });
  if (!('mistakes' in loaded)) return loaded;
  tellMistakes(loaded.mistakes, io);
  return undefined;
}

export function tellMistakes(mistakes: string[], { complain }: Io): void {
  for (const mistake of mistakes) complain(`davit: configuration: ${mistake}`);
}
