/** What a key of the configuration is, and how it is called in crane.conf and in the environment. Pure. */
import type { Kind } from './kinds';

export interface Key<T> {
  section: string;
  name: string;
  kind: Kind<T>;
  /** As it would be written in crane.conf. */
  default: string;
  unit?: string;
  /** The option of the command line that beats file and environment. */
  flag?: 'dataDir' | 'listen' | 'workers';
  /** Crane's own variable: `true` in it turns the key on, whatever is set elsewhere. */
  turnedOnBy?: 'CRANE_DEBUG';
  /** One line for docs/configuration.md. */
  documentation: string;
}

export const define = <T>(section: string, name: string, key: Omit<Key<T>, 'section' | 'name'>): Key<T> => ({
  section,
  name,
  ...key,
});

export const nameOf = ({ section, name }: { section: string; name: string }): string => `[${section}] ${name}`;

/** DAVIT_<SECTION>_<KEY> */
export const environmentNameOf = ({ section, name }: Key<unknown>): string => `DAVIT_${section}_${name}`.toUpperCase();

/** Gives the value of a key, from wherever it is set. */
export type Read = <T>(key: Key<T>) => T;
