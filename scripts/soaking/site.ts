/** What the soak publishes: repositories that last and get new editions, and others that come and go. Touches the disk. */
import { nameOf } from '../bench/data-sets';
import type { Publication } from '../lab/redirect-file';
import { Publisher } from '../lab/publisher';
import type { Kind } from './contents';
import { buildTag, createEdition, createPassing, describeContents, kindOf, storageUrlOf } from './contents';
import type { CatalogNames } from './catalog';
import type { Edition } from './history';
import { announce, createHistory } from './history';
import type { Subject } from './questions';

export interface Lasting extends Subject {
  number: number;
  kind: Kind;
  edition: number;
}

/** A publication, or a removal. */
export interface Change {
  what: string;
  subject: Subject;
  edition: Edition;
  /** Tags that came or went with it. */
  tags: string[];
}

export interface Site {
  /** As `data_dir`. */
  dataDir: string;
  lasting: Lasting[];
  catalog: CatalogNames;
  /** All since the first editions, oldest first; one that is under way is the last. */
  changes: Change[];
  republish: (repository: Lasting) => Promise<void>;
  publishPassing: () => Promise<void>;
  unpublishPassing: () => Promise<void>;
}

/** Publications that are under way at a time, in the beginning. */
const AT_ONCE = 16;
/** Names that have gone for so long are not thought of any more. */
const FORGET_AFTER_MS = 60_000;

export async function createSite(directory: string, repositories: number): Promise<Site> {
  const publisher = new Publisher(directory, { storageUrl: storageUrlOf });
  const lasting: Lasting[] = [];
  for (let first = 0; first < repositories; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, repositories - first) }, (_, at) => first + at);
    lasting.push(...(await Promise.all(numbers.map((number) => publishFirst(publisher, number)))));
  }

  const changes: Change[] = [];
  let passed = 0;
  let present: { subject: Subject; id: string } | undefined;
  let passing: Subject[] = [];

  const change = async (
    what: string,
    subject: Subject,
    next: { published: Edition['published']; tags: string[] },
    work: () => Promise<void>,
  ): Promise<void> => {
    const edition = announce(subject.history, next.published, performance.now());
    changes.push({ what, subject, edition, tags: next.tags });
    await work();
    edition.publishedAtMs ??= performance.now();
  };

  /** The publisher still removes what is old when the new edition is there to be seen. */
  const publish = (subject: Subject, publication: Publication): Promise<void> =>
    publisher.publish(publication, {
      atStep: (step) => {
        const edition = subject.history.at(-1);
        if (step === 'before-cleanup' && edition) edition.publishedAtMs = performance.now();
      },
    });

  return {
    dataDir: publisher.published,
    lasting,
    catalog: { lasting: lasting.map(({ name }) => name).sort(), passing: () => passing },
    changes,
    republish: (repository) => {
      const { number, kind, edition } = repository;
      const publication = createEdition(number, edition + 1);
      repository.edition = edition + 1;
      const tags = [buildTag(edition + 1), buildTag(edition)];
      const next = { published: describeContents(publication, kind), tags };
      return change('new edition', repository, next, () => publish(repository, publication));
    },
    publishPassing: () => {
      const publication = createPassing(passed++);
      const subject = { name: publication.name ?? publication.id, history: createHistory(undefined) };
      present = { subject, id: publication.id };
      const now = performance.now();
      passing = [...passing.filter((old) => !hasGone(old, now - FORGET_AFTER_MS)), subject];
      const next = { published: describeContents(publication, 'full'), tags: ['latest', buildTag(0)] };
      return change('new repository', subject, next, () => publish(subject, publication));
    },
    unpublishPassing: () => {
      if (!present) throw new Error('nothing is there that could be unpublished');
      const { subject, id } = present;
      present = undefined;
      const next = { published: undefined, tags: ['latest', buildTag(0)] };
      return change('removed repository', subject, next, () => publisher.unpublish(id));
    },
  };
}

async function publishFirst(publisher: Publisher, number: number): Promise<Lasting> {
  const kind = kindOf(number);
  const publication = createEdition(number, 0);
  await publisher.publish(publication);
  return {
    number,
    kind,
    name: nameOf(number),
    edition: 0,
    history: createHistory(describeContents(publication, kind)),
  };
}

function hasGone({ history }: Subject, beforeMs: number): boolean {
  const latest = history.at(-1);
  return latest?.published === undefined && latest?.publishedAtMs !== undefined && latest.publishedAtMs < beforeMs;
}
