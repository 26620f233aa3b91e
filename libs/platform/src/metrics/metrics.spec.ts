import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

describe('metrics', () => {
  it('count up, under one name wherever they are counted', () => {
    const metrics = new Metrics();
    metrics.counter('decisions_total').add();
    metrics.counter('decisions_total').add(4);
    expect(metrics.snapshot().counters).toEqual({ decisions_total: 5 });
  });

  it('read a figure at the moment of the question', () => {
    const metrics = new Metrics();
    let length = 1;
    metrics.gauge('queue_length', () => length);
    length = 7;
    expect(metrics.snapshot().gauges).toEqual({ queue_length: 7 });
  });

  it('spread values over buckets, a value on a bound in the lower one', () => {
    const metrics = new Metrics();
    for (const value of [0, 1, 1.5, 2, 100]) metrics.histogram('append_ms', [1, 2]).observe(value);
    expect(metrics.snapshot().histograms).toEqual({
      append_ms: {
        count: 5,
        sum: 104.5,
        buckets: [
          { atMost: 1, count: 2 },
          { atMost: 2, count: 2 },
          { atMost: null, count: 1 },
        ],
      },
    });
  });

  it('refuse a name that no collector would take', () => {
    expect(() => new Metrics().counter('Decisions total')).toThrow(/no name of a metric/);
  });
});
