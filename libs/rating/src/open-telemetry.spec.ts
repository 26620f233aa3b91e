import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { INPUT_TOKEN_METERS, OUTPUT_TOKEN_METERS } from './meters.js';
import { toCoreMeters } from './open-telemetry.js';
import type { Quantities } from './use.js';

/** Names without the prefix that all of them have. */
const usage = (counts: Quantities): Quantities =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [`gen_ai.usage.${name}`, count]));

const core = (meters: Quantities) => {
  const split = toCoreMeters(meters);
  return split.kind === 'meters' ? split.meters : split.reason;
};

describe("OpenTelemetry's counts", () => {
  it('become input and output where nothing is told apart', () => {
    expect(core(usage({ input_tokens: 100, output_tokens: 20 }))).toEqual({ input_tokens: 100, output_tokens: 20 });
  });

  it('lose from their totals what is told apart, so that no token is counted twice', () => {
    expect(
      core(
        usage({
          input_tokens: 100,
          'cache_read.input_tokens': 50,
          'cache_write.input_tokens': 20,
          output_tokens: 200,
          'reasoning.output_tokens': 150,
        }),
      ),
    ).toEqual({
      input_tokens: 30,
      cache_read_tokens: 50,
      cache_write_tokens: 20,
      output_tokens: 50,
      reasoning_tokens: 150,
    });
  });

  it('are split by modality, cached parts out of both of their totals', () => {
    expect(
      core(
        usage({
          input_tokens: 100,
          'cache_read.input_tokens': 40,
          'text.input_tokens': 30,
          'audio.input_tokens': 45,
          'image.input_tokens': 25,
          'text.cache_read.input_tokens': 10,
          'audio.cache_read.input_tokens': 25,
          'image.cache_read.input_tokens': 5,
          output_tokens: 60,
          'text.output_tokens': 30,
          'audio.output_tokens': 20,
          'image.output_tokens': 10,
        }),
      ),
    ).toEqual({
      input_tokens: 20,
      cache_read_tokens: 10,
      input_audio_tokens: 20,
      cache_read_audio_tokens: 25,
      input_image_tokens: 20,
      cache_read_image_tokens: 5,
      output_tokens: 30,
      output_audio_tokens: 20,
      output_image_tokens: 10,
    });
  });

  it('are taken under the names of earlier conventions too, and once where both are sent', () => {
    expect(core(usage({ prompt_tokens: 10, completion_tokens: 5 }))).toEqual({ input_tokens: 10, output_tokens: 5 });
    expect(core(usage({ input_tokens: 10, prompt_tokens: 10, output_tokens: 5, completion_tokens: 5 }))).toEqual({
      input_tokens: 10,
      output_tokens: 5,
    });
    expect(core(usage({ input_tokens: 10, 'cache_creation.input_tokens': 4 }))).toEqual({
      input_tokens: 6,
      cache_write_tokens: 4,
    });
    expect(core(usage({ input_tokens: 10, 'cache_write.input_tokens': 4, 'cache_creation.input_tokens': 4 }))).toEqual({
      input_tokens: 6,
      cache_write_tokens: 4,
    });
  });

  it('may be texts and fractions', () => {
    expect(core(usage({ input_tokens: '10.5', 'cache_read.input_tokens': 4 }))).toEqual({
      input_tokens: '6.5',
      cache_read_tokens: 4,
    });
    expect(core(usage({ input_tokens: '9007199254740993' }))).toEqual({ input_tokens: '9007199254740993' });
    expect(() => core(usage({ input_tokens: -1 }))).toThrow(RangeError);
  });

  it('leave other meters as they are', () => {
    const others = { requests: 1, 'my.meter': '2.50' };
    expect(toCoreMeters(others)).toEqual({ kind: 'meters', meters: others });
    expect(core({ ...others, ...usage({ output_tokens: 1 }) })).toEqual({ ...others, output_tokens: 1 });
    expect(core({ input_tokens: 7, ...usage({ output_tokens: 1 }) })).toEqual({ input_tokens: 7, output_tokens: 1 });
    expect(core(usage({ total_tokens: 3 }))).toEqual({ 'gen_ai.usage.total_tokens': 3 });
  });

  it('sum to their totals again, in meters that are disjoint', () => {
    const few = fc.nat(5);
    fc.assert(
      fc.property(
        few,
        few,
        few,
        few,
        few,
        few,
        few,
        few,
        (fresh, read, written, audio, audioRead, image, spoken, thought) => {
          const split = core(
            usage({
              input_tokens: fresh + read + written + audio + audioRead + image,
              'cache_read.input_tokens': read + audioRead,
              'cache_write.input_tokens': written,
              'audio.input_tokens': audio + audioRead,
              'audio.cache_read.input_tokens': audioRead,
              'image.input_tokens': image,
              output_tokens: fresh + spoken + thought,
              'audio.output_tokens': spoken,
              'reasoning.output_tokens': thought,
            }),
          );
          const sumOver = (names: ReadonlySet<string>) =>
            Object.entries(split).reduce((sum, [name, count]) => (names.has(name) ? sum + Number(count) : sum), 0);
          expect(sumOver(INPUT_TOKEN_METERS)).toBe(fresh + read + written + audio + audioRead + image);
          expect(sumOver(OUTPUT_TOKEN_METERS)).toBe(fresh + spoken + thought);
          expect(
            Object.keys(split).every((name) => INPUT_TOKEN_METERS.has(name) || OUTPUT_TOKEN_METERS.has(name)),
          ).toBe(true);
        },
      ),
    );
  });
});

