import { readFile } from 'node:fs/promises';
import { UsageFault } from '../shell/faults.js';

/**
 * The text of a file that the command line names, without a byte order mark.
 *
 * @throws UsageFault when it cannot be read.
 */
export async function readTextFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new UsageFault(`${path} cannot be read: ${whyUnreadable(cause)}.`, { cause });
  }
}

/** Why the system did not give a file, in words. */
export function whyUnreadable(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file; check the path';
    case 'EISDIR':
      return 'it is a directory; name a file in it';
    case 'EACCES':
      return 'its permissions do not allow it';
    default:
      return code ?? 'the system does not say why';
  }
}
