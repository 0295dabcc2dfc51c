/**
 * A connection that is given up stays for a moment, until its peer agrees or is not waited for any more. Who gives it up again meanwhile, as
 * for every command that a replica refuses, changes nothing, but ioredis listens on its socket once more each time.
 */
import type { Redis } from 'ioredis';

export const isBeingLeft = ({ stream }: Pick<Redis, 'stream'>): boolean => stream.writableEnded;
