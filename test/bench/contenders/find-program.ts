import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Missing } from '../bench.js';

const DEBIAN_POSTGRES = '/usr/lib/postgresql';

const postgresDirectories = (): string[] => {
  try {
    return readdirSync(DEBIAN_POSTGRES).map((version) => join(DEBIAN_POSTGRES, version, 'bin'));
  } catch {
    return [];
  }
};

/** @throws Missing when it is neither on the PATH nor where Debian keeps it. */
export function findProgram(name: string, debianPackage: string): string {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), ...postgresDirectories()];
  for (const directory of directories) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  throw new Missing(`no ${name} is installed; on Debian: apt-get install ${debianPackage}`);
}
