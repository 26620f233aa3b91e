import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { isRunning, processIdentity } from './process-identity.js';

describe('the identity of a process', () => {
  it('stays while it runs, differs from that of another, and ends with it', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const pid = child.pid!;
    const identity = processIdentity(pid)!;
    expect(processIdentity(pid)).toBe(identity);
    expect(isRunning(pid, identity)).toBe(true);
    expect(isRunning(pid, processIdentity(process.pid)!)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processIdentity(pid)).toBeUndefined();
  });
});
