/**
 * Decides what answers the v1 protocol: image ids, tags and the files of an image. The repositories that come in are
 * those that the client may see. Source: the requests of docker 1.5 to 17.11, docs/request-handling.md. Pure.
 */
import { manifestUnknown, nameUnknown } from '../registry/errors';
import { JSON_TYPE, OCTET_STREAM } from '../registry/media-types';
import { IS_IMAGE, IS_IMAGE_TAG } from '../redirects/reference-table';
import type { ImageRepository } from '../redirects/repository';
import type { Decision } from './decision';
import { answerJson, fileOf, refuse } from './decision';

/** Image ids, as the publisher ordered them. */
export const listImageIds = ({ references }: ImageRepository): string[] =>
  [...references.entries()].filter(({ published }) => published.forms & IS_IMAGE).map(({ key }) => key);

/** Tag → image id. */
export const listImageTags = ({ references }: ImageRepository): Record<string, string | undefined> =>
  // Not by assignment: a tag may be called __proto__.
  Object.fromEntries(references.tags().map((tag) => [tag, references.find(tag)?.value]));

/** `endpoint`: host and port where the rest of the pull is asked for. */
export function decideImages(name: string, images: ImageRepository | undefined, endpoint: string): Decision {
  if (!images) return refuse('v1 name unknown', nameUnknown(name));
  const ids = listImageIds(images).map((id) => ({ id }));
  return answerJson('v1 images', ids, ['X-Docker-Endpoints', endpoint]);
}

export function decideImageTags(name: string, images: ImageRepository | undefined): Decision {
  if (!images) return refuse('v1 name unknown', nameUnknown(name));
  return answerJson('v1 tags', listImageTags(images));
}

export function decideImageTag(name: string, tag: string, images: ImageRepository | undefined): Decision {
  const published = images?.references.find(tag);
  if (!published || !(published.forms & IS_IMAGE_TAG)) return refuse('v1 tag unknown', manifestUnknown(name, tag));
  return answerJson('v1 tag', published.value);
}

/** Any repository that has the image will do: they all link to the same content. */
export function decideImageFile(imageId: string, fileName: string, images: ImageRepository | undefined): Decision {
  const missing = manifestUnknown(imageId, fileName);
  if (!images) return refuse('v1 image unknown', missing);
  return {
    kind: 'published',
    rule: 'v1 image file',
    file: fileOf(images, `${imageId}/${fileName}`, fileName === 'layer' ? OCTET_STREAM : JSON_TYPE),
    digest: undefined,
    vary: undefined,
    missing,
  };
}
