import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface PageFile {
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly etag: string;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The files of the page, read once: what is not among them cannot be asked for, whatever the path says. */
export function readPageFiles(directory: string): readonly PageFile[] {
  return readdirSync(directory).flatMap((name): readonly PageFile[] => {
    const mediaType = MEDIA_TYPES[extname(name)];
    if (mediaType === undefined) return [];
    const bytes = readFileSync(join(directory, name));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    return [{ path: name === 'index.html' ? '/' : `/page/${name}`, mediaType, bytes, etag }];
  });
}
