/** Scripts for repositories as a registry that stores images itself would answer for them. Pure. */
import type { Manifest } from '../../../scripts/lab/image';
import type { V1Image } from '../../../scripts/lab/v1-image';
import type { Script, ScriptedAnswer } from './scripted-registry';

export const versionHeader = { 'Docker-Distribution-API-Version': 'registry/2.0' };

export const announcedPing: Script = { '/v2/': { headers: versionHeader, body: '{}' } };

/** Manifests by tag and digest, blobs, children; `change` alters every answer for a manifest. */
export function scriptV2(
  name: string,
  tags: Record<string, Manifest>,
  change: (answer: ScriptedAnswer) => ScriptedAnswer = (answer) => answer,
): Script {
  const script: Script = { [`/v2/${name}/tags/list`]: answerJson({ name, tags: Object.keys(tags) }) };
  const addManifest = (manifest: Manifest): ScriptedAnswer => {
    const { digest, bytes, mediaType, blobs, children } = manifest;
    children.forEach(addManifest);
    for (const blob of blobs) script[`/v2/${name}/blobs/${blob.digest}`] = { body: blob.bytes };
    return (script[`/v2/${name}/manifests/${digest}`] = change({
      headers: { 'Content-Type': mediaType },
      body: bytes,
    }));
  };
  for (const [tag, manifest] of Object.entries(tags)) script[`/v2/${name}/manifests/${tag}`] = addManifest(manifest);
  return script;
}

/** All that the v1 protocol may ask of a repository; the first image of each tag is its top image. */
export function scriptV1(name: string, tags: Record<string, V1Image[]>): Script {
  const repository = name.includes('/') ? name : `library/${name}`;
  const idOf = (images: V1Image[]): string => images[0]?.id ?? '';
  const script: Script = {
    '/v1/_ping': { headers: { 'X-Docker-Registry-Standalone': 'True' }, body: 'true' },
    [`/v1/repositories/${name}/images`]: answerJson([]),
    [`/v1/repositories/${repository}/tags`]: answerJson(
      Object.fromEntries(Object.entries(tags).map(([tag, images]) => [tag, idOf(images)])),
    ),
  };
  for (const [tag, images] of Object.entries(tags)) {
    script[`/v1/repositories/${repository}/tags/${tag}`] = answerJson(idOf(images));
    for (const { id, ancestry, json, layer } of images) {
      script[`/v1/images/${id}/ancestry`] = answerJson(ancestry);
      script[`/v1/images/${id}/json`] = { body: json };
      script[`/v1/images/${id}/layer`] = { body: layer };
    }
  }
  return script;
}

export const answerJson = (document: unknown, status = 200): ScriptedAnswer => ({
  status,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(document),
});
