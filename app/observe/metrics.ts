/**
 * Metrics as Prometheus text. Everything is read when it is asked for, so that counting costs the pull path nothing more
 * than an addition.
 */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { AnswerCounts } from './answer-counts';

/** What the program knows about itself at the moment of asking. */
export interface Measures {
  redirectFiles: number;
  problems: number;
  isLoaded: boolean;
  directoryState: string;
  /** Seconds since 1970; undefined: none yet. */
  lastRefreshAt: number | undefined;
  lastRefreshSeconds: number | undefined;
}

export interface Metrics {
  contentType: string;
  render: () => Promise<string>;
}

const DIRECTORY_STATES = ['ok', 'missing', 'unreadable', 'emptied'];

export function createMetrics(counts: AnswerCounts, measure: () => Measures): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  const gauge = (name: string, help: string, read: (measures: Measures) => number | undefined): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const value = read(measure());
        if (value !== undefined) this.set(value);
      },
    });
  };
  gauge('davit_redirect_files', 'Redirect files in service', ({ redirectFiles }) => redirectFiles);
  gauge('davit_redirect_file_problems', 'Problems of redirect files', ({ problems }) => problems);
  gauge('davit_loaded', '1 after the first complete load', ({ isLoaded }) => Number(isLoaded));
  gauge(
    'davit_last_refresh_timestamp_seconds',
    'When the data directory was last looked at',
    ({ lastRefreshAt }) => lastRefreshAt,
  );
  gauge('davit_last_refresh_seconds', 'How long the last refresh took', (measures) => measures.lastRefreshSeconds);

  new Gauge({
    name: 'davit_data_directory_state',
    help: '1 for the state that the data directory is in',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { directoryState } = measure();
      for (const state of DIRECTORY_STATES) this.set({ state }, Number(state === directoryState));
    },
  });
  new Counter({
    name: 'davit_answers_total',
    help: 'Answers by the rule that gave them',
    labelNames: ['rule'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [rule, count] of counts.entries()) this.inc({ rule }, count);
    },
  });
  return { contentType: registry.contentType, render: () => registry.metrics() };
}
