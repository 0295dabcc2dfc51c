/** The client's own reckoning of a digest: what it verifies must not vouch for itself. Pure. */
import { createHash } from 'node:crypto';

export const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
