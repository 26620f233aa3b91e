import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cliText } from './run-cli.js';
import type { Stack } from './start-stack.js';

/** Prices of three models, in the common form. */
const PRICES = {
  'gpt-4o-mini': {
    litellm_provider: 'openai',
    mode: 'chat',
    input_cost_per_token: 1.5e-7,
    output_cost_per_token: 6e-7,
  },
  'claude-sonnet-4-5': {
    litellm_provider: 'anthropic',
    mode: 'chat',
    input_cost_per_token: 3e-6,
    output_cost_per_token: 1.5e-5,
  },
};

const POLICY = `account: demo
currencies: { usd: { display: 2 } }
nodes:
  org:           { kind: organization, pooling: own }
  team/research: { parent: org, pooling: own-then-parent }
  project/chat:  { parent: team/research, pooling: parent }
  user/ada:      { parent: team/research, pooling: parent, limits: [ { name: daily, amount: 1 usd, window: day UTC } ] }
`;

/** Opens the account `demo` with the command line alone: a policy, 10,000 usd, and prices (of a file, if one is given). */
export async function openAccount(stack: Stack, pricesFile?: string): Promise<void> {
  const policy = join(stack.data, 'policy.yaml');
  const prices = pricesFile ?? join(stack.data, 'prices.json');
  await writeFile(policy, POLICY);
  if (pricesFile === undefined) await writeFile(prices, JSON.stringify(PRICES));
  for (const args of [
    ['apply', policy],
    ['grant', 'org', '10000', 'usd'],
    ['prices', 'import', prices],
  ])
    await cliText(stack, ...args);
}
