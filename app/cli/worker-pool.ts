/** All workers, as the primary sees them: who listens, who has loaded, and what they measured together. */
import type { Config } from '../config/config';
import type { Logger } from '../observe/logger';
import { TotalMetrics } from '../observe/total-metrics';
import type { Loaded } from './index-source';
import { knowsMore } from './worker-knowledge';
import { WorkerPlace } from './worker-place';
import type { WorkerNews } from './worker-messages';

export class WorkerPool {
  /** All workers listen for the first time; what the last of them has loaded. */
  readonly ready: Promise<Loaded>;
  /** Why they cannot listen; only before they are ready. */
  readonly failed: Promise<string>;
  readonly #places: WorkerPlace[];
  readonly #logger: Logger;
  readonly #totals = new TotalMetrics();
  #noteReady = (_loaded: Loaded): void => undefined;
  #noteFailed = (_reason: string): void => undefined;
  #isReady = false;

  constructor(config: Config, logger: Logger) {
    this.#logger = logger;
    this.ready = new Promise((resolve) => (this.#noteReady = resolve));
    this.failed = new Promise((resolve) => (this.#noteFailed = resolve));
    this.#places = Array.from({ length: config.server.workers }, (_, position) => {
      const place: WorkerPlace = new WorkerPlace({
        number: position + 1,
        config,
        logger,
        onNews: (news) => this.#take(place, news),
        onEnd: () => this.#totals.noteEnd(place.number),
      });
      return place;
    });
  }

  start(): void {
    for (const place of this.#places) place.start();
  }

  reload(): void {
    for (const place of this.#places) place.send({ kind: 'reload' });
  }

  /** Resolves when all have ended; false: some had to be killed after `limitMs`. */
  async stop(limitMs: number): Promise<boolean> {
    let isInTime = true;
    const limit = setTimeout(() => {
      isInTime = false;
      for (const place of this.#places) place.kill();
    }, limitMs);
    await Promise.all(this.#places.map((place) => place.stop()));
    clearTimeout(limit);
    return isInTime;
  }

  #take(place: WorkerPlace, news: WorkerNews): void {
    switch (news.kind) {
      case 'knows':
        place.knowledge = news.knowledge;
        break;
      case 'asks to listen':
        if (!this.#places.some(({ knowledge }) => knowsMore(knowledge, place.knowledge)))
          place.send({ kind: 'listen' });
        break;
      case 'listening':
        this.#noteListening(place, news);
        break;
      case 'cannot listen':
        if (this.#isReady) this.#logger.error('worker cannot listen', { worker: place.number, reason: news.reason });
        else this.#noteFailed(news.reason);
        break;
      case 'ask totals':
        this.#renderTotals().then(
          (text) => place.send({ kind: 'totals', id: news.id, text }),
          (error: unknown) => this.#logger.error('metrics of all workers failed', { error }),
        );
    }
  }

  #noteListening(place: WorkerPlace, { address, loaded }: { address: string; loaded: Loaded }): void {
    if (!this.#places.some(({ isListening }) => isListening)) this.#logger.info('listening', { address });
    place.isListening = true;
    this.#logger.info('worker listens', { worker: place.number, pid: place.pid });
    if (this.#isReady || !this.#places.every(({ isListening }) => isListening)) return;
    this.#isReady = true;
    this.#noteReady(loaded);
  }

  async #renderTotals(): Promise<string> {
    const measuring = this.#places.filter(({ isListening }) => isListening);
    const snapshots = await Promise.all(measuring.map((place) => place.measure()));
    for (const [position, { number }] of measuring.entries()) {
      const snapshot = snapshots[position];
      if (snapshot) this.#totals.note(number, snapshot);
    }
    return this.#totals.render();
  }
}
