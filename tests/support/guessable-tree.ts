/**
 * A small published tree whose tags look like file names, so that a web server that guesses guesses wrong.
 * The content of each file is its own path below `published`; only the media types and names matter here.
 */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const guessableTags = [
  ...['latest', '1.0', 'latest.json', 'a.gz', 'b.php', 'c.html', 'd.var', 'e.de', 'f.cgi', 'a.html.gz'],
];

/** Also a tag, of a manifest and of a blob. */
export const digest = `sha256:${'a'.repeat(64)}`;

export interface Tree {
  published: string;
  content: string;
}

/** The repository `r` in v1 and v2, below `folder`. */
export async function createGuessableTree(folder: string): Promise<Tree> {
  const tree: Tree = { published: join(folder, 'published'), content: join(folder, 'content') };
  const v2Files = [
    ...guessableTags.map((tag) => `manifests/2/${tag}`),
    ...[`manifests/2/${digest}`, 'manifests/list/latest', 'manifests/1/1.0', `blobs/${digest}`, 'tags/list'],
  ];
  for (const file of v2Files) await publishFile(tree, `v2/master/r/1/${file}`);
  for (const file of ['ancestry', 'json', 'layer']) await publishFile(tree, `v1/master/r/1/web/abc/${file}`);
  for (const api of ['v1', 'v2']) await mkdir(join(tree.published, api, 'web'));
  await symlink(join(tree.published, 'v2/master/r/1'), join(tree.published, 'v2/web/r'));
  await symlink(join(tree.published, 'v1/master/r/1/web'), join(tree.published, 'v1/web/r'));
  return tree;
}

async function publishFile({ published, content }: Tree, path: string): Promise<void> {
  const stored = join(content, path.replaceAll('/', '_'));
  await mkdir(dirname(stored), { recursive: true });
  await writeFile(stored, path);
  await mkdir(dirname(join(published, path)), { recursive: true });
  await symlink(stored, join(published, path));
}
