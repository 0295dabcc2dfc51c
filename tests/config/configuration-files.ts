/** A directory for configuration files, and loading from it without the machine's own /etc/crane.conf. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Config } from '../../app/config/config';
import { loadConfig, type Loaded, type Sources } from '../../app/config/load-config';

export class ConfigurationFiles {
  readonly directory = mkdtempSync(join(tmpdir(), 'davit-config-'));

  write(text: string, name = 'crane.conf'): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  load({ flags = {}, environment = {}, ...rest }: Partial<Sources> = {}): Loaded {
    return loadConfig({ flags, environment, systemFile: join(this.directory, 'none.conf'), ...rest });
  }

  loadText(text: string): Loaded {
    return this.load({ flags: { config: this.write(text) } });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

/** The configuration of what loaded without a mistake or a warning. */
export function expectConfig(loaded: Loaded): Config {
  expect(loaded).toEqual({ config: expect.anything() as unknown, warnings: [] });
  return (loaded as { config: Config }).config;
}

export const mistakesOf = (loaded: Loaded): string[] => ('mistakes' in loaded ? loaded.mistakes : []);
