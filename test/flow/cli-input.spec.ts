import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openAccount } from '../processes/open-account.js';
import { runCli } from '../processes/run-cli.js';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 60_000;
const CSV = `id,payer,model,input_tokens,output_tokens
r-1,project/chat,gpt-4o-mini,1000,100
r-2,project/chat,gpt-4o-mini,many,100
r-3,project/chat,gpt-4o-mini,1000,100
r-4,user/zoe,gpt-4o-mini,1000,100
r-5,project/chat,gpt-4o-mini,-1,100
r-6,project/chat,gpt-4o-mini,1000,100
`;

describe('a command that is refused by the running services', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(['enforcement', 'meter', 'allocation']);
    await openAccount(stack);
  }, START_MS);
  afterAll(() => stack.stop(), START_MS);

  const spent = async (): Promise<string | undefined> => {
    const { out } = await runCli(stack, 'balance', 'org', '--json');
    return (JSON.parse(out) as { balances: { spent: string }[] }).balances[0]?.spent;
  };
  const nodes = async (): Promise<unknown> =>
    (JSON.parse((await runCli(stack, 'tree', '--json')).out) as { nodes: unknown }).nodes;
  const fileWith = async (name: string, text: string): Promise<string> => {
    const path = join(stack.data, name);
    await writeFile(path, text);
    return path;
  };

  it.each<[readonly string[], number, string, RegExp]>([
    [['authorize', '--payer', 'user/ada', '--amount', '0.5 usd'], 0, '', /./],
    [['authorize', '--payer', 'user/ada', '--amount', '2 usd'], 1, '', /daily/],
    [['authorize', '--payer', 'user/zoe', '--amount', '1 usd'], 1, 'UnknownNode', /user\/zoe/],
    [
      ['authorize', '--payer', 'org', '--model', 'gpt-9', '--input', '1', '--output-max', '1'],
      1,
      'UnknownPrice',
      /gpt-9/,
    ],
    [['grant', 'org', '1', 'eur'], 1, 'Malformed', /eur/],
    [['grant', 'org', '0.0000000001', 'usd'], 1, 'Malformed', /9 digits/],
    [['grant', 'org', '9223372037', 'usd'], 1, 'Malformed', /largest amount/],
    [['transfer', 'org', 'team/research', '20000', 'usd'], 1, 'InsufficientCredits', /./],
    [['settle', 'h-zz-9', '--input', '1', '--output', '1'], 1, 'UnknownHold', /no hold h-zz-9/],
    [['void', 'h-zz-9'], 1, 'UnknownHold', /h-zz-9/],
    [['tree', '--account', 'nobody'], 1, 'UnknownAccount', /./],
    [['grant', 'org'], 2, 'Malformed', /missing required argument/],
    [['tree', '--server', 'nats://127.0.0.1:1'], 3, 'Unavailable', /^NATS is not reachable at 127\.0\.0\.1:1/],
  ])(
    'ends with its status and a sentence: %j',
    async (words, status, code, sentence) => {
      const { status: ended, out, err } = await runCli(stack, ...words);
      expect([ended, out + err]).toEqual([status, expect.stringMatching(sentence)]);
      expect(out + err).not.toMatch(/\n +at |node_modules|\/dist\//);
      if (code === '') return;
      expect(err).toMatch(/\.\n$/);
      const { out: document } = await runCli(stack, ...words, '--json');
      expect(JSON.parse(document)).toMatchObject({ error: { code } });
    },
    PATIENCE_MS,
  );

  it(
    'names line and column of what is wrong in a policy file, and changes nothing',
    async () => {
      const before = await nodes();
      const file = await fileWith('wrong.yaml', 'account: demo\nnodes:\n  team/new: {}\n  org: { colour: red }\n');
      for (const command of ['plan', 'apply']) {
        const { status, err } = await runCli(stack, command, file);
        expect([status, err]).toEqual([1, expect.stringMatching(/wrong\.yaml:4:10: .*colour.*\.\n$/)]);
      }
      const broken = await fileWith('broken.yaml', 'account: demo\nnodes: { org: [ }\n');
      expect(await runCli(stack, 'apply', broken)).toMatchObject({
        status: 1,
        err: expect.stringMatching(/broken\.yaml:2:\d+: .+\.\n$/),
      });
      expect(await nodes()).toEqual(before);
    },
    PATIENCE_MS,
  );

  it(
    'names each broken row of a CSV, settles the others, and ends with 1',
    async () => {
      const file = await fileWith('usage.csv', CSV);
      expect(await spent()).toBe('0');
      const { status, out, err } = await runCli(stack, 'usage', 'import', file, '--source', 'spec', '--json');
      expect([status, err]).toEqual([1, expect.any(String)]);
      const document = JSON.parse(out) as {
        broken: { line: number }[];
        rejected: { firstLine: number; code: string }[];
      };
      expect(document).toMatchObject({ settled: 3, amounts: { usd: '0.00063' } });
      const lines = [...document.broken.map(({ line }) => line), ...document.rejected.map((one) => one.firstLine)];
      expect(lines.sort()).toEqual([3, 5, 6]);
      expect(await spent()).toBe('0.00063');
    },
    PATIENCE_MS,
  );
});
