/** docs/access-control.md against the program: its configuration loads, and its access control lists are accepted. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAcl } from '../app/access/policy/acl';
import { ConfigurationFiles } from './config/configuration-files';

const document = readFileSync(join(__dirname, '../docs/access-control.md'), 'utf8');

/** All blocks in a language, those in lists too, each under its first line. */
const blocksIn = (language: string): [string, string][] =>
  [...document.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm'))].map(
    ([, indentation = '', block = '']) => {
      const text = block.replaceAll(new RegExp(`^${indentation}`, 'gm'), '');
      return [`${text.split('\n')[0]} … (${text.length} characters)`, text];
    },
  );

const isAcl = (text: string): boolean => 'rules' in (JSON.parse(text) as object);

const configurations = blocksIn('ini');
const lists = blocksIn('json').filter(([, text]) => isAcl(text));

describe('docs/access-control.md', () => {
  const files = new ConfigurationFiles();
  afterAll(() => files.remove());

  it('shows configuration and access control lists for three setups and more', () => {
    expect(configurations.length).toBeGreaterThanOrEqual(3);
    expect(lists.length).toBeGreaterThanOrEqual(4);
  });

  it.each(configurations)('%s loads without a warning', (_name, text) => {
    expect(files.loadText(text)).toMatchObject({ config: { auth: {} }, warnings: [] });
  });

  it.each(lists)('%s is an access control list', (_name, text) => {
    expect(parseAcl(text)).toMatchObject({ kind: 'parsed' });
  });
});
