/**
 * Metrics as Prometheus text, or as plain data for ./total-metrics. Everything is read when it is asked for, so that
 * counting costs the pull path nothing more than an addition.
 */
import { type Aggregator, collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { AnswerCounts } from './answer-counts';
import { ConnectionCounts } from './connection-counts';

/** What the program knows about itself at the moment of asking. */
export interface Measures {
  /** Undefined: no data directory is read. */
  redirectFiles: number | undefined;
  problems: number | undefined;
  isReady: boolean;
  directoryState: string | undefined;
  /** Seconds since 1970; undefined: none yet. */
  lastRefreshAt: number | undefined;
  lastRefreshSeconds: number | undefined;
  /** Undefined: Redis is not read. */
  redisReading: string | undefined;
  keptAnswers: number | undefined;
  /** Undefined: Redis is not written. */
  redisWriting: string | undefined;
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
const READING_STATES = ['connecting', 'ok', 'unreachable', 'refusing', 'filling'];
const WRITING_STATES = ['waiting', 'filling', 'current', 'faulty'];

export function createMetrics(
  counts: AnswerCounts,
  measure: () => Measures,
  connections = new ConnectionCounts(),
): Metrics {
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
        // What is not measured here is not 0.
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  };
  gauge('davit_redirect_files', 'Redirect files in service', 'min', ({ redirectFiles }) => redirectFiles);
  gauge('davit_redirect_file_problems', 'Problems of redirect files', 'max', ({ problems }) => problems);
  gauge('davit_loaded', '1 when answers can be relied on', 'min', ({ isReady }) => Number(isReady));
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

  gauge('davit_redis_kept_answers', 'Answers of Redis that are kept', 'sum', ({ keptAnswers }) => keptAnswers);

  const stateGauge = (
    name: string,
    help: string,
    states: string[],
    read: (measures: Measures) => string | undefined,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: ['state'],
      aggregator: 'max',
      registers: [registry],
      collect() {
        const now = read(measure());
        if (now !== undefined) for (const state of states) this.set({ state }, Number(state === now));
      },
    });
  };
  stateGauge(
    'davit_data_directory_state',
    '1 for the state that the data directory is in',
    DIRECTORY_STATES,
    ({ directoryState }) => directoryState,
  );
  stateGauge(
    'davit_redis_reading_state',
    '1 for the state that reading from Redis is in',
    READING_STATES,
    ({ redisReading }) => redisReading,
  );
  stateGauge(
    'davit_redis_writing_state',
    '1 for the state that writing to Redis is in',
    WRITING_STATES,
    ({ redisWriting }) => redisWriting,
  );
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
  new Gauge({
    name: 'davit_connections',
    help: 'Open connections',
    aggregator: 'sum',
    registers: [registry],
    async collect() {
      this.set(await connections.countOpen());
    },
  });
  new Counter({
    name: 'davit_connections_refused_total',
    help: 'Connections that were closed at once, because there were too many',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(connections.refused);
    },
  });
  new Counter({
    name: 'davit_bad_requests_total',
    help: 'Requests that no answer is decided for, by what they were told',
    labelNames: ['status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [status, count] of connections.badRequests.entries()) this.inc({ status }, count);
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
