/** Contract of an index, last part: what is served depends on the files in service, not on how they came to be. */
import * as fc from 'fast-check';
import { imageId, VERSIONS, type Version } from '../redirects/documents';
import type { TriedIndex } from './tried-index';

/** `runs`: lists of publications that are tried. */
export function describeAnyOrder(create: () => Promise<TriedIndex>, runs: number): void {
  it('answers as if it were filled anew, after any publications in any order', async () => {
    const FILES = ['/1.json', '/2.json', '/3.json', '/4.json'];
    const NAMES = ['a', 'b', '__proto__'];
    const IDS = [imageId(1), imageId(2), 'short'];
    interface Step {
      file: string;
      publication: { name: string; version: Version; modifiedMs: number; images: string[] } | undefined;
    }
    const steps: fc.Arbitrary<Step[]> = fc.array(
      fc.record({
        file: fc.constantFrom(...FILES),
        publication: fc.option(
          fc.record({
            name: fc.constantFrom(...NAMES),
            version: fc.constantFrom(...VERSIONS),
            modifiedMs: fc.nat(2),
            images: fc.subarray(IDS),
          }),
          { nil: undefined },
        ),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const index = await create();
        const inService = new Map<string, NonNullable<Step['publication']> & { file: string }>();
        for (const { file, publication } of list) {
          if (!publication) {
            await index.remove(file);
            inService.delete(file);
            continue;
          }
          const { images, version, ...rest } = publication;
          await index.put({
            file,
            is: `${file.slice(1)}-${version}`,
            version,
            ...rest,
            ...(version === 1 && { images }),
          });
          inService.set(file, { ...publication, file });
        }
        const claims = [...inService.values()].sort(
          (a, b) => b.version - a.version || b.modifiedMs - a.modifiedMs || (a.file < b.file ? -1 : 1),
        );
        const winners = claims.filter(
          (claim) =>
            claims.find(({ name, version }) => name === claim.name && (version === 1) === (claim.version === 1)) ===
            claim,
        );
        const idOf = ({ file, version }: { file: string; version: Version }): string => `${file.slice(1)}-${version}`;
        const [registries, images] = [
          winners.filter(({ version }) => version > 1),
          winners.filter(({ version }) => version === 1),
        ];

        for (const name of NAMES) {
          const expected = [registries, images].map((kind) => kind.filter((claim) => claim.name === name).map(idOf)[0]);

          expect(await index.served(name)).toEqual(expected);
        }
        for (const id of IDS) {
          expect(await index.owners(id)).toEqual(
            images
              .filter((claim) => claim.images.includes(id))
              .map(idOf)
              .sort(),
          );
        }
        expect(await index.names()).toEqual(registries.map(({ name }) => name).sort());
        expect(await index.imageNames()).toEqual(images.map(({ name }) => name).sort());
        expect(index.losers()).toEqual(
          claims
            .filter((claim) => !winners.includes(claim))
            .map(({ file }) => file)
            .sort(),
        );
      }),
      { numRuns: runs },
    );
  }, 180_000);
}
