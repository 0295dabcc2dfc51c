/**
 * Reads a signed schema 1 manifest and verifies it as docker does: every signature over the payload, layers and history
 * of equal length, and an unbroken chain of parents, in which an image that follows itself counts once. The payload is
 * what the manifest was before signatures were inserted: its first `formatLength` bytes, then `formatTail`.
 * The manifest's own name and tag are not checked: docker does not do so either, and mirrored repositories keep the
 * name they were signed with.
 * Source: docker's pull code and libtrust's pretty signatures. Pure; throws what docker would say.
 */
import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { digestOf } from './digest';

export interface Schema1Image {
  /** Of the payload. */
  digest: string;
  /** Base first; several layers may be the same blob. */
  layers: string[];
}

interface Signature {
  header: { jwk: JsonWebKey; alg: string };
  signature: string;
  protected: string;
}

interface Payload {
  schemaVersion: number;
  fsLayers: { blobSum: string }[];
  history: { v1Compatibility: string }[];
}

export function readSchema1(bytes: Buffer): Schema1Image {
  const payload = verifySignatures(bytes);
  const { schemaVersion, fsLayers, history } = JSON.parse(payload.toString()) as Payload;
  if (schemaVersion !== 1) throw new Error(`unsupported schema version ${schemaVersion}`);
  if (fsLayers.length !== history.length) throw new Error('length of history not equal to number of layers');
  if (fsLayers.length === 0) throw new Error('no FSLayers in manifest');
  const layers = fsLayers.map(({ blobSum }, index) => readLayer(blobSum, history[index]?.v1Compatibility ?? ''));
  const distinct = layers.filter(({ id }, index) => id !== layers[index + 1]?.id);
  distinct.forEach(({ parent = '' }, index) => {
    const expected = distinct[index + 1]?.id ?? '';
    if (parent !== expected) throw new Error(`Invalid parent ID. Expected ${expected}, got ${parent}.`);
  });
  const kept = distinct.filter(({ throwaway }) => throwaway !== true).map(({ blobSum }) => blobSum);
  return { digest: digestOf(payload), layers: kept.reverse() };
}

const readLayer = (blobSum: string, v1Compatibility: string) => ({
  ...(JSON.parse(v1Compatibility) as { id: string; parent?: string; throwaway?: boolean }),
  blobSum,
});

function verifySignatures(bytes: Buffer): Buffer {
  const { signatures = [] } = JSON.parse(bytes.toString()) as { signatures?: Signature[] };
  const [payload] = signatures.map((signature) => verifySignature(bytes, signature));
  if (!payload) throw new Error('missing signature key');
  return payload;
}

function verifySignature(bytes: Buffer, { header, signature, protected: protectedHeader }: Signature): Buffer {
  const { formatLength, formatTail } = JSON.parse(Buffer.from(protectedHeader, 'base64url').toString()) as {
    formatLength: number;
    formatTail: string;
  };
  const payload = Buffer.concat([bytes.subarray(0, formatLength), Buffer.from(formatTail, 'base64url')]);
  const signed = Buffer.from(`${protectedHeader}.${payload.toString('base64url')}`);
  const key = createPublicKey({ key: header.jwk, format: 'jwk' });
  const isGenuine = verify(
    `sha${header.alg.slice(2)}`,
    signed,
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!isGenuine) throw new Error('invalid signature');
  return payload;
}
