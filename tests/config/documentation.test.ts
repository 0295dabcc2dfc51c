/** docs/configuration.md against the program: its tables are generated, and its example is a file that works. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { nameOf } from '../../app/config/key';
import { allKeys } from '../../app/config/keys';
import { renewTables } from '../../scripts/write-configuration-table';
import { ConfigurationFiles } from './configuration-files';

const document = readFileSync(join(__dirname, '../../docs/configuration.md'), 'utf8');

describe('docs/configuration.md', () => {
  it('has the tables of app/config/keys.ts; else run: npm run docs', () => {
    expect(renewTables(document)).toBe(document);
  });

  it('has a row for every key', () => {
    const missing = allKeys.filter(
      ({ section, name }) =>
        !new RegExp(`^### \\[${section}\\]\\n(?:\\n|\\|.*\\n)*\\| \`${name}\` `, 'm').test(document),
    );

    expect(missing.map(nameOf)).toEqual([]);
  });

  it('cannot lose its marks unnoticed', () => {
    expect(() => renewTables('# Configuration\n')).toThrow('marks');
  });

  it('shows an example that loads without a warning', () => {
    const example = /^```ini\n([^]*?)^```$/m.exec(document)?.[1] ?? '';
    const files = new ConfigurationFiles();
    const loaded = files.loadText(example);
    files.remove();

    expect(loaded).toMatchObject({
      config: {
        general: { dataDir: '/var/www/pub/docker/v2/app/', endpoint: 'registry.example.com:443' },
        cdn: { rewrite: { match: 'https://origin.example.com/' }, token: { ttlSeconds: 300 } },
        server: { operators: ['127.0.0.0/8', '::1/128', '10.20.0.0/16'] },
      },
      warnings: [],
    });
  });
});
