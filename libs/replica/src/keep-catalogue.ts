import type { Catalogue } from './catalogue.js';

/** Rate cards are looked for this often, should nobody say that there are new ones. */
const LOOK_EVERY_MS = 2_000;

/** A catalogue that is read again and again. */
export interface KeptCatalogue {
  /** Reads it now: somebody said that there is something new. */
  look(): void;
  stop(): void;
}

/**
 * Keeps a catalogue up to date until it is stopped. Resolves after the first reading, whether it went well or not. Keeps no
 * process alive.
 *
 * @param onFault told why a reading failed; the next one comes by itself.
 * @param everyMs how long to wait between two readings, in milliseconds.
 */
export async function keepCatalogue(
  catalogue: Catalogue,
  onFault: (fault: unknown) => void,
  everyMs = LOOK_EVERY_MS,
): Promise<KeptCatalogue> {
  const read = (): Promise<void> => catalogue.refresh().catch(onFault);
  await read();
  const timer = setInterval(() => void read(), everyMs);
  timer.unref();
  return {
    look: () => void read(),
    stop: () => {
      clearInterval(timer);
    },
  };
}
