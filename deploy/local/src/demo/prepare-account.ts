import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Exchequer } from '@exchequer/client';
import { SUBJECTS, type ConfigureReply, type GrantBody, type PublishPricesReply } from '@exchequer/contracts';
import { importModelPrices, storedModels } from '@exchequer/rating';

/** Beside the sources and the build alike: two above `src/demo` and `dist/demo`. */
const FILES = new URL('../../demo/', import.meta.url);

/** The pool of the demo account: 10,000 usd in three layers, so that the order in which they are drawn can be seen. */
const GRANTS: readonly Omit<GrantBody, 'id'>[] = [
  { node: 'org', amount: '25', currency: 'usd', layer: 'promotional', note: 'welcome credit' },
  { node: 'org', amount: '975', currency: 'usd', layer: 'plan', note: 'included in the plan' },
  {
    node: 'org',
    amount: '9000',
    currency: 'usd',
    layer: 'purchased',
    paid: { amount: '8550', currency: 'usd' },
    note: 'bought in advance',
  },
];

/** Publishes the demo prices, applies the demo policy and fills the pool. Ids come from contents: repeats change nothing. */
export async function prepareAccount(exchequer: Exchequer): Promise<void> {
  await publishPrices(exchequer);
  const text = await readFile(new URL('policy.yaml', FILES), 'utf8');
  const policy = { id: idOf(text), text, fileName: 'deploy/local/demo/policy.yaml' };
  await exchequer.call<ConfigureReply>(SUBJECTS.allocation('apply', exchequer.account), policy);
  for (const grant of GRANTS) await exchequer.grant({ ...grant, id: idOf(JSON.stringify(grant)) });
}

async function publishPrices(exchequer: Exchequer): Promise<void> {
  const text = await readFile(new URL('prices.json', FILES), 'utf8');
  const { card } = importModelPrices(JSON.parse(text) as Record<string, unknown>, { name: 'demo' });
  const body = { name: card.name, currency: card.currency, models: storedModels(card.models) };
  await exchequer.call<PublishPricesReply>(SUBJECTS.catalogue('publish'), { id: idOf(text), card: body });
}

const idOf = (content: string): string =>
  `demo-${createHash('sha256').update(content).digest('base64url').slice(0, 22)}`;
