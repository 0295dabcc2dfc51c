/**
 * Metrics as Prometheus text, or as plain data for ./total-metrics. Everything is read when it is asked for, so that
 * counting costs the pull path nothing more than an addition.
 */
import { type Aggregator, collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
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
  snapshot: () => Promise<MetricsSnapshot>;
}

/** Survives JSON. */
export type MetricsSnapshot = MetricSnapshot[];

export interface MetricSnapshot {
  name: string;
  help: string;
  /** counter, gauge, histogram or summary. */
  type: string;
  /** How the values of several processes become one: sum, max, … */
  aggregator: string;
  values: { value: number; labels: object; metricName?: string }[];
}

const DIRECTORY_STATES = ['ok', 'missing', 'unreadable', 'emptied'];

export function createMetrics(counts: AnswerCounts, measure: () => Measures): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  // Processes that serve together have the same files: `aggregator` chooses the value that shows one lagging behind.
  const gauge = (
    name: string,
    help: string,
    aggregator: Aggregator,
    read: (measures: Measures) => number | undefined,
  ): void => {
    new Gauge({
      name,
      help,
      aggregator,
      registers: [registry],
      collect() {
        const value = read(measure());
        if (value !== undefined) this.set(value);
      },
    });
  };
  gauge('davit_redirect_files', 'Redirect files in service', 'min', ({ redirectFiles }) => redirectFiles);
  gauge('davit_redirect_file_problems', 'Problems of redirect files', 'max', ({ problems }) => problems);
  gauge('davit_loaded', '1 after the first complete load', 'min', ({ isLoaded }) => Number(isLoaded));
  gauge(
    'davit_last_refresh_timestamp_seconds',
    'When the data directory was last looked at',
    'min',
    ({ lastRefreshAt }) => lastRefreshAt,
  );
  gauge(
    'davit_last_refresh_seconds',
    'How long the last refresh took',
    'max',
    (measures) => measures.lastRefreshSeconds,
  );
  gauge('davit_processes', 'Processes that answer requests', 'sum', () => 1);

  new Gauge({
    name: 'davit_data_directory_state',
    help: '1 for the state that the data directory is in',
    labelNames: ['state'],
    aggregator: 'max',
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
  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    snapshot: async () =>
      (await registry.getMetricsAsJSON()).map(({ name, help, type, aggregator, values }) => ({
        name,
        help,
        // Text, whatever prom-client's declarations say.
        type: String(type),
        aggregator,
        // Some of node's are NaN as long as nothing was measured, and JSON has no word for that.
        values: values.filter(({ value }) => Number.isFinite(value)),
      })),
  };
}
