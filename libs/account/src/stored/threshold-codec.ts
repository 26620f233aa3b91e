import type { LimitPause, Threshold } from '../facts.js';
import { AMOUNT, type FieldCodec } from './field-codecs.js';

type StoredThreshold = { readonly share: string } | { readonly used: string } | { readonly left: string };

const write = (threshold: Threshold): StoredThreshold => {
  if ('share' in threshold) return { share: threshold.share };
  return 'used' in threshold ? { used: threshold.used.toString() } : { left: threshold.left.toString() };
};

const read = (stored: StoredThreshold): Threshold => {
  if ('share' in stored) return { share: stored.share };
  return 'used' in stored ? { used: AMOUNT.read(stored.used as never) } : { left: AMOUNT.read(stored.left as never) };
};

export const THRESHOLD: FieldCodec<Threshold> = { write, read };

export const THRESHOLDS: FieldCodec<readonly Threshold[]> = {
  write: (thresholds) => thresholds.map(write),
  read: (stored: readonly StoredThreshold[]) => stored.map(read),
};

type StoredLimitPause = Omit<LimitPause, 'at'> & { readonly at: StoredThreshold };
export const LIMIT_PAUSE: FieldCodec<LimitPause> = {
  write: (pause): StoredLimitPause => ({ ...pause, at: write(pause.at) }),
  read: (stored: StoredLimitPause) => ({ ...stored, at: read(stored.at) }),
};
