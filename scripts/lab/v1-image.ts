/**
 * Makes images as registries of the first protocol kept them: every layer is an image of its own, with an id that is
 * 64 hex digits, a JSON description that names its parent, and a tar. Published, they become
 *     <id>/json       description
 *     <id>/layer      tar
 *     <id>/ancestry   JSON array of ids, from the image itself to the root
 * Source: the Docker Registry API v1 and "Docker Image Specification v1". Pure: the same options give the same ids.
 */
import { sha256Hex } from './digest';
import { createdAt, createHelloTar, defaultGreeting } from './image';
import { createLayerTar } from './layer';

export interface V1Image {
  id: string;
  json: string;
  layer: Buffer;
  /** From this image to the root. */
  ancestry: string[];
}

/** The first is the top image, which a tag names; the last is the root, which holds `/hello`. */
export function createV1Images(options: { layers?: number; greeting?: string } = {}): V1Image[] {
  const { layers = 2, greeting = defaultGreeting } = options;
  const images: V1Image[] = [];
  for (let depth = 0; depth < layers; depth++) {
    const layer = depth === 0 ? createHelloTar(greeting) : createNoteTar(depth);
    images.unshift(createV1Image(layer, images[0]));
  }
  return images;
}

function createV1Image(layer: Buffer, parent: V1Image | undefined): V1Image {
  const id = sha256Hex(`${parent?.id ?? 'root'} ${sha256Hex(layer)}`);
  const json = JSON.stringify({
    id,
    ...(parent && { parent: parent.id }),
    created: createdAt,
    os: 'linux',
    architecture: 'amd64',
    config: { Cmd: ['/hello'] },
    Size: layer.length,
  });
  return { id, json, layer, ancestry: [id, ...(parent?.ancestry ?? [])] };
}

const createNoteTar = (depth: number): Buffer =>
  createLayerTar([{ path: `note-${depth}`, mode: 0o644, content: Buffer.from(`layer ${depth}\n`) }]);
