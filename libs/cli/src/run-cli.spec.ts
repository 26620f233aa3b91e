import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectBus } from '@exchequer/bus';
import { problem } from '@exchequer/contracts';
import { argumentsForTypeScript, startNats, withScratchDirectory, type RunningNats } from '@exchequer/testing';
import { run } from './spec/recorder.js';

describe('a command that cannot be understood', () => {
  it.each([
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['tre'], /Did you mean tree\?/],
    [['grant', 'org', '5'], /missing required argument 'currency'/],
    [['authorize', '--model', 'gpt-4o', '--input', '-5'], /--input/],
    [['authorize', '--payer', 'org'], /What is asked for is missing/],
    [['authorize', '--model', 'gpt-4o', '--amount', '1 usd'], /exclude each other/],
    [['authorize', '--amount', '1 usd', '--accept', 'some'], /Allowed choices are full, partial/],
    [['quote', '--amount', '1 usd', '--feature', 'chat', '--tag', 'feature=search'], /--feature is the tag feature/],
    [['replay', 'x.csv', '--model', 'gpt-4o'], /--payer/],
    [['replay', '/none/x.csv', '--payer', 'org', '--model', 'a,,b'], /names with commas/],
    [['report', '--by', 'day', '--csv', '--json'], /--csv and --json exclude each other/],
    [['tree', '--account', 'No Such*'], /is no account name/],
    [['tree', '--server', 'http://example.org'], /EXCHEQUER_NATS takes the address of a NATS server/],
    [['apply', '/none/policy.yaml'], /cannot be read: there is no such file/],
    [['grant', 'org', '1', 'usd', '--expires', 'tomorrow'], /2026-11-21T10:00:00Z/],
    [['balance', 'org', '--as-of', '2999-01-01'], /still to come/],
  ])('ends with 2 and one sentence: %j', async (words, sentence) => {
    const { status, err, out } = await run(...words);
    expect(status).toBe(2);
    expect(err).toMatch(sentence);
    expect(err.trimEnd()).not.toContain('\n');
    expect(out.startsWith('{') || out === '').toBe(true);
  });

  it('says so as a document, too, where one is asked for', async () => {
    const { out } = await run('frobnicate', '--json');
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'Malformed' } });
  });
});

describe('help', () => {
  it('is printed for every command, with an example', async () => {
    const { out } = await run('--help');
    const names = Array.from(out.matchAll(/^ {2}([a-z]+)\b/gm), ([, name]) => name ?? '').filter(
      (name) => name !== 'help',
    );
    expect(names).toEqual(expect.arrayContaining(['up', 'down', 'status', 'apply', 'replay', 'report', 'explain']));
    const leaves = names
      .filter((name) => !['ledger', 'prices', 'session', 'usage'].includes(name))
      .map((name) => [name]);
    leaves.push(
      ['ledger', 'verify'],
      ['ledger', 'tail'],
      ['ledger', 'anchor'],
      ['prices', 'import'],
      ['usage', 'import'],
      ['session', 'open'],
      ['session', 'end'],
    );
    for (const words of leaves) {
      const help = await run(...words, '--help');
      expect(help.status).toBe(0);
      expect(help.out).toContain(`Example:\n  exchequer ${words.join(' ')}`);
    }
  });

  it('is what a call without a command gets, with the status of wrong usage', async () => {
    const { status, err } = await run();
    expect(status).toBe(2);
    expect(err).toContain('Usage: exchequer');
  });
});

describe('a command that nobody answers', () => {
  let nats: RunningNats;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());

  it('ends with 3 when there is no NATS, naming where it was looked for', async () => {
    const { status, err } = await run('tree', '--server', 'nats://127.0.0.1:1');
    expect(status).toBe(3);
    expect(err).toMatch(/^NATS is not reachable at 127\.0\.0\.1:1; .+ \(Unavailable\)\.\n$/);
  });

  it('ends with 3 when no service listens, with a document where one is asked for', async () => {
    const { status, err, out } = await run('tree', '--server', nats.url, '--json');
    expect(status).toBe(3);
    expect(err).toMatch(/^Nobody answers on credits\.v1\.tree\.demo; .+ \(Unavailable\)\.\n$/);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'Unavailable' } });
  }, 15_000);

  it(
    'ends its process with the same status',
    () =>
      withScratchDirectory(async (directory) => {
        const words = ['ledger', 'verify', '--server', nats.url];
        const child = spawn(
          process.execPath,
          argumentsForTypeScript(new URL('./spec/main.ts', import.meta.url), ...words),
          {
            env: { PATH: process.env['PATH'], EXCHEQUER_DATA: directory.path },
            stdio: ['ignore', 'pipe', 'pipe'],
          },
        );
        let err = '';
        child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
        const [status] = (await once(child, 'close')) as [number];
        expect(err).toContain(`There is no ledger at lmdb:${directory.join('ledger')}`);
        expect(status).toBe(3);
      }),
    20_000,
  );
});

describe('explaining', () => {
  let nats: RunningNats;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());

  it.each([
    ['account-demo@12.1', 'position'],
    ['account-other@x', 'position'],
    ['h-1-mi8x2k0w', 'hold'],
    ['account-7', 'command'],
  ])('asks for %s as a %s', async (name, kind) => {
    const bus = await connectBus({ servers: nats.url, name: 'spec' });
    bus.subscribe('credits.v1.explain.demo', {}, ({ data, reply }) => {
      const asked = Buffer.from(data).toString();
      bus.publish(reply ?? '', JSON.stringify({ error: problem('Malformed', `asked: ${asked}`) }));
    });
    await bus.flush();
    const { status, err } = await run('explain', name, '--server', nats.url);
    await bus.close();
    expect(err).toContain(JSON.stringify({ [kind]: name }));
    expect(status).toBe(1);
  });
});
