/** Hashes as Apache's own program makes them. */
import { execFileSync } from 'node:child_process';

export type HashOption = '-B' | '-m' | '-s' | '-d' | '-p' | '-2' | '-5';

export const CHECKABLE: HashOption[] = ['-B', '-m', '-s'];

/** Of bcrypt: no test cares. */
const LOWEST_COST = ['-C', '4'];

/** A whole line: `user:hash`. */
export function makeLine(option: HashOption, user: string, password: string): string {
  const cost = option === '-B' ? LOWEST_COST : [];
  // It warns of plain text.
  const output = execFileSync('htpasswd', ['-nb', option, ...cost, user, password], {
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  return output.trimEnd();
}

export const makeHash = (option: HashOption, password: string): string => makeLine(option, 'u', password).slice(2);

/** Whether Apache's own program finds that the password of the only user in a file is right. */
export function isRightForApache(file: string, user: string, password: string): boolean {
  try {
    execFileSync('htpasswd', ['-vb', file, user, password], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if ((error as { status: unknown }).status !== 3) throw error;
    return false;
  }
}
