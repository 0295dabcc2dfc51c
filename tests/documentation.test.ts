/** The documents against the repository: links lead somewhere, the floors are those of app/, flags are those of the program. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { runCli } from '../app/cli/run-cli';

const projectRoot = resolve(__dirname, '..');

function listDocuments(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(directory, path));
}

const documents = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'].map((name) => join(projectRoot, name)),
  ...listDocuments(join(projectRoot, 'docs')),
  ...listDocuments(join(projectRoot, 'metadata')),
];

const readDocument = (path: string): string => readFileSync(path, 'utf8');

const withoutCode = (text: string): string => text.replace(/^```[^]*?^```$/gm, '');

/** Anchors of all headings, as GitHub makes them: lower case, blanks as dashes, punctuation dropped. */
const listAnchors = (path: string): string[] =>
  [...withoutCode(readDocument(path)).matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

function isBroken(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : join(dirname(document), path);
  if (!existsSync(target)) return true;
  return anchor !== undefined && (statSync(target).isDirectory() || !listAnchors(target).includes(anchor));
}

describe('the documents', () => {
  it.each(documents.map((path) => [relative(projectRoot, path), path]))('%s has no broken link', (_name, path) => {
    const links = [...withoutCode(readDocument(path)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => !/^https?:/.test(link) && isBroken(path, link));
    expect(broken).toEqual([]);
  });

  it('name the folders of app/ as the floors, and no others', () => {
    const architecture = readDocument(join(projectRoot, 'docs/architecture.md'));
    const named = [...architecture.matchAll(/^\| \d +\| `app\/(\w+)` /gm)].map(([, folder = '']) => folder);
    const folders = readdirSync(join(projectRoot, 'app'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(named.sort()).toEqual(folders.map(({ name }) => name).sort());
  });

  it('name only flags that the program has', async () => {
    const help = await printHelp();
    const commands = documents.flatMap((path) => [
      ...readDocument(path).matchAll(/\bdavit (serve|index|check|explain)\b[^`\n]*/g),
    ]);
    const unknown = commands.flatMap(([text, command = '']) =>
      [...text.matchAll(/(?<= )--[a-z-]+/g)].map(([flag]) => flag).filter((flag) => !help.get(command)?.includes(flag)),
    );
    expect(commands.length).toBeGreaterThan(5);
    expect(unknown).toEqual([]);
  });
});

/** Command → its help. */
async function printHelp(): Promise<Map<string, string>> {
  const help = new Map<string, string>();
  for (const command of ['serve', 'index', 'check', 'explain']) {
    const lines: string[] = [];
    const take = (line: string): number => lines.push(line);
    await runCli([command, '--help'], {
      environment: {},
      print: take,
      complain: take,
      isTerminal: false,
      version: '',
      beginServing: () => undefined,
    });
    help.set(command, lines.join('\n'));
  }
  return help;
}
