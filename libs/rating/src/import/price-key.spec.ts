import { describe, expect, it } from '@jest/globals';
import { parsePriceKey } from './price-key.js';

const read = (key: string): string | undefined => {
  const parsed = parsePriceKey(key);
  return parsed && `${parsed.meter} ${parsed.tier} ${String(parsed.aboveInputTokens)}`;
};

describe('a key of the common model price JSON', () => {
  it.each([
    ['input_cost_per_token', 'input_tokens standard 0'],
    ['output_cost_per_token', 'output_tokens standard 0'],
    ['input_cost_per_token_cache_hit', 'cache_read_tokens standard 0'],
    ['output_cost_per_reasoning_token', 'reasoning_tokens standard 0'],
    ['cache_read_input_token_cost', 'cache_read_tokens standard 0'],
    ['cache_creation_input_token_cost', 'cache_write_tokens standard 0'],
    ['cache_creation_input_audio_token_cost', 'cache_write_audio_tokens standard 0'],
    ['input_cost_per_image', 'input_images standard 0'],
    ['input_cost_per_image_token', 'input_image_tokens standard 0'],
    ['output_cost_per_video_token', 'output_video_tokens standard 0'],
    ['input_cost_per_second', 'input_seconds standard 0'],
    ['input_cost_per_audio_per_second', 'input_audio_seconds standard 0'],
    ['input_cost_per_video_per_second', 'input_video_seconds standard 0'],
    ['input_cost_per_character', 'input_characters standard 0'],
  ])('%s prices a meter', (key, meaning) => {
    expect(read(key)).toBe(meaning);
  });

  it.each([
    ['input_cost_per_token_batches', 'input_tokens batch 0'],
    ['output_cost_per_token_flex', 'output_tokens flex 0'],
    ['cache_read_input_token_cost_priority', 'cache_read_tokens priority 0'],
    ['input_cost_per_token_above_200k_tokens', 'input_tokens standard 200000'],
    ['cache_read_input_token_cost_above_272k_tokens', 'cache_read_tokens standard 272000'],
    ['input_cost_per_image_above_128k_tokens', 'input_images standard 128000'],
    ['cache_creation_input_token_cost_above_1hr', 'cache_write_1h_tokens standard 0'],
    ['cache_creation_input_token_cost_above_1hr_above_200k_tokens', 'cache_write_1h_tokens standard 200000'],
    ['cache_creation_input_token_cost_above_200k_tokens_above_1hr', 'cache_write_1h_tokens standard 200000'],
    ['output_cost_per_token_above_200k_tokens_priority', 'output_tokens priority 200000'],
    ['output_cost_per_token_priority_above_200k_tokens', 'output_tokens priority 200000'],
  ])('%s has modifiers in any order', (key, meaning) => {
    expect(read(key)).toBe(meaning);
  });

  it.each([
    'input_cost_per_token_above_8s_interval',
    'input_cost_per_token_turbo',
    'input_cost_per_token_batches_turbo',
    'input_cost_per_token_above_1hr',
    'cache_read_input_token_cost_above_1hr',
    'cache_creation_input_token_cost_above_1hr_above_1hr',
    'input_cost_per_token_flex_priority',
    'input_cost_per_token_above_200k_tokens_above_272k_tokens',
    'input_cost_per_pixel',
    'output_cost_per_token_cache_hit',
    'xinput_cost_per_token',
    '_batches',
    '',
    'max_tokens',
  ])('%j is not understood', (key) => {
    expect(read(key)).toBeUndefined();
  });
});
