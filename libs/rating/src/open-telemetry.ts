import { formatDecimal, minus, sumOf, ZERO_DECIMAL, type Decimal } from './decimal.js';
import { INPUT_TOKEN_METERS, OUTPUT_TOKEN_METERS, type CoreMeter } from './meters.js';
import { quantityDecimal, type Quantities, type Quantity } from './use.js';

/*
 * The usage attributes of OpenTelemetry's semantic conventions for generative AI (status: development), read in
 * open-telemetry/semantic-conventions-genai in November 2026. Its totals include their parts: input_tokens has all kinds of
 * input, cached ones too; a modality's input has what was read of it from the cache. Ours are disjoint, hence the
 * subtractions.
 */
type Names = readonly [string, ...string[]];
const INPUT: Names = ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'];
const OUTPUT: Names = ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'];
const CACHE_READ: Names = ['gen_ai.usage.cache_read.input_tokens'];
const CACHE_WRITE: Names = ['gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens'];
const REASONING: Names = ['gen_ai.usage.reasoning.output_tokens'];
const ofModality = (modality: string, kind: string): Names => [`gen_ai.usage.${modality}.${kind}`];

const NAMES: ReadonlySet<string> = new Set([
  ...INPUT,
  ...OUTPUT,
  ...CACHE_READ,
  ...CACHE_WRITE,
  ...REASONING,
  ...['text', 'image', 'audio'].flatMap((modality) =>
    ['input_tokens', 'output_tokens', 'cache_read.input_tokens'].flatMap((kind) => ofModality(modality, kind)),
  ),
]);

/** The names under which a caller states the whole output, reasoning included, before it knows how much of it is which. */
export const WHOLE_OUTPUT_NAMES: readonly string[] = ['output_tokens', ...OUTPUT];

/** Whether a meter is one of OpenTelemetry's names that {@link toCoreMeters} replaces. */
export const isOpenTelemetryName = (meter: string): boolean => meter.startsWith('gen_ai.') && NAMES.has(meter);

export type CoreMeters =
  | { readonly kind: 'meters'; readonly meters: Quantities }
  /** The counts contradict each other, so that no split of them counts each token once. */
  | { readonly kind: 'contradiction'; readonly reason: string };

/** Replaces OpenTelemetry's names by core meters, each token in exactly one. Other meters are kept as they are. */
export function toCoreMeters(meters: Quantities): CoreMeters {
  if (!Object.keys(meters).some(isOpenTelemetryName)) return { kind: 'meters', meters };
  const counts = new Counts(meters);
  const core = { ...inputSide(counts), ...outputSide(counts) };
  const [reason] = counts.contradictions;
  if (reason !== undefined) return { kind: 'contradiction', reason };
  const rest = Object.entries(meters).filter(([name]) => !isOpenTelemetryName(name));
  return { kind: 'meters', meters: { ...Object.fromEntries(rest), ...core } };
}

function inputSide(counts: Counts): Quantities {
  const total = counts.under(INPUT);
  const cacheRead = counts.under(CACHE_READ);
  const cacheWrite = counts.under(CACHE_WRITE);
  const text = counts.under(ofModality('text', 'input_tokens'));
  const audio = counts.under(ofModality('audio', 'input_tokens'));
  const image = counts.under(ofModality('image', 'input_tokens'));
  const textRead = counts.under(ofModality('text', 'cache_read.input_tokens'));
  const audioRead = counts.under(ofModality('audio', 'cache_read.input_tokens'));
  const imageRead = counts.under(ofModality('image', 'cache_read.input_tokens'));
  const parts = [cacheRead, cacheWrite, text, audio, image, textRead, audioRead, imageRead];
  if (!counts.checkTotal(total, parts, INPUT_TOKEN_METERS)) return {};

  const freshAudio = counts.less(audio, [audioRead]);
  const freshImage = counts.less(image, [imageRead]);
  return quantities({
    input_tokens: counts.less(total, [cacheRead, cacheWrite, freshAudio, freshImage]),
    cache_read_tokens: counts.less(cacheRead, [audioRead, imageRead]),
    cache_write_tokens: cacheWrite,
    input_audio_tokens: freshAudio,
    cache_read_audio_tokens: audioRead,
    input_image_tokens: freshImage,
    cache_read_image_tokens: imageRead,
  });
}

function outputSide(counts: Counts): Quantities {
  const total = counts.under(OUTPUT);
  const reasoning = counts.under(REASONING);
  const text = counts.under(ofModality('text', 'output_tokens'));
  const audio = counts.under(ofModality('audio', 'output_tokens'));
  const image = counts.under(ofModality('image', 'output_tokens'));
  if (!counts.checkTotal(total, [reasoning, text, audio, image], OUTPUT_TOKEN_METERS)) return {};

  return quantities({
    output_tokens: counts.less(total, [reasoning, audio, image]),
    reasoning_tokens: reasoning,
    output_audio_tokens: audio,
    output_image_tokens: image,
  });
}

interface Count {
  /** The name it is stated under, or would be. */
  readonly name: string;
  readonly value: Decimal;
  readonly isStated: boolean;
}

/** Reads counts and notes where they contradict each other. */
class Counts {
  readonly contradictions: string[] = [];

  constructor(private readonly meters: Quantities) {}

  /** The count under the first of the names that is there: today's name, then those it had before. */
  under(names: Names): Count {
    for (const name of names) {
      const quantity = this.meters[name];
      if (quantity !== undefined) return { name, value: quantityDecimal(name, quantity), isStated: true };
    }
    return { name: names[0], value: ZERO_DECIMAL, isStated: false };
  }

  /** What is left of a total without the parts that it includes. */
  less(total: Count, parts: readonly Count[]): Count {
    const included = sumOf(parts.map((part) => part.value));
    const value = minus(total.value, included);
    if (value.mantissa < 0n)
      this.contradictions.push(
        `${total.name} is ${formatDecimal(total.value)} but has to include its parts, which are ${formatDecimal(included)}`,
      );
    return { ...total, value };
  }

  /** Whether a side of the request is told of at all; and if so, that its total is, and that no core meter repeats a part. */
  checkTotal(total: Count, parts: readonly Count[], core: ReadonlySet<string>): boolean {
    const part = parts.find(({ value }) => value.mantissa > 0n);
    if (!total.isStated && part === undefined) return false;
    if (!total.isStated && part !== undefined)
      this.contradictions.push(`${part.name} is stated without ${total.name}, which it is a part of`);
    for (const [name, quantity] of Object.entries(this.meters))
      if (core.has(name) && quantityDecimal(name, quantity).mantissa > 0n)
        this.contradictions.push(`${name} is stated beside ${total.name}, which includes it`);
    return true;
  }
}

function quantities(counts: Readonly<Partial<Record<CoreMeter, Count>>>): Quantities {
  const used: Record<string, Quantity> = {};
  for (const [meter, { value }] of Object.entries(counts)) if (value.mantissa > 0n) used[meter] = quantityOf(value);
  return used;
}

const quantityOf = (value: Decimal): Quantity =>
  value.scale === 0 && value.mantissa <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value.mantissa)
    : formatDecimal(value);
