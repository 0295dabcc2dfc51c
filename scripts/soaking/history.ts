/**
 * What of a repository was published when, and which answers may therefore be given. Between two editions there is a time in
 * which both are right: from the first step of the publisher until davit has surely seen the last one. Times are those
 * of performance.now(). Pure, but for what it remembers.
 */
import type { Published } from './expected';

export interface Edition extends Sighting {
  published: Published;
  /** Before the publisher's first step: from here on, it may be answered. */
  announcedAtMs: number;
}

/** When an edition was there, and when that was seen. */
export interface Sighting {
  /** After its last step. Undefined: not yet. */
  publishedAtMs: number | undefined;
  /** When the last request was sent that was answered as if this had not been published. Undefined: none was. */
  lastMissedAtMs: number | undefined;
  /** Some answer was right for this edition and not for the one before. */
  isSeen: boolean;
}

/** From the sending of a request to its answer. */
export interface Span {
  sentAtMs: number;
  answeredAtMs: number;
}

export type Verdict = 'right' | 'outdated' | 'wrong';

/** An answer that is older than this is wrong. */
export const GRACE_MS = 5000;

/** Oldest first. */
export type History = Edition[];

export const createHistory = (published: Published): History => [
  { published, announcedAtMs: -Infinity, publishedAtMs: -Infinity, lastMissedAtMs: undefined, isSeen: true },
];

export function announce(history: History, published: Published, nowMs: number): Edition {
  const edition: Edition = {
    published,
    announcedAtMs: nowMs,
    publishedAtMs: undefined,
    lastMissedAtMs: undefined,
    isSeen: false,
  };
  // No request lives for a minute, so nothing can be answered from what was replaced before.
  while (history[1]?.publishedAtMs !== undefined && history[1].publishedAtMs < nowMs - 60_000) history.shift();
  history.push(edition);
  return edition;
}

/** The editions that an answer may come from, newest first. */
export function listPossible(history: History, { sentAtMs, answeredAtMs }: Span): Edition[] {
  return history
    .filter(({ announcedAtMs }, at) => {
      const replacedAtMs = history[at + 1]?.publishedAtMs;
      return announcedAtMs <= answeredAtMs && (replacedAtMs === undefined || sentAtMs <= replacedAtMs + GRACE_MS);
    })
    .reverse();
}

/** `isRight` must not depend on anything but the edition. */
export function judge(history: History, span: Span, isRight: (published: Published) => boolean): Verdict {
  const possible = listPossible(history, span);
  const answered = possible.find(({ published }) => isRight(published));
  if (!answered) return 'wrong';
  const before = history[history.indexOf(answered) - 1];
  if (before && !answered.isSeen && !isRight(before.published)) answered.isSeen = true;
  const missed = possible.slice(0, possible.indexOf(answered)).filter((edition) => isPublished(edition, span.sentAtMs));
  for (const edition of missed) edition.lastMissedAtMs = Math.max(edition.lastMissedAtMs ?? 0, span.sentAtMs);
  return missed.length > 0 ? 'outdated' : 'right';
}

const isPublished = ({ publishedAtMs }: Edition, atMs: number): boolean =>
  publishedAtMs !== undefined && publishedAtMs <= atMs;

/** How long after its publication it was still missing somewhere. */
export const findDelayMs = ({ publishedAtMs, lastMissedAtMs }: Sighting): number =>
  publishedAtMs === undefined || lastMissedAtMs === undefined ? 0 : lastMissedAtMs - publishedAtMs;
