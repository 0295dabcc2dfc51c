/**
 * Makes signed schema 1 manifests. The wire shape is libtrust's "pretty" JSON Web Signature: the manifest's own text
 * with one more member before its last brace:
 *     { …the payload…,
 *        "signatures": [ { "header": { "jwk": …, "alg": "ES256" }, "signature": …, "protected": … } ]
 *     }
 * `protected` says where to cut to get the payload back: its first `formatLength` bytes, then `formatTail`.
 * The digest of such a manifest is that of the payload, so it is the same whoever signs.
 * Source: "Image Manifest Version 2, Schema 1" of the Docker registry; RFC 7515. The key is new in every process.
 */
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { digestOf, sha256Hex } from './digest';
import { createBlob, createdAt, createHelloTar, defaultGreeting, printManifest, type Manifest } from './image';
import { compressLayer } from './layer';

export const schema1MediaType = 'application/vnd.docker.distribution.manifest.v1+prettyjws';

/** The end of a payload that is indented: everything from the last line break on. */
const formatTail = '\n}';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export function createSchema1Image(options: { name: string; tag: string; greeting?: string }): Manifest {
  const { name, tag, greeting = defaultGreeting } = options;
  const layer = createBlob(compressLayer(createHelloTar(greeting)));
  const v1Compatibility = JSON.stringify({
    id: sha256Hex(`schema 1 ${layer.digest}`),
    created: createdAt,
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['/hello'] },
  });
  const payload = printManifest({
    schemaVersion: 1,
    name,
    tag,
    architecture: 'amd64',
    fsLayers: [{ blobSum: layer.digest }],
    history: [{ v1Compatibility }],
  });
  return {
    form: '1',
    digest: digestOf(payload),
    mediaType: schema1MediaType,
    bytes: signPayload(payload),
    blobs: [layer],
    children: [],
  };
}

function signPayload(payload: Buffer): Buffer {
  const head = payload.subarray(0, payload.length - formatTail.length);
  const protectedHeader = Buffer.from(
    JSON.stringify({
      formatLength: head.length,
      formatTail: Buffer.from(formatTail).toString('base64url'),
      time: createdAt,
    }),
  ).toString('base64url');
  const signature = sign('sha256', Buffer.from(`${protectedHeader}.${payload.toString('base64url')}`), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  }).toString('base64url');
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  const signatures = JSON.stringify(
    [
      {
        header: { jwk: { crv, kid: createLibtrustKeyId(publicKey), kty, x, y }, alg: 'ES256' },
        signature,
        protected: protectedHeader,
      },
    ],
    null,
    3,
  ).replaceAll('\n', '\n   ');
  return Buffer.concat([head, Buffer.from(`,\n   "signatures": ${signatures}${formatTail}`)]);
}

/** Twelve groups of four letters, such as `PYYO:TEWU:…`: base32 of the first 30 bytes of the key's SHA-256. */
export function createLibtrustKeyId(key: KeyObject): string {
  const spki = key.export({ format: 'der', type: 'spki' });
  const bits = [...createHash('sha256').update(spki).digest().subarray(0, 30)]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(five, 2)]);
  return (letters.join('').match(/.{4}/g) ?? []).join(':');
}
