import type { CoreMeter } from '../meters.js';
import type { ServiceTier } from '../rate-card.js';

/** What a key of the common model price JSON prices. */
export interface PriceKey {
  readonly meter: CoreMeter;
  readonly tier: ServiceTier;
  readonly aboveInputTokens: number;
}

/*
 * key      = head { modifier }
 * head     = ( "input" | "output" ) "_cost_per_" thing
 *          | "cache_" ( "read" | "creation" ) "_input_" [ "audio_" | "image_" ] "token_cost"
 * modifier = "_above_1hr" | "_above_" thousands "k_tokens" | "_batches" | "_flex" | "_priority"
 */
const KEY = /^(?<head>.+?)(?<modifiers>(?:_above_1hr|_above_\d{1,6}k_tokens|_batches|_flex|_priority)*)$/;
const MODIFIER = /_above_(?<hours>1hr)|_above_(?<thousands>\d+)k_tokens|_(?<tier>batches|flex|priority)/g;

const INPUT = 'input_cost_per_';
const OUTPUT = 'output_cost_per_';

const METER_OF_HEAD: ReadonlyMap<string, CoreMeter> = new Map<string, CoreMeter>([
  [`${INPUT}token`, 'input_tokens'],
  [`${INPUT}token_cache_hit`, 'cache_read_tokens'],
  [`${INPUT}audio_token`, 'input_audio_tokens'],
  [`${INPUT}image_token`, 'input_image_tokens'],
  [`${INPUT}video_token`, 'input_video_tokens'],
  [`${INPUT}character`, 'input_characters'],
  [`${INPUT}image`, 'input_images'],
  [`${INPUT}second`, 'input_seconds'],
  [`${INPUT}audio_per_second`, 'input_audio_seconds'],
  [`${INPUT}video_per_second`, 'input_video_seconds'],
  [`${INPUT}query`, 'input_queries'],
  [`${INPUT}request`, 'requests'],
  [`${OUTPUT}token`, 'output_tokens'],
  [`${OUTPUT}reasoning_token`, 'reasoning_tokens'],
  [`${OUTPUT}audio_token`, 'output_audio_tokens'],
  [`${OUTPUT}image_token`, 'output_image_tokens'],
  [`${OUTPUT}video_token`, 'output_video_tokens'],
  [`${OUTPUT}character`, 'output_characters'],
  [`${OUTPUT}image`, 'output_images'],
  [`${OUTPUT}second`, 'output_seconds'],
  [`${OUTPUT}audio_per_second`, 'output_audio_seconds'],
  [`${OUTPUT}video_per_second`, 'output_video_seconds'],
  ['cache_read_input_token_cost', 'cache_read_tokens'],
  ['cache_read_input_audio_token_cost', 'cache_read_audio_tokens'],
  ['cache_read_input_image_token_cost', 'cache_read_image_tokens'],
  ['cache_creation_input_token_cost', 'cache_write_tokens'],
  ['cache_creation_input_audio_token_cost', 'cache_write_audio_tokens'],
]);

const TIER_OF_WORD: Readonly<Record<string, ServiceTier>> = { batches: 'batch', flex: 'flex', priority: 'priority' };

/** Reads a key by the grammar above, or says undefined when it is not of it or says the same thing twice. */
export function parsePriceKey(key: string): PriceKey | undefined {
  const { head = '', modifiers = '' } = KEY.exec(key)?.groups ?? {};
  let meter = METER_OF_HEAD.get(head);
  let tier: ServiceTier | undefined;
  let aboveInputTokens: number | undefined;
  for (const { groups = {} } of modifiers.matchAll(MODIFIER)) {
    if (groups['hours'] !== undefined) {
      if (meter !== 'cache_write_tokens') return undefined;
      meter = 'cache_write_1h_tokens';
    } else if (groups['thousands'] !== undefined) {
      if (aboveInputTokens !== undefined) return undefined;
      aboveInputTokens = Number(groups['thousands']) * 1_000;
    } else {
      if (tier !== undefined) return undefined;
      tier = TIER_OF_WORD[groups['tier'] ?? ''];
    }
  }
  return meter === undefined ? undefined : { meter, tier: tier ?? 'standard', aboveInputTokens: aboveInputTokens ?? 0 };
}
