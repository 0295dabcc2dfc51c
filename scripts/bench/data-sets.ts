/**
 * The redirect files that are served in the benchmark, the same ones every time.
 *
 * Of ten references, seven are digests and three are tags; of ten such groups, eight are schema 2, one is schema 1 and one
 * manifest lists with their linux/amd64 images. So every rule for manifests is used, most of all the common one.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../lab/digest';

export interface DataSet {
  repositories: number;
  /** Tags and digests in each repository. */
  references: number;
}

export const EMPTY: DataSet = { repositories: 0, references: 0 };
/** What requests are measured with. */
export const COMMON: DataSet = { repositories: 1000, references: 100 };
export const ONE_SMALL: DataSet = { repositories: 1, references: 100 };
export const ONE_LARGE: DataSet = { repositories: 1, references: 50_000 };
export const FEW: DataSet = { repositories: 1000, references: 10 };
export const MANY: DataSet = { repositories: 100_000, references: 10 };
/** 80 MB, 1.3 million references. */
export const FULL: DataSet = { repositories: 10_000, references: 130 };

/** 10 million references. */
export const HUGE: DataSet = { repositories: 10_000, references: 1000 };

export interface Reference {
  text: string;
  isTag: boolean;
  form: 'list' | '2' | '1';
}

export const nameOf = (repository: number): string => `team-${pad(repository % 97, 2)}/service-${pad(repository, 6)}`;

export const storageUrlOf = (repository: number): string =>
  `https://static.example.com/pulp/docker/v2/service-${pad(repository, 6)}/`;

export const fileNameOf = (repository: number): string => `service-${pad(repository, 6)}.json`;

export function referenceOf(repository: number, position: number): Reference {
  const group = Math.floor(position / 10) % 10;
  const form = group === 9 ? 'list' : group === 8 ? '1' : '2';
  const isTag = position % 10 >= 7;
  const text = isTag ? `1.24.${position}` : digestOf(`${repository}/${position}`);
  return { text, isTag, form };
}

/** `extraTags` are of schema 2. */
export function printRedirectFile(repository: number, references: number, extraTags: string[] = []): string {
  const all = Array.from({ length: references }, (_, position) => referenceOf(repository, position));
  const listed = (form: Reference['form']): string[] => all.filter((of) => of.form === form).map(({ text }) => text);
  const listTags = all.filter(({ form, isTag }) => form === 'list' && isTag);
  return JSON.stringify({
    type: 'pulp-docker-redirect',
    version: 5,
    repository: `service-${pad(repository, 6)}`,
    'repo-registry-id': nameOf(repository),
    url: storageUrlOf(repository),
    protected: false,
    schema2_data: [...listed('2'), ...extraTags],
    manifest_list_data: listed('list'),
    manifest_list_amd64_tags: Object.fromEntries(
      listTags.map(({ text }) => [text, [digestOf(`${repository}/amd64/${text}`), 2]]),
    ),
    schema1_data: listed('1'),
  });
}

export interface WrittenData {
  directory: string;
  bytes: number;
}

export function writeDataSet(directory: string, { repositories, references }: DataSet): WrittenData {
  mkdirSync(directory, { recursive: true });
  let bytes = 0;
  for (let repository = 0; repository < repositories; repository++) {
    const text = printRedirectFile(repository, references);
    bytes += text.length;
    writeFileSync(join(directory, fileNameOf(repository)), text);
  }
  return { directory, bytes };
}

export const describeDataSet = ({ repositories, references }: DataSet): string =>
  `${repositories.toLocaleString('en')} × ${references.toLocaleString('en')}`;

const digestOf = (seed: string): string => `sha256:${sha256Hex(seed)}`;

const pad = (number: number, length: number): string => String(number).padStart(length, '0');
