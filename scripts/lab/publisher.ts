/**
 * Publishes repositories the way Pulp 2 does, step by step, so that a watcher sees the same events:
 *     <root>/published/docker/<v1|v2>/master/<id>/<timestamp>/     the tree, with <id>.json in it
 *                                     web/<id>       -> master/<id>/<timestamp>       (v1: …/web)
 *                                     app/<id>.json  -> master/<id>/<timestamp>/<id>.json
 * The tree is built elsewhere and renamed into master; then both links are swapped, web first, the redirect file last;
 * then older timestamps are removed. The order `racy` is that of pulp_docker 2.0.0 to 3.1.1 (Pulp's bug #3357): the
 * link is swapped while the redirect file does not exist yet, which is then written through the link.
 * Absolute links throughout. Touches the disk; a hook that throws leaves what a killed publisher leaves.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ContentStore } from './content-store';
import { sha256Hex } from './digest';
import { printV1File, printV2File, type Publication } from './redirect-file';
import { buildV1Tree, buildV2Tree } from './static-tree';

export type { Publication } from './redirect-file';

export type Api = 'v1' | 'v2';

/** Where the publication of the v2 part can be looked at, or stopped. */
export type Step =
  | 'before-master'
  | 'before-web'
  | 'before-app'
  | 'before-app-rename'
  | 'before-cleanup'
  | 'racy-before-write'
  | 'racy-open'
  | 'racy-half';

export type UnpublishStep = 'before-web-unlink' | 'before-app-unlink';

type Hook<S> = (step: S) => void | Promise<void>;

const doNothing = (): void => undefined;

export class Publisher {
  /** `<root>/published/docker`, holds v1/{app,web,master} and v2/{app,web,master}. */
  readonly published: string;
  private readonly root: string;
  private readonly store: ContentStore;
  private readonly storageUrl: (api: Api, id: string) => string;
  private lastTimestamp = 0;

  constructor(root: string, options: { storageUrl?: (api: Api, id: string) => string } = {}) {
    this.root = resolve(root);
    this.published = join(this.root, 'published', 'docker');
    this.store = new ContentStore(this.root);
    this.storageUrl = options.storageUrl ?? ((api, id) => `https://static.example.com/pulp/docker/${api}/${id}/`);
  }

  /** `only` leaves the other part as it is: old Pulp published v1 alone. */
  async publish(
    publication: Publication,
    options: { order?: 'modern' | 'racy'; atStep?: Hook<Step>; only?: Api } = {},
  ): Promise<void> {
    const { order = 'modern', atStep = doNothing, only } = options;
    if (publication.v1 && only !== 'v2') await this.publishV1(publication);
    if (only !== 'v1') await this.publishV2(publication, order, atStep);
  }

  /** The targets vanish first, then the links: for a moment they dangle. */
  async unpublish(id: string, options: { atStep?: Hook<UnpublishStep> } = {}): Promise<void> {
    const { atStep = doNothing } = options;
    const apis = ['v1', 'v2'] as const;
    for (const api of apis) await rm(this.masterOf(api, id), { recursive: true, force: true });
    await atStep('before-web-unlink');
    for (const api of apis) await rm(this.webOf(api, id), { force: true });
    await atStep('before-app-unlink');
    for (const api of apis) await rm(this.redirectFile(api, id), { force: true });
  }

  /** The path under app/: a link to the file in master. */
  redirectFile(api: Api, id: string): string {
    return join(this.published, api, 'app', `${id}.json`);
  }

  /** The path under web/: a link to the static tree in master. */
  webOf(api: Api, id: string): string {
    return join(this.published, api, 'web', id);
  }

  /** The directory of timestamps. */
  masterOf(api: Api, id: string): string {
    return join(this.published, api, 'master', id);
  }

  private async publishV1(publication: Publication): Promise<void> {
    const { id, url } = publication;
    const tree = await this.createWorkingDirectory(id);
    await buildV1Tree(publication, tree, this.store);
    await writeFile(join(tree, `${id}.json`), printV1File(publication, url ?? this.storageUrl('v1', id)));
    await this.swap('v1', id, tree, doNothing);
  }

  private async publishV2(publication: Publication, order: 'modern' | 'racy', atStep: Hook<Step>): Promise<void> {
    const { id, url } = publication;
    const text = printV2File(publication, url ?? this.storageUrl('v2', id));
    const tree = await this.createWorkingDirectory(id);
    await buildV2Tree(publication, tree, this.store);
    if (order === 'modern') await writeFile(join(tree, `${id}.json`), text);
    await this.swap('v2', id, tree, atStep);
    if (order === 'racy') await this.writeThroughLink(this.redirectFile('v2', id), Buffer.from(text), atStep);
  }

  private async createWorkingDirectory(id: string): Promise<string> {
    const directory = join(this.root, 'cache', `${id}-${randomUUID()}`);
    await mkdir(directory, { recursive: true });
    return directory;
  }

  private async swap(api: Api, id: string, tree: string, atStep: Hook<Step>): Promise<void> {
    const master = this.masterOf(api, id);
    await mkdir(master, { recursive: true });
    const timestamp = this.createTimestamp(master);
    const target = join(master, timestamp);
    const linkName = sha256Hex(timestamp + id);
    await atStep('before-master');
    await rename(tree, target);

    await atStep('before-web');
    const web = this.webOf(api, id);
    await this.createLink(api === 'v1' ? join(target, 'web') : target, join(dirname(web), linkName));
    await rename(join(dirname(web), linkName), web);

    await atStep('before-app');
    const app = this.redirectFile(api, id);
    await this.createLink(join(target, `${id}.json`), join(dirname(app), linkName));
    await atStep('before-app-rename');
    await rename(join(dirname(app), linkName), app);

    await atStep('before-cleanup');
    for (const entry of await readdir(master)) {
      if (entry !== timestamp) await rm(join(master, entry), { recursive: true, force: true });
    }
  }

  private async createLink(target: string, link: string): Promise<void> {
    await mkdir(dirname(link), { recursive: true });
    await symlink(target, link);
  }

  private async writeThroughLink(link: string, text: Buffer, atStep: Hook<Step>): Promise<void> {
    await atStep('racy-before-write');
    const file = await open(link, 'w');
    try {
      await atStep('racy-open');
      const half = text.length >> 1;
      await file.write(text.subarray(0, half));
      await atStep('racy-half');
      await file.write(text.subarray(half));
    } finally {
      await file.close();
    }
  }

  /** Seconds with two decimals, such as `1497976800.12`; two publications within a hundredth still differ. */
  private createTimestamp(master: string): string {
    const print = (hundredths: number): string => (hundredths / 100).toFixed(2);
    let hundredths = Math.max(Math.floor(Date.now() / 10), this.lastTimestamp + 1);
    while (existsSync(join(master, print(hundredths)))) hundredths++;
    this.lastTimestamp = hundredths;
    return print(hundredths);
  }
}