describe('counts that contradict each other', () => {
  it.each([
    [
      usage({ input_tokens: 10, 'cache_read.input_tokens': 11579 }),
      'gen_ai.usage.input_tokens is 10 but has to include its parts, which are 11579',
    ],
    [
      usage({
        input_tokens: 10,
        'cache_read.input_tokens': 2,
        'audio.input_tokens': 5,
        'audio.cache_read.input_tokens': 3,
      }),
      'gen_ai.usage.cache_read.input_tokens is 2 but has to include its parts, which are 3',
    ],
    [
      usage({ output_tokens: 5, 'reasoning.output_tokens': 3, 'audio.output_tokens': 3 }),
      'gen_ai.usage.output_tokens is 5 but has to include its parts, which are 6',
    ],
    [
      usage({ 'cache_read.input_tokens': 2, output_tokens: 1 }),
      'gen_ai.usage.cache_read.input_tokens is stated without gen_ai.usage.input_tokens, which it is a part of',
    ],
    [
      usage({ 'text.input_tokens': 2 }),
      'gen_ai.usage.text.input_tokens is stated without gen_ai.usage.input_tokens, which it is a part of',
    ],
    [
      usage({ 'text.output_tokens': 2 }),
      'gen_ai.usage.text.output_tokens is stated without gen_ai.usage.output_tokens, which it is a part of',
    ],
    [
      { ...usage({ input_tokens: 100 }), cache_read_tokens: 50 },
      'cache_read_tokens is stated beside gen_ai.usage.input_tokens, which includes it',
    ],
    [
      { ...usage({ output_tokens: 100 }), output_tokens: '100' },
      'output_tokens is stated beside gen_ai.usage.output_tokens, which includes it',
    ],
  ])('%j are named and not guessed at', (meters, reason) => {
    expect(toCoreMeters(meters)).toEqual({ kind: 'contradiction', reason });
  });

  it('do not arise from zeros', () => {
    expect(core({ ...usage({ 'cache_read.input_tokens': 0, 'reasoning.output_tokens': 0 }), requests: 1 })).toEqual({
      requests: 1,
    });
    expect(core({ ...usage({ input_tokens: 3 }), cache_read_tokens: 0 })).toMatchObject({ input_tokens: 3 });
  });
});
