/**
 * The floors of the house: which folder may import which, and which npm packages it may use.
 * A folder under app/ that is not listed here fails, as does an import that goes up or sideways.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

interface Floor {
  /** Folders (beside its own) that this one may import. */
  imports: string[];
  /** npm packages that this folder may use. */
  packages: string[];
}

const below = (...folders: string[]): string[] => folders;
const everything = below(
  ...['registry', 'config', 'observe', 'redirects', 'search', 'decide', 'access', 'store', 'load', 'http'],
);

const floors: Record<string, Floor> = {
  registry: { imports: [], packages: [] },
  config: { imports: [], packages: [] },
  observe: { imports: [], packages: ['winston', 'prom-client'] },
  redirects: { imports: below('registry'), packages: ['ajv'] },
  search: { imports: below('config'), packages: ['fast-xml-parser'] },
  decide: { imports: below('registry', 'redirects'), packages: [] },
  access: {
    imports: below('registry', 'redirects'),
    packages: [
      '@peculiar/asn1-schema',
      '@peculiar/asn1-x509',
      'ajv',
      'apache-md5',
      'bcryptjs',
      'jose',
      'lru-cache',
      'piscina',
    ],
  },
  store: { imports: below('redirects'), packages: ['ioredis', 'lru-cache'] },
  load: { imports: below('redirects', 'store', 'observe'), packages: ['chokidar'] },
  http: { imports: everything.filter((folder) => folder !== 'http'), packages: ['express', 'send'] },
  cli: { imports: everything, packages: ['cli-progress', 'commander'] },
  '.': { imports: [...everything, 'cli'], packages: [] },
};

const appDirectory = resolve(__dirname, '../app');

function listSources(directory: string): string[] {
  return readdirSync(directory).flatMap((entry) => {
    const path = join(directory, entry);
    if (statSync(path).isDirectory()) return listSources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

const folderOf = (file: string): string => dirname(relative(appDirectory, file)).split('/')[0] ?? '.';

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import|require\(|import\()\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  );

const sources = listSources(appDirectory);

const nameOf = (file: string): string => relative(appDirectory, file);

function violationsOf(file: string): string[] {
  const folder = folderOf(file);
  const floor = floors[folder];
  if (!floor) return [`${folder}/ has no floor`];
  return importsOf(file).flatMap((specifier) => {
    if (specifier.startsWith('.')) {
      const target = folderOf(resolve(dirname(file), specifier.endsWith('.json') ? specifier : `${specifier}.ts`));
      return target === folder || floor.imports.includes(target) ? [] : [`imports ${specifier}`];
    }
    if (specifier.startsWith('node:')) return [];
    if (builtinModules.includes(specifier)) return [`imports ${specifier} without node:`];
    return floor.packages.includes(
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    )
      ? []
      : [`uses the package ${specifier}`];
  });
}

describe('floors', () => {
  it.each(sources.map((file) => [nameOf(file), file]))('%s imports only downwards', (_name, file) => {
    expect(violationsOf(file)).toEqual([]);
  });

  it.each(sources.map((file) => [nameOf(file), file]))('%s is at most 250 lines', (_name, file) => {
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThanOrEqual(250);
  });

  it('only main.ts reads process.env and process.argv', () => {
    const readers = sources.filter((file) => /process\.(env|argv)/.test(readFileSync(file, 'utf8')));
    expect(readers.map(nameOf)).toEqual(['main.ts']);
  });

  it('no folder imports itself in a circle', () => {
    const graph = new Map(
      sources.map((file) => [
        file,
        importsOf(file)
          .filter((specifier) => specifier.startsWith('.') && !specifier.endsWith('.json'))
          .map((specifier) => `${resolve(dirname(file), specifier)}.ts`),
      ]),
    );
    const circles = new Set<string>();
    const finished = new Set<string>();
    const visit = (file: string, trail: string[]): void => {
      if (trail.includes(file)) circles.add([...trail.slice(trail.indexOf(file)), file].map(nameOf).join(' -> '));
      else if (!finished.has(file)) for (const target of graph.get(file) ?? []) visit(target, [...trail, file]);
      finished.add(file);
    };
    for (const file of sources) visit(file, []);
    expect([...circles]).toEqual([]);
  });
});
