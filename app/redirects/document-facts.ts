/** What a redirect file says outside of its long lists, normalised. Pure. */
import { isStandardName } from '../registry/grammar';
import type { ReferenceTableBuilder } from './build-reference-table';
import type { Problem } from './problem';
import type { RedirectDocument } from './redirect-schemas';
import type { RepositoryFacts } from './repository';
import type { StorageUrl } from './storage-url';
import { HAS_AMD64 } from './table-layout';

/** Versions 3 to 5. */
export type FormDocument = Extract<RedirectDocument, { schema2_data: string[] }>;

export function factsOf(document: RedirectDocument, storageUrl: StorageUrl): RepositoryFacts {
  const name = document['repo-registry-id'];
  return {
    name,
    // Hand-written files may lack Pulp's id; then the tree is looked for under the name, made one directory.
    publisherId: document.repository ?? name.replaceAll('/', '-'),
    storageUrl,
    // Pulp stores what a REST client sent: the string "false" means false.
    isProtected: document.protected === true || document.protected === 'true',
    version: document.version,
  };
}

export function addAmd64Images(builder: ReferenceTableBuilder, document: FormDocument): void {
  if (document.version === 3) return;
  const images = document.manifest_list_amd64_tags;
  // Without patterns: iterators in iterators take the compiler longer than all else here.
  for (const tag of Object.keys(images)) {
    const image = images[tag] as (typeof images)[string];
    builder.add(tag, HAS_AMD64, image[0], image[1]);
  }
}

export function warn(document: RedirectDocument, file: string): Problem[] {
  const name = document['repo-registry-id'];
  if (isStandardName(name)) return [];
  const message = `"${name}" is no name of the registry specification; only clients as old as Pulp 2.3 can pull it`;
  return [{ file, pointer: '/repo-registry-id', message, severity: 'warning' }];
}
