/**
 * Whether a password belongs to a stored hash. Takes milliseconds to seconds of the processor, as these hashes are meant to:
 * it runs in the threads of ./hash-pool, which load this file by its name.
 *
 * A password is hashed as UTF-8. Of one longer than 72 bytes bcrypt sees the first 72 only, as with Apache. All of the hash
 * is compared, whatever the first difference. Source: the formats in ./password-hash. Pure.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import hashApr1 from 'apache-md5';
import { compareSync } from 'bcryptjs';
import { hashKindOf } from './password-hash';

export interface HashTask {
  password: string;
  /** In which ./password-hash finds no mistake. */
  hash: string;
}

export function verifyPassword({ password, hash }: HashTask): boolean {
  switch (hashKindOf(hash)) {
    case 'bcrypt':
      return compareSync(password, hash);
    case 'apr1':
      // The library takes characters for bytes.
      return isSame(hashApr1(Buffer.from(password).toString('latin1'), hash), hash);
    case 'sha':
      return isSame(`{SHA}${createHash('sha1').update(password).digest('base64')}`, hash);
  }
}

/** Both are of one kind, so of one length. */
const isSame = (made: string, stored: string): boolean => timingSafeEqual(Buffer.from(made), Buffer.from(stored));
