/** Repositories whose every version has answers of its own, and the answers that they must get. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redirectText } from '../load/loading';
import type { Service } from '../support/service';
import { Published } from './published';

export const NAMES = Array.from({ length: 8 }, (_, number) => `demo/repository-${number}`);

/** What nobody publishes: 404 all the time. */
const UNKNOWN = '/v2/demo/unknown/tags/list';
const UNKNOWN_ANSWER =
  '404 {"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry","detail":{"Name":"demo/unknown"}}]}';

export class Site {
  readonly published = new Published();
  readonly #versions = new Map<string, number>();

  /** Publishes everything once. `dataDir`: where to; another one is another machine, of whose files a test sees to the rest. */
  constructor(public dataDir: string) {
    mkdirSync(dataDir, { recursive: true });
    this.published.note(UNKNOWN, UNKNOWN_ANSWER);
    for (const name of NAMES) this.publish(name);
  }

  /** A new version in the place of the last one, at once. */
  publish(name: string): void {
    this.put(name, this.next(name));
  }

  /** The text of a new version, which counts as published from now on. */
  next(name: string): string {
    const version = (this.#versions.get(name) ?? 0) + 1;
    this.#versions.set(name, version);
    const url = `https://static.example.com/${name}/${version}/`;
    noteAnswers(this.published, name, { url, tags: ['latest', `version-${version}`] });
    return this.text(name);
  }

  /** The text of the last version. */
  text(name: string): string {
    const version = this.#versions.get(name) ?? 0;
    const url = `https://static.example.com/${name}/${version}/`;
    return redirectText(name, ['latest', `version-${version}`], { url });
  }

  put(name: string, text: string): void {
    const file = this.file(name);
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }

  /** At once for who watches: while they are removed, it is stopped. Else a part might be gone for so long that it counts as unpublished. */
  removeAll({ signal }: Pick<Service, 'signal'>): void {
    signal('SIGSTOP');
    for (const name of NAMES) rmSync(this.file(name));
    signal('SIGCONT');
  }

  file(name: string): string {
    return join(this.dataDir, `${name.replaceAll('/', '-')}.json`);
  }
}

/** What is answered for a repository with these schema 2 tags, `latest` first. */
export function noteAnswers(published: Published, name: string, { url, tags }: { url: string; tags: string[] }): void {
  published.note(`/v2/${name}/manifests/latest`, `302 ${url}manifests/2/latest`);
  published.note(`/v2/${name}/tags/list`, `200 ${JSON.stringify({ name, tags })}`);
}
