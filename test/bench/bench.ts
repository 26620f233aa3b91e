import type { Figures } from './measure.js';

/** Something that does the work of a bench, up and running. */
export interface Contender {
  round(): Promise<Figures>;
  stop(): Promise<void>;
}

/** A rival that this machine does not have. */
export class Missing extends Error {}

export interface Rival {
  readonly name: string;
  /** @throws Missing */
  readonly start: (directory: string) => Promise<Contender>;
}

export interface Target {
  /** Its name, or `exchequer` for ours where nothing is divided. */
  readonly rival: string;
  /** What is divided: ours by the rival's. */
  readonly figure: keyof Figures;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** A bound of the contender's own figure, where nothing is divided. */
  readonly itselfAtMost?: number;
}

/** One measurement: ours and the rivals do the same work, in turns. */
export interface Bench {
  readonly name: string;
  readonly about: string;
  /** What the figures are, where they are not times: all of them are then the same number of bytes. */
  readonly measures?: 'bytes';
  readonly ours: (directory: string) => Promise<Contender>;
  readonly rivals: readonly Rival[];
  readonly targets: readonly Target[];
}
