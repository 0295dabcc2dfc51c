/** What became of one key of a file: a key, or why it is left out, or why the file is not to be used at all. Pure. */
import type { KeyObject } from 'node:crypto';
import { USABLE_KEYS } from './key-algorithms';
import { createVerifyKey, type KeyFacts, type VerifyKey } from './verify-key';

export type KeyReading =
  | { kind: 'key'; key: VerifyKey }
  /** A key is left out, or is taken and should be looked at. */
  | { kind: 'warning'; message: string }
  | { kind: 'mistake'; message: string };

export const warn = (message: string): KeyReading => ({ kind: 'warning', message });

export const leaveOut = warn;

export const mistaken = (message: string): KeyReading => ({ kind: 'mistake', message });

/** `place`: where in the file. */
export function readKey(place: string, publicKey: KeyObject, facts: KeyFacts): KeyReading {
  const key = createVerifyKey(publicKey, facts);
  if (key) return { kind: 'key', key };
  const { asymmetricKeyType, asymmetricKeyDetails: details } = publicKey;
  const form = [asymmetricKeyType, details?.namedCurve, details?.modulusLength].filter((part) => part !== undefined);
  const condition = facts.algorithm === undefined ? USABLE_KEYS : `its alg is ${facts.algorithm}`;
  return leaveOut(`${place} is left out: it is a key of the kind ${form.join(' ')}; ${condition}`);
}
