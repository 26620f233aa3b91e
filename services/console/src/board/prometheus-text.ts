import type { MetricsReply } from '@exchequer/contracts';

export const PROMETHEUS_MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Kind = 'counter' | 'gauge' | 'histogram';
type Labels = Readonly<Record<string, string>>;

/** What every instance of every service has counted, as Prometheus reads it (text format 0.0.4). */
export function prometheusText(replies: readonly MetricsReply[]): string {
  const families = new Families();
  for (const { service, instance, version, counters, gauges, histograms, endpoints } of replies) {
    const who = { service, instance };
    families.add('exchequer_build_info', 'gauge', { ...who, version }, 1);
    for (const [name, value] of Object.entries(counters)) families.add(`exchequer_${name}`, 'counter', who, value);
    for (const [name, value] of Object.entries(gauges)) families.add(`exchequer_${name}`, 'gauge', who, value);
    for (const [name, histogram] of Object.entries(histograms))
      addHistogram(families, `exchequer_${name}`, who, histogram);
    for (const endpoint of endpoints) {
      const labels = { ...who, endpoint: endpoint.name };
      families.add('exchequer_endpoint_requests_total', 'counter', labels, endpoint.requests);
      families.add('exchequer_endpoint_errors_total', 'counter', labels, endpoint.errors);
      families.add('exchequer_endpoint_processing_ms_total', 'counter', labels, endpoint.processingMs);
    }
  }
  return families.text();
}

/** Prometheus counts in a bucket everything up to its bound; a service counts from one bound to the next. */
function addHistogram(
  families: Families,
  name: string,
  who: Labels,
  histogram: MetricsReply['histograms'][string],
): void {
  let upTo = 0;
  for (const { atMost, count } of histogram.buckets) {
    upTo += count;
    families.add(name, 'histogram', { ...who, le: atMost === null ? '+Inf' : String(atMost) }, upTo, '_bucket');
  }
  families.add(name, 'histogram', who, histogram.sum, '_sum');
  families.add(name, 'histogram', who, histogram.count, '_count');
}

/** The lines of one family have to stand together. */
class Families {
  readonly #families = new Map<string, { readonly kind: Kind; readonly lines: string[] }>();

  add(name: string, kind: Kind, labels: Labels, value: number, suffix = ''): void {
    const family = this.#families.get(name) ?? { kind, lines: [] };
    this.#families.set(name, family);
    const written = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    family.lines.push(`${name}${suffix}{${written.join(',')}} ${String(value)}`);
  }

  text(): string {
    const parts = [...this.#families].flatMap(([name, { kind, lines }]) => [`# TYPE ${name} ${kind}`, ...lines]);
    return `${parts.join('\n')}\n`;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };
const escaped = (text: string): string => text.replace(/[\\"\n]/g, (character) => ESCAPES[character] ?? character);
