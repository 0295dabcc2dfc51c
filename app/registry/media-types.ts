/** The media types that registries speak, as the specifications spell them. Pure. */
export const MANIFEST_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const MANIFEST_SCHEMA2 = 'application/vnd.docker.distribution.manifest.v2+json';
/** Signed schema 1, the only kind that Pulp publishes. */
export const MANIFEST_SCHEMA1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
export const OCTET_STREAM = 'application/octet-stream';
export const JSON_TYPE = 'application/json';
