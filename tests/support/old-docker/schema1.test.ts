/** How a signed schema 1 manifest is read: signatures, layers, and the chain of parents in the history. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createSchema1Image } from '../../../scripts/lab/schema1';
import { digestOf } from './digest';
import { readSchema1 } from './schema1';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

interface Layer {
  id: string;
  parent?: string;
  throwaway?: boolean;
}

/** Top layer first, as in the manifest; each blob is named after its image. */
function printPayload(history: Layer[], change: object = {}): string {
  const fsLayers = history.map(({ id }) => ({ blobSum: `blob of ${id}` }));
  const v1 = history.map((layer) => ({ v1Compatibility: JSON.stringify(layer) }));
  return JSON.stringify({ schemaVersion: 1, name: 'a', tag: 'x', fsLayers, history: v1, ...change });
}

/** Signs `payloads[0]`, and each further payload as if the manifest had been that one. */
function signManifest(...payloads: string[]): Buffer {
  const signatures = payloads.map((payload) => {
    const cut = { formatLength: payload.length - 1, formatTail: Buffer.from('}').toString('base64url') };
    const protectedHeader = Buffer.from(JSON.stringify(cut)).toString('base64url');
    const signed = Buffer.from(`${protectedHeader}.${Buffer.from(payload).toString('base64url')}`);
    const signature = sign('sha256', signed, { key: keys.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    return {
      header: { jwk: keys.publicKey.export({ format: 'jwk' }), alg: 'ES256' },
      signature,
      protected: protectedHeader,
    };
  });
  return Buffer.from(`${payloads[0]?.slice(0, -1) ?? ''},"signatures":${JSON.stringify(signatures)}}`);
}

const chain: Layer[] = [{ id: 'top', parent: 'middle' }, { id: 'middle', parent: 'base' }, { id: 'base' }];

it('reads what the lab signs', () => {
  const { bytes, digest, blobs } = createSchema1Image({ name: 'a', tag: 'x' });
  expect(readSchema1(bytes)).toEqual({ digest, layers: blobs.map((blob) => blob.digest) });
});

it('gives the layers base first, and the digest of the payload', () => {
  const payload = printPayload(chain);
  const layers = ['blob of base', 'blob of middle', 'blob of top'];
  expect(readSchema1(signManifest(payload))).toEqual({ digest: digestOf(Buffer.from(payload)), layers });
});

it('accepts several signatures', () => {
  const payload = printPayload(chain);
  expect(readSchema1(signManifest(payload, payload)).layers).toHaveLength(3);
});

it('leaves out layers that are marked as thrown away', () => {
  const [top = { id: '' }, ...others] = chain;
  expect(readSchema1(signManifest(printPayload([{ ...top, throwaway: true }, ...others]))).layers).toEqual([
    'blob of base',
    'blob of middle',
  ]);
});

it('takes an image that follows itself for one', () => {
  const [top = { id: '' }] = chain;
  expect(readSchema1(signManifest(printPayload([top, ...chain]))).layers).toHaveLength(3);
});

const faults: [fault: string, payload: string, message: string][] = [
  ['another schema version', printPayload(chain, { schemaVersion: 2 }), 'unsupported schema version 2'],
  ['a shorter history', printPayload(chain, { history: [] }), 'length of history not equal'],
  ['no layers', printPayload([]), 'no FSLayers'],
  ['a base with a parent', printPayload(chain.slice(0, 2)), 'Invalid parent ID'],
  [
    'a parent that is not the next',
    printPayload([{ id: 'top', parent: 'other' }, { id: 'base' }]),
    'Invalid parent ID',
  ],
];
it.each(faults)('refuses %s', (_fault, payload, message) => {
  expect(() => readSchema1(signManifest(payload))).toThrow(message);
});

it('refuses one more signature, of something else', () => {
  const [payload, other] = [printPayload(chain), printPayload(chain.slice(2))];
  expect(() => readSchema1(signManifest(payload, other))).toThrow('invalid signature');
});
