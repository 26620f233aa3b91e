import { webcrypto } from 'node:crypto';

/** SHA-256 of a snapshot in hex, reckoned beside the event loop: a snapshot may be tens of megabytes. */
export const snapshotHash = async (bytes: Uint8Array): Promise<string> =>
  Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
