/** Offers an index in memory to others through Redis, and logs how that goes. */
import type { Logger } from '../observe/logger';
import { createSparingLog } from '../observe/sparing-logger';
import type { RedisSettings } from '../store/redis/connect';
import { openMirror } from '../store/redis/open-mirror';
import type { PublicationSource } from '../store/redis/reconcile-catalog';
import { WritingHealth, type WritingStatus } from '../store/redis/writing-health';
import type { ProgressBar } from './progress-bar';

export interface RedisWriterOptions {
  prefix: string;
  source: PublicationSource;
  /** False: what the source does not hold may exist. */
  isLoaded: () => boolean;
  logger: Logger;
  /** Shows how many names Redis holds as they are, of all, while it is being filled. */
  progress?: Pick<ProgressBar, 'show' | 'hide'> | undefined;
}

export interface RedisWriter {
  readonly status: WritingStatus;
  /** When the source has been read completely. */
  start: () => void;
  note: (name: string) => void;
  /** The operator says that a source without anything is right. */
  acceptEmpty: () => void;
  close: () => Promise<void>;
}

/** A Redis that evicts keys loses some all the time. */
const LOSS_LINE_EVERY_MS = 60_000;

export function openRedisWriter(
  settings: RedisSettings,
  { prefix, source, isLoaded, logger, progress }: RedisWriterOptions,
): RedisWriter {
  const health = new WritingHealth((status) => logWriting(status, logger));
  const logLoss = createSparingLog(logger, { level: 'warn', most: 1, windowMs: LOSS_LINE_EVERY_MS });
  const mirror = openMirror(settings, {
    prefix,
    source,
    isLoaded,
    onLost: (count) => logLoss('keys of the index were gone from Redis; they are written again', { count }),
    onStatus: (status) => {
      if (status.state !== 'filling') progress?.hide();
      health.note(status);
      if (status.state === 'filling') progress?.show(status.done ?? 0, status.total ?? 0);
    },
  });
  return {
    get status() {
      return health.status;
    },
    start: () => mirror.start(),
    note: (name) => mirror.note(name),
    acceptEmpty: () => mirror.acceptEmpty(),
    close: () => mirror.close(),
  };
}

function logWriting({ state, reason }: WritingStatus, logger: Logger): void {
  switch (state) {
    case 'waiting':
      logger.info('another writer keeps the index in Redis; this one takes over when that is gone');
      break;
    case 'filling':
      logger.info('this writer keeps the index in Redis; comparing what it holds');
      break;
    case 'current':
      logger.info('the index in Redis is current');
      break;
    case 'faulty':
      logger.error('the index in Redis cannot be written', { reason });
  }
}
