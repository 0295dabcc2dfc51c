/**
 * The outcome of a request, as a value: what to answer, and by which rule (docs/manifest-decision.md names them). How it
 * is written to a client is the business of http/. Pure.
 */
import type { RegistryError } from '../registry/errors';
import { unauthorized } from '../registry/errors';
import type { AnyFacts } from '../redirects/repository';
import type { StorageUrl } from '../redirects/storage-url';

/** A file of a published tree. */
export interface PublishedFile {
  /** Which of the two trees that Pulp publishes. */
  protocol: 'v1' | 'v2';
  /** Pulp's id of the repository: the directory of its tree below a content directory. */
  publisherId: string;
  storageUrl: StorageUrl;
  /** Relative to the tree, from validated parts only: `manifests/2/latest`. */
  path: string;
  /** Undefined: the file itself says it (flat layout). */
  mediaType: string | undefined;
}

/** Header lines as node:http takes them fastest: name, value, name, value … */
export type HeaderLines = readonly string[];

/** `path` is made of validated parts. */
export const fileOf = (
  { layout, publisherId, storageUrl }: AnyFacts,
  path: string,
  mediaType?: string,
): PublishedFile => ({ protocol: layout === 'images' ? 'v1' : 'v2', publisherId, storageUrl, path, mediaType });

interface DecidedBy {
  /** Name of the rule. */
  rule: string;
  /** Request headers that the answer depends on, as a Vary header; undefined: none. */
  vary: string | undefined;
  /** Somebody else may be answered otherwise: nothing may keep the answer. */
  isPrivate?: boolean;
}

/** What a client that showed too little is told to show. */
export interface Challenge {
  /** The repository that it asked for; undefined: none. */
  name?: string | undefined;
  /** What is wrong with the token that it sent. */
  fault?: 'invalid_token' | 'insufficient_scope' | undefined;
}

/** The answer is a file of a static tree. */
export interface PublishedDecision extends DecidedBy {
  kind: 'published';
  file: PublishedFile;
  /** The digest of the content, where the publisher lists it. */
  digest: string | undefined;
  /** What to answer when the file turns out not to be there. */
  missing: RegistryError;
}

/** The answer is known here. */
export interface JsonDecision extends DecidedBy {
  kind: 'json';
  status: 200 | 201 | 400;
  /** JSON text. */
  body: string;
  headers: HeaderLines;
}

export interface ErrorDecision extends DecidedBy {
  kind: 'error';
  error: RegistryError;
  /** Goes with status 401. */
  challenge?: Challenge;
}

export interface MovedDecision extends DecidedBy {
  kind: 'moved';
  location: string;
}

export type Decision = PublishedDecision | JsonDecision | ErrorDecision | MovedDecision;

export const refuse = (rule: string, error: RegistryError, vary?: string): ErrorDecision => ({
  kind: 'error',
  rule,
  error,
  vary,
});

export const answerJson = (rule: string, value: unknown, headers: HeaderLines = []): JsonDecision => ({
  kind: 'json',
  rule,
  status: 200,
  body: JSON.stringify(value),
  headers,
  vary: undefined,
});

/** Asks for credentials, or for better ones. */
export const demandCredentials = (rule: string, challenge: Challenge = {}): ErrorDecision => ({
  ...refuse(rule, unauthorized(challenge.name)),
  isPrivate: true,
  challenge,
});
