/**
 * Decides what answers the v1 protocol: image ids, tags and the files of an image. The repositories that come in are
 * those that the client may see. Source: the requests of docker 1.5 to 17.11, docs/request-handling.md. Pure.
 */
import { manifestUnknown, nameUnknown } from '../registry/errors';
import { JSON_TYPE, OCTET_STREAM } from '../registry/media-types';
import type { ImageLists } from '../redirects/lookup';
import type { PublishedReference } from '../redirects/reference-table';
import type { ImageFacts } from '../redirects/repository';
import type { Decision } from './decision';
import { answerJson, fileOf, refuse } from './decision';
import { IS_IMAGE_TAG } from '../redirects/table-layout';

/** `lists`: undefined where the client sees no images. `endpoint`: host and port where the rest of the pull is asked for. */
export function decideImages(name: string, lists: ImageLists | undefined, endpoint: string): Decision {
  if (!lists) return refuse('v1 name unknown', nameUnknown(name));
  const ids = lists.ids.map((id) => ({ id }));
  return answerJson('v1 images', ids, ['X-Docker-Endpoints', endpoint]);
}

export function decideImageTags(name: string, lists: ImageLists | undefined): Decision {
  if (!lists) return refuse('v1 name unknown', nameUnknown(name));
  // Not by assignment: a tag may be called __proto__.
  return answerJson('v1 tags', Object.fromEntries(lists.tags));
}

/** `image`: what the images list of the tag. */
export function decideImageTag(name: string, tag: string, image: PublishedReference | undefined): Decision {
  if (!image || !(image.forms & IS_IMAGE_TAG)) return refuse('v1 tag unknown', manifestUnknown(name, tag));
  return answerJson('v1 tag', image.value);
}

/** Any repository that has the image will do: they all link to the same content. */
export function decideImageFile(imageId: string, fileName: string, images: ImageFacts | undefined): Decision {
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
