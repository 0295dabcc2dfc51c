/**
 * Tells old docker clients by their `User-Agent: docker/<version> …`, for the two answers that depend on it.
 *
 * Docker spoke the v1 protocol up to 17.11. Docker 1.8 and 1.9 take a 404 for a tag list as "nothing to pull" and need
 * another status to fall back. Source: measured, docs/request-handling.md. Pure.
 */

const DOCKER = /^docker\/(\d{1,4})\.(\d{1,4})(?:[.\s-]|$)/;

export interface DockerVersion {
  /** A 404 for something that v1 has makes this client fall back to v1. */
  speaksV1: boolean;
  /** Takes a 404 on tags/list for an empty repository. */
  readsNotFoundAsEmpty: boolean;
}

export function parseDockerVersion(userAgent: string | undefined): DockerVersion {
  const match = DOCKER.exec(userAgent ?? '');
  if (!match) return { speaksV1: false, readsNotFoundAsEmpty: false };
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return {
    speaksV1: major < 17 || (major === 17 && minor < 12),
    readsNotFoundAsEmpty: major === 1 && (minor === 8 || minor === 9),
  };
}
