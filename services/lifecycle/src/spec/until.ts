const LOOK_EVERY_MS = 10;
/** Far beyond what anything here takes; without it a test that fails would never end. */
const PATIENCE_MS = 15_000;

/** Waits for something that comes by itself. */
export async function until(isThere: () => boolean | Promise<boolean>): Promise<void> {
  const beganAt = Date.now();
  while (!(await isThere())) {
    if (Date.now() - beganAt > PATIENCE_MS) throw new Error(`it never came: ${isThere.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
