import { Histogram, type HistogramSnapshot } from './histogram.js';

/** Something that only grows. */
export class Counter {
  #value = 0;

  add(amount = 1): void {
    this.#value += amount;
  }

  get value(): number {
    return this.#value;
  }
}

export interface MetricsSnapshot {
  readonly counters: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
  readonly histograms: Readonly<Record<string, HistogramSnapshot>>;
}

const NAME = /^[a-z][a-z0-9_]{0,63}$/;

/**
 * What a process counts, by name. A name says what is counted and ends with its unit: `decisions_total`,
 * `append_ms`, `queue_length`.
 */
export class Metrics {
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, () => number>();
  readonly #histograms = new Map<string, Histogram>();

  /** The counter of this name, made at the first call. */
  counter(name: string): Counter {
    return known(this.#counters, name, () => new Counter());
  }

  /** The histogram of this name, made at the first call; of durations in milliseconds unless `bounds` are given. */
  histogram(name: string, bounds?: readonly number[]): Histogram {
    return known(this.#histograms, name, () => new Histogram(bounds));
  }

  /** A figure that is read when somebody asks. */
  gauge(name: string, read: () => number): void {
    this.#gauges.set(checked(name), read);
  }

  snapshot(): MetricsSnapshot {
    return {
      counters: plain(this.#counters, (counter) => counter.value),
      gauges: plain(this.#gauges, (read) => read()),
      histograms: plain(this.#histograms, (histogram) => histogram.snapshot()),
    };
  }
}

function checked(name: string): string {
  if (!NAME.test(name)) throw new RangeError(`"${name}" is no name of a metric; it takes a-z, 0-9 and _`);
  return name;
}

function known<Metric>(metrics: Map<string, Metric>, name: string, make: () => Metric): Metric {
  const metric = metrics.get(name) ?? make();
  metrics.set(checked(name), metric);
  return metric;
}

const plain = <Metric, Value>(
  metrics: ReadonlyMap<string, Metric>,
  valueOf: (metric: Metric) => Value,
): Readonly<Record<string, Value>> => Object.fromEntries([...metrics].map(([name, metric]) => [name, valueOf(metric)]));
