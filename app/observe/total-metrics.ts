/**
 * Metrics of several processes as those of one: each is summed up, or its least or greatest value is taken, as its
 * aggregator says. A counter never goes back: what a process counted stays in the totals when that process has ended.
 */
import { AggregatorRegistry } from 'prom-client';
import type { MetricsSnapshot } from './metrics';

export class TotalMetrics {
  readonly #latest = new Map<number, MetricsSnapshot>();
  /** Of processes that ended: what they had counted when they last told. */
  #ended: MetricsSnapshot = [];

  /** What a process measures now. */
  note(processNumber: number, snapshot: MetricsSnapshot): void {
    this.#latest.set(processNumber, snapshot);
  }

  noteEnd(processNumber: number): void {
    const counted = (this.#latest.get(processNumber) ?? []).filter(({ type }) => COUNTING_TYPES.includes(type));
    this.#latest.delete(processNumber);
    this.#ended = merge([this.#ended, counted]).getMetricsAsArray() as unknown as MetricsSnapshot;
  }

  /** As Prometheus text. */
  render(): Promise<string> {
    return merge([...this.#latest.values(), this.#ended]).metrics();
  }
}

const COUNTING_TYPES = ['counter', 'histogram'];

const merge = (snapshots: MetricsSnapshot[]) => AggregatorRegistry.aggregate(snapshots);
