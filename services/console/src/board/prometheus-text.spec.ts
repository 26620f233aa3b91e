import { describe, expect, it } from '@jest/globals';
import type { MetricsReply } from '@exchequer/contracts';
import { prometheusText } from './prometheus-text.js';

const of = (instance: string, parts: Partial<MetricsReply>): MetricsReply => ({
  service: 'meter',
  instance,
  version: '0.1.0',
  counters: {},
  gauges: {},
  histograms: {},
  endpoints: [],
  ...parts,
});

describe('the figures of the services, for Prometheus', () => {
  it('stand by family, though each instance has some of each', () => {
    const text = prometheusText([
      of('a', { counters: { events_total: 3 } }),
      of('b', { counters: { events_total: 4 } }),
    ]);
    expect(text).toBe(
      [
        '# TYPE exchequer_build_info gauge',
        'exchequer_build_info{service="meter",instance="a",version="0.1.0"} 1',
        'exchequer_build_info{service="meter",instance="b",version="0.1.0"} 1',
        '# TYPE exchequer_events_total counter',
        'exchequer_events_total{service="meter",instance="a"} 3',
        'exchequer_events_total{service="meter",instance="b"} 4',
        '',
      ].join('\n'),
    );
  });

  it('count in each bucket everything up to its bound, and everything in the last', () => {
    const buckets = [
      { atMost: 1, count: 2 },
      { atMost: 5, count: 3 },
      { atMost: null, count: 1 },
    ];
    const text = prometheusText([of('a', { histograms: { append_ms: { count: 6, sum: 21.5, buckets } } })]);
    expect(text.split('\n').filter((line) => line.startsWith('exchequer_append'))).toEqual([
      'exchequer_append_ms_bucket{service="meter",instance="a",le="1"} 2',
      'exchequer_append_ms_bucket{service="meter",instance="a",le="5"} 5',
      'exchequer_append_ms_bucket{service="meter",instance="a",le="+Inf"} 6',
      'exchequer_append_ms_sum{service="meter",instance="a"} 21.5',
      'exchequer_append_ms_count{service="meter",instance="a"} 6',
    ]);
  });

  it('cannot be broken by what stands in a label', () => {
    const text = prometheusText([of('a"b\\c\nd', { gauges: { lag: 1 } })]);
    expect(text).toContain('exchequer_lag{service="meter",instance="a\\"b\\\\c\\nd"} 1');
  });
});
