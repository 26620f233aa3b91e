import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CORE_METERS, coreMeter, INPUT_TOKEN_METERS, OUTPUT_TOKEN_METERS, type Meter } from './meters.js';

const meters: readonly Meter[] = CORE_METERS;

describe('the core meters', () => {
  it('have names of their own that messages can carry', () => {
    expect(new Set(meters.map(({ name }) => name)).size).toBe(meters.length);
    for (const { name } of meters) expect(name).toMatch(/^[a-z][a-z0-9_.]{0,63}$/);
  });

  it('are all explained in the README, with their unit', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const { name, unit } of meters)
      expect(readme).toMatch(new RegExp(`^\\| [^|]*\`${name}\`[^|]*\\| ${unit} +\\|`, 'm'));
  });

  it('are billed, if as another, as a plain one of the same unit and side', () => {
    for (const { pricedAs, unit, side } of meters) {
      if (pricedAs === undefined) continue;
      const plain = coreMeter(pricedAs);
      expect(plain).toMatchObject({ unit, side });
      expect(plain?.modality).toBeUndefined();
      expect(plain?.pricedAs).toBeUndefined();
    }
  });

  it('count as input what a provider counts for its long-context prices', () => {
    expect(Array.from(INPUT_TOKEN_METERS).sort()).toEqual([
      'cache_read_audio_tokens',
      'cache_read_image_tokens',
      'cache_read_tokens',
      'cache_write_1h_tokens',
      'cache_write_audio_tokens',
      'cache_write_tokens',
      'input_audio_tokens',
      'input_image_tokens',
      'input_tokens',
      'input_video_tokens',
    ]);
    for (const name of OUTPUT_TOKEN_METERS) expect(INPUT_TOKEN_METERS.has(name)).toBe(false);
  });

  it('leave other names to whoever declares them', () => {
    expect(coreMeter('my.meter')).toBeUndefined();
    expect(coreMeter('constructor')).toBeUndefined();
  });
});
