import { hash as hashOnce } from 'node:crypto';

/** Base64url digits of 128 bits, and four bits to spare. */
const LENGTH = 22;

/**
 * The hash under which a command's content is remembered: the first 128 bits of the SHA-256 of `text`, as 22 digits of base64url.
 * `text` must be the same for the same content, whatever the order of its keys.
 */
export const contentHashOf = (text: string): string => hashOnce('sha256', text, 'base64url').slice(0, LENGTH);
