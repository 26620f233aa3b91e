/** What one of a meter is. */
export type MeterUnit =
  | 'token'
  | 'character'
  | 'image'
  | 'second'
  | 'search'
  | 'query'
  | 'request'
  | 'GPU-second'
  | 'gigabyte-hour'
  | 'compute unit'
  | 'outcome';

export interface Meter {
  readonly name: string;
  readonly unit: MeterUnit;
  /** Which side of a request it measures. `whole`: neither alone. */
  readonly side: 'input' | 'output' | 'whole';
  /** What is measured where it is not text. */
  readonly modality?: 'audio' | 'image' | 'video';
  /**
   * The meter whose price holds where a model has none for this one: a model that has no price for reasoning bills it as
   * output, one that has no price for anything seen bills it as input. Where a kind is usually dearer (audio, what is drawn)
   * or where a guess could be too low (caches), there is none: such usage is unpriced.
   */
  readonly pricedAs?: string;
  readonly meaning: string;
}

/**
 * The meters that everybody means the same by. They are disjoint: a token is counted in exactly one of them. Other meters may
 * be declared by pricing them in a rate card.
 */
export const CORE_METERS = [
  {
    name: 'input_tokens',
    unit: 'token',
    side: 'input',
    meaning: 'input read afresh: not from a cache, not written to one, of no modality that is counted apart',
  },
  { name: 'cache_read_tokens', unit: 'token', side: 'input', meaning: 'input served from a prompt cache' },
  {
    name: 'cache_write_tokens',
    unit: 'token',
    side: 'input',
    meaning: 'input read and written to a prompt cache for its usual time',
  },
  {
    name: 'cache_write_1h_tokens',
    unit: 'token',
    side: 'input',
    meaning: 'input read and written to a prompt cache for an hour',
  },
  {
    name: 'output_tokens',
    unit: 'token',
    side: 'output',
    meaning: 'output other than reasoning, of no modality that is counted apart',
  },
  {
    name: 'reasoning_tokens',
    unit: 'token',
    side: 'output',
    pricedAs: 'output_tokens',
    meaning: 'output spent on thinking and not shown',
  },
  { name: 'input_audio_tokens', unit: 'token', side: 'input', modality: 'audio', meaning: 'audio input read afresh' },
  {
    name: 'cache_read_audio_tokens',
    unit: 'token',
    side: 'input',
    modality: 'audio',
    meaning: 'audio input served from a cache',
  },
  {
    name: 'cache_write_audio_tokens',
    unit: 'token',
    side: 'input',
    modality: 'audio',
    meaning: 'audio input written to a cache',
  },
  { name: 'output_audio_tokens', unit: 'token', side: 'output', modality: 'audio', meaning: 'audio output' },
  {
    name: 'input_image_tokens',
    unit: 'token',
    side: 'input',
    modality: 'image',
    pricedAs: 'input_tokens',
    meaning: 'image input read afresh',
  },
  {
    name: 'cache_read_image_tokens',
    unit: 'token',
    side: 'input',
    modality: 'image',
    pricedAs: 'cache_read_tokens',
    meaning: 'image input served from a cache',
  },
  { name: 'output_image_tokens', unit: 'token', side: 'output', modality: 'image', meaning: 'image output, by tokens' },
  {
    name: 'input_video_tokens',
    unit: 'token',
    side: 'input',
    modality: 'video',
    pricedAs: 'input_tokens',
    meaning: 'video input read afresh',
  },
  { name: 'output_video_tokens', unit: 'token', side: 'output', modality: 'video', meaning: 'video output, by tokens' },
  {
    name: 'input_characters',
    unit: 'character',
    side: 'input',
    meaning: 'text input of models that bill by character',
  },
  {
    name: 'output_characters',
    unit: 'character',
    side: 'output',
    meaning: 'text output of models that bill by character',
  },
  { name: 'input_images', unit: 'image', side: 'input', modality: 'image', meaning: 'images shown, by number' },
  { name: 'output_images', unit: 'image', side: 'output', modality: 'image', meaning: 'images made, by number' },
  {
    name: 'input_seconds',
    unit: 'second',
    side: 'input',
    meaning: 'length of what was put in, such as a recording to transcribe',
  },
  { name: 'output_seconds', unit: 'second', side: 'output', meaning: 'length of what came out, such as speech' },
  {
    name: 'input_audio_seconds',
    unit: 'second',
    side: 'input',
    modality: 'audio',
    meaning: 'length of audio input beside other input',
  },
  {
    name: 'output_audio_seconds',
    unit: 'second',
    side: 'output',
    modality: 'audio',
    meaning: 'length of audio output beside other output',
  },
  {
    name: 'input_video_seconds',
    unit: 'second',
    side: 'input',
    modality: 'video',
    meaning: 'length of video input beside other input',
  },
  {
    name: 'output_video_seconds',
    unit: 'second',
    side: 'output',
    modality: 'video',
    meaning: 'length of video output beside other output',
  },
  { name: 'search_queries_low', unit: 'search', side: 'whole', meaning: 'web searches with a small search context' },
  {
    name: 'search_queries_medium',
    unit: 'search',
    side: 'whole',
    meaning: 'web searches with a medium search context',
  },
  { name: 'search_queries_high', unit: 'search', side: 'whole', meaning: 'web searches with a large search context' },
  {
    name: 'input_queries',
    unit: 'query',
    side: 'input',
    meaning: 'queries of models that bill by query, such as rerankers',
  },
  { name: 'requests', unit: 'request', side: 'whole', meaning: 'calls, whatever their size' },
  { name: 'gpu_seconds', unit: 'GPU-second', side: 'whole', meaning: 'time on one GPU of own hardware' },
  { name: 'storage_gigabyte_hours', unit: 'gigabyte-hour', side: 'whole', meaning: '10⁹ bytes kept for an hour' },
  {
    name: 'compute_units',
    unit: 'compute unit',
    side: 'whole',
    meaning: 'whatever a platform calls its unit of computing',
  },
  { name: 'resolved_outcomes', unit: 'outcome', side: 'whole', meaning: 'tasks that ended as they should' },
] as const satisfies readonly Meter[];

export type CoreMeter = (typeof CORE_METERS)[number]['name'];

const BY_NAME: ReadonlyMap<string, Meter> = new Map(CORE_METERS.map((meter) => [meter.name, meter]));

/** The core meter of that name, or undefined for a declared one. */
export const coreMeter = (name: string): Meter | undefined => BY_NAME.get(name);

/** The meters whose sum is the size of a request's input, which decides about long-context prices. */
export const INPUT_TOKEN_METERS: ReadonlySet<string> = new Set(
  CORE_METERS.filter((meter) => meter.unit === 'token' && meter.side === 'input').map((meter) => meter.name),
);

export const OUTPUT_TOKEN_METERS: ReadonlySet<string> = new Set(
  CORE_METERS.filter((meter) => meter.unit === 'token' && meter.side === 'output').map((meter) => meter.name),
);
