/**
 * Names bytes the way a registry does: `sha256:` and 64 hex digits. Pure.
 */
import { createHash } from 'node:crypto';

export const sha256Hex = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

export const digestOf = (content: Buffer | string): string => `sha256:${sha256Hex(content)}`;
