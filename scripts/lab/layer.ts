/**
 * Makes the file system layers of an image: a tar of a few files, and the same compressed.
 * The same files always give the same tar: owner 0, time 0. Pure.
 */
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';

const blockBytes = 512;

export interface LayerFile {
  /** Without a leading slash, such as `hello`. */
  path: string;
  /** Permission bits, such as 0o755. */
  mode: number;
  content: Buffer;
}

export function createLayerTar(files: LayerFile[]): Buffer {
  const blocks = files.flatMap(({ path, mode, content }) => [
    createHeader(path, mode, content.length),
    content,
    Buffer.alloc(-content.length & (blockBytes - 1)),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}

function createHeader(path: string, mode: number, size: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  const needsExtendedHeader = new Header({ path, mode, size, uid: 0, gid: 0, mtime: new Date(0), type: 'File' }).encode(
    block,
    0,
  );
  if (needsExtendedHeader) throw new RangeError(`the path ${path} is too long for a plain tar header`);
  return block;
}

export function compressLayer(tar: Buffer): Buffer {
  const compressed = gzipSync(tar, { level: 9 });
  // RFC 1952: byte 9 names the operating system that compressed; 255 is "unknown", so that all give the same blob.
  compressed[9] = 255;
  return compressed;
}
