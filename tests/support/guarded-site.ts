/**
 * A site of which some is public and some is not, served by the running program: for tests of access control. Everything
 * exists twice, `demo/open…` for everybody and `demo/closed…` that is protected, with content of its own in each, so that
 * one never passes for the other.
 *
 *     demo/open, demo/closed              v2: the tag `latest` in schema 2 and in schema 1
 *     demo/open-old, demo/closed-old      v1 only: the tag `latest`
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSchema2Image, type Manifest } from '../../scripts/lab/image';
import { Publisher } from '../../scripts/lab/publisher';
import { createSchema1Image } from '../../scripts/lab/schema1';
import { createV1Images, type V1Image } from '../../scripts/lab/v1-image';
import { makeLine } from '../access/hashes';
import type { CraneConf } from './davit';
import { renameOver } from '../../scripts/lab/writers';

export const OPEN = 'demo/open';
export const CLOSED = 'demo/closed';
export const OPEN_V1 = 'demo/open-old';
export const CLOSED_V1 = 'demo/closed-old';

/** What a password file can hold and a client can send, with what often goes wrong. */
export const ALICE = { user: 'alice', password: 'a:b c%40ü"' };
export const BOB = { user: 'bob', password: 'builder' };

export interface Credentials {
  user: string;
  password: string;
}

interface Content {
  schema2: Manifest;
  schema1: Manifest;
}

const createContent = (name: string, greeting: string): Content => ({
  schema2: createSchema2Image({ greeting }),
  schema1: createSchema1Image({ name, tag: 'latest', greeting }),
});

/** By name. */
export const v2Content: Record<typeof OPEN | typeof CLOSED, Content> = {
  [OPEN]: createContent(OPEN, 'Hello, everybody!\n'),
  [CLOSED]: createContent(CLOSED, 'Hello, friend!\n'),
};

export const v1Content: Record<typeof OPEN_V1 | typeof CLOSED_V1, V1Image[]> = {
  [OPEN_V1]: createV1Images({ greeting: 'Hello, everybody, by v1!\n' }),
  [CLOSED_V1]: createV1Images({ greeting: 'Hello, friend, by v1!\n', layers: 3 }),
};

export interface GuardedTree {
  /** Holds all redirect files. */
  published: string;
  /** [general] and [serve_content] for davit to serve it all by itself. */
  config: CraneConf;
}

/** `storageUrl`: see Publisher; by default nothing is there. */
export async function publishGuardedTree(
  root: string,
  storageUrl?: (api: string, id: string) => string,
): Promise<GuardedTree> {
  const publisher = new Publisher(root, { ...(storageUrl && { storageUrl }) });
  for (const [name, isProtected] of [
    [OPEN, false],
    [CLOSED, true],
  ] as const) {
    const { schema2, schema1 } = v2Content[name];
    const manifests = [schema2, schema1].map((manifest) => ({ manifest, tags: ['latest'] }));
    await publisher.publish({ id: name.replace('/', '-'), name, version: 5, isProtected, manifests });
  }
  for (const [name, isProtected] of [
    [OPEN_V1, false],
    [CLOSED_V1, true],
  ] as const) {
    const images = v1Content[name];
    const v1 = { images, tags: { latest: images[0]?.id ?? '' } };
    await publisher.publish({ id: name.replace('/', '-'), name, version: 5, isProtected, v1 });
  }
  const { published } = publisher;
  const serving = {
    enable: true,
    use_x_sendfile: false,
    content_dir_v1: join(published, 'v1/web'),
    content_dir_v2: join(published, 'v2/web'),
  };
  return { published, config: { general: { data_dir: published }, serve_content: serving } };
}

/** [auth] with a password file below `folder`, and the token service of davit itself. */
export function writePasswords(folder: string, users: Credentials[] = [ALICE, BOB]): Record<string, string> {
  const htpasswd = join(folder, 'htpasswd');
  writeFileSync(htpasswd, printPasswords(users));
  return { htpasswd, token_signing_keys: join(folder, 'token-key.pem') };
}

/** As a careful administrator does it. */
export const replacePasswords = (file: string, users: Credentials[]): Promise<void> =>
  renameOver(file, printPasswords(users));

const printPasswords = (users: Credentials[]): string =>
  users.map(({ user, password }) => `${makeLine('-m', user, password)}\n`).join('');

export const basicOf = ({ user, password }: Credentials): [name: string, value: string] => [
  'Authorization',
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
];
