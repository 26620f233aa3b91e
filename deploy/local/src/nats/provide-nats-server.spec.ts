import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createScratchDirectory, type ScratchDirectory } from '@exchequer/testing';
import { provideNatsServer } from './provide-nats-server.js';

const REFUSES = 'echo "E: Could not resolve host" >&2; exit 100';
const DOWNLOADS = 'touch nats-server_2.9.10_amd64.deb';
const UNPACKS = 'mkdir -p "$3/usr/sbin"; echo program > "$3/usr/sbin/nats-server"';

describe('providing a NATS server', () => {
  let directory: ScratchDirectory;
  let fetches: number;

  const program = async (path: string, script: string): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
    await chmod(path, 0o755);
  };
  const provide = (path = directory.join('apt')): Promise<string> =>
    provideNatsServer({
      data: directory.path,
      onFetch: () => (fetches += 1),
      environment: { PATH: path },
      systemDirectories: [directory.join('system')],
    });

  beforeEach(async () => {
    directory = await createScratchDirectory();
    fetches = 0;
  });
  afterEach(async () => {
    await directory.remove();
  });

  it('takes the one on the PATH before that of the system, and that before the one fetched before', async () => {
    await program(directory.join('bin', 'nats-server'), '');
    expect(await provide()).toBe(directory.join('bin', 'nats-server'));
    await program(directory.join('system', 'nats-server'), '');
    expect(await provide()).toBe(directory.join('system', 'nats-server'));
    await program(directory.join('path', 'nats-server'), '');
    expect(await provide(directory.join('path'))).toBe(directory.join('path', 'nats-server'));
    expect(fetches).toBe(0);
  });

  it("fetches Debian's package where there is none, once", async () => {
    await program(directory.join('apt', 'apt-get'), DOWNLOADS);
    await program(directory.join('apt', 'dpkg'), UNPACKS);
    const path = await provide();
    expect(await readFile(path, 'utf8')).toBe('program\n');
    expect(await provide()).toBe(path);
    expect(fetches).toBe(1);
    expect(await readdir(dirname(path))).toEqual(['nats-server']);
  });

  it('fetches with lists of its own where the system has none', async () => {
    await program(directory.join('apt', 'apt-get'), `case "$1" in download) ${REFUSES};; esac; ${DOWNLOADS}`);
    await program(directory.join('apt', 'dpkg'), UNPACKS);
    expect(await provide()).toBe(directory.join('bin', 'nats-server'));
  });

  it('says what to install when none can be had', async () => {
    await program(directory.join('apt', 'apt-get'), REFUSES);
    await expect(provide()).rejects.toThrow(
      /^There is no nats-server on the PATH and .*could not be fetched \(E: Could not resolve host\); install NATS server 2\.9 or later, .*\.$/,
    );
  });
});
