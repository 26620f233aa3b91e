/** How `exchequer` ends. */
export const EXIT = {
  done: 0,
  /** Denied or rejected: the answer is no. */
  refused: 1,
  wrongUsage: 2,
  /** Something that has to answer does not. */
  unavailable: 3,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];
