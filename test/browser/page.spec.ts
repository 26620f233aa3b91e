import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectExchequer, type Exchequer } from '@exchequer/client';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startStack, type Stack } from '../processes/start-stack.js';

const START_MS = 60_000;
const PATIENCE_MS = 30_000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const POLICY = `account: demo
currencies: { usd: { display: 2 }, data-credit: { display: 0 } }
nodes:
  org: { kind: organization, pooling: own }
  team/research: { parent: org, pooling: own-then-parent }
  project/chat: { parent: team/research, pooling: parent }
  user/ada: { parent: team/research, pooling: parent, limits: [ { name: daily, amount: 1 usd, window: day UTC } ] }
  user/bob:
    parent: team/research
    pooling: parent
    limits: [ { name: soft, amount: 8 usd, window: lifetime, mode: alert, thresholds: [50%, { left: 1 usd }] } ]
`;

const browserProgram = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((directory) => NAMES.map((name) => join(directory, name)))
  .find((path) => existsSync(path));

const describeInBrowser = browserProgram === undefined ? describe.skip : describe;
if (browserProgram === undefined)
  console.warn('The page is not tested: there is no Chromium on the PATH. Install chromium to test it.');

describeInBrowser('the page', () => {
  let stack: Stack;
  let client: Exchequer;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    stack = await startStack();
    client = await connectExchequer({ servers: stack.nats, account: 'demo' });
    await client.call('allocation.v1.apply.demo', { id: 'policy', text: POLICY });
    await client.grant({ node: 'org', amount: '1234.5067', currency: 'usd' });
    await client.grant({ node: 'org', amount: '7000', currency: 'data-credit' });
    browser = await chromium.launch({ executablePath: browserProgram!, args: ['--no-sandbox'] });
  }, START_MS);
  afterAll(async () => {
    await browser.close();
    await client.close();
    await stack.stop();
  }, START_MS);
  beforeEach(async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (fault) => faults.push(fault.message));
  });
  afterEach(async () => {
    await page.close();
    expect(faults.splice(0)).toEqual([]);
  });

  const open = async (query = ''): Promise<void> => {
    await page.goto(`${stack.url}/${query}`);
    await page.getByText('Live', { exact: true }).waitFor();
  };
  const rowOf = (node: string) =>
    page.getByRole('row').filter({ has: page.getByRole('button', { name: node, exact: true }) });
  const textOf = async (node: string, column: number): Promise<string> =>
    (await rowOf(node).getByRole('cell').nth(column).textContent()) ?? '';
  const becomes = async (read: () => Promise<string | null>, wanted: string | RegExp): Promise<void> => {
    for (;;) {
      const text = await read();
      if (text !== null && (typeof wanted === 'string' ? text === wanted : wanted.test(text))) return;
      await page.waitForTimeout(50);
    }
  };

  it(
    'shows the tree with exact amounts, every digit of them',
    async () => {
      await open();
      await rowOf('org').waitFor();
      expect(await page.getByRole('button', { name: /^(org|team|project|user)/ }).allTextContents()).toEqual([
        'org',
        'project/default',
        'team/research',
        'project/chat',
        'user/ada',
        'user/bob',
      ]);
      expect(await textOf('org', 0)).toBe('1,234.5067');
      expect(await rowOf('user/ada').textContent()).toContain('daily: 1.00 of 1.00 left');
    },
    PATIENCE_MS,
  );

  it(
    'follows what happens without being loaded again, and keeps the focus where it is',
    async () => {
      await open();
      await rowOf('user/ada').waitFor();
      await page.getByRole('button', { name: 'user/ada', exact: true }).focus();
      const { hold } = await client.authorize({ payer: 'user/ada', amounts: { usd: '0.400000001' }, holdFor: 'PT5M' });
      await becomes(() => textOf('user/ada', 1), '0.400000001');
      expect(await rowOf('user/ada').textContent()).toContain('daily: 0.599999999 of 1.00 left, 0.400000001 under way');
      await page.getByRole('row', { name: /^user\/ada [\d.]+ usd in \d+ min$/ }).waitFor();
      await client.settle(hold!.id, { amounts: { usd: '0.3' } });
      await becomes(() => textOf('user/ada', 2), '0.30');
      expect(await textOf('user/ada', 1)).toBe('0.00');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('user/ada');
      await page.getByText('No call is under way.').waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'shows how a limit treats what goes beyond it, and which of its thresholds are crossed',
    async () => {
      await open();
      await rowOf('user/bob').getByText('not yet 50%').waitFor();
      await client.authorize({ payer: 'user/bob', amounts: { usd: '4' } }).then(({ hold }) => client.settle(hold!.id));
      await rowOf('user/bob').getByText('crossed 50%').waitFor();
      expect(await rowOf('user/bob').locator('.limit-notes span').allTextContents()).toEqual([
        'alert',
        'crossed 50%',
        'not yet 1.00 usd left',
      ]);
      expect(await rowOf('user/ada').locator('.limit-notes').isVisible()).toBe(false);
    },
    PATIENCE_MS,
  );

  it(
    'explains a refusal: the sentence, the limit that stopped it, and what it had left',
    async () => {
      await open();
      const denied = await client.authorize({ payer: 'user/ada', amounts: { usd: '5' } });
      const refused = page.locator('details').filter({ hasText: 'Refused' }).first();
      await refused.locator('summary').click();
      await refused.getByText('stopped it').waitFor();
      const text = await refused.textContent();
      expect(text).toContain(denied.message);
      expect(text).toMatch(/user\/ada stopped it\s*daily: 0\.70 of 1\.00 left/);
      await page.getByText(/1 refused by daily of user\/ada/).waitFor();
      const later = Array.from({ length: 30 }, () =>
        client.authorize({ payer: 'project/chat', amounts: { usd: '0.01' } }),
      );
      await Promise.all(later);
      await page.locator('details').filter({ hasText: 'project/chat' }).nth(19).waitFor();
      expect(await refused.getAttribute('open')).not.toBeNull();
    },
    PATIENCE_MS,
  );

  it(
    'shows the lots of a node, and who pays for it',
    async () => {
      await open();
      await page.getByRole('button', { name: 'project/chat', exact: true }).click();
      const panel = page.getByRole('dialog', { name: 'project/chat' });
      await panel.getByText('Paid by team/research, then org.').waitFor();
      await panel.getByText('It has no credits of its own.').waitFor();
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'hidden' });
      expect(await page.evaluate('document.activeElement.textContent')).toBe('project/chat');
    },
    PATIENCE_MS,
  );

  it(
    'folds a part of the tree by the keyboard, and shows another currency',
    async () => {
      await open();
      const fold = page.getByRole('button', { name: 'Nodes under team/research' });
      await fold.focus();
      await page.keyboard.press('Enter');
      await rowOf('user/ada').waitFor({ state: 'detached' });
      expect(await fold.getAttribute('aria-expanded')).toBe('false');
      await page.getByRole('button', { name: 'data-credit' }).click();
      await becomes(() => textOf('org', 0), '7,000');
    },
    PATIENCE_MS,
  );

  it(
    'says how to open an account that is not there',
    async () => {
      await open('?account=nobody');
      await page.getByText('There is no account nobody yet.').waitFor();
      expect(await page.getByRole('heading', { name: 'Decisions' }).isVisible()).toBe(false);
    },
    PATIENCE_MS,
  );

  it(
    'says that enforcement cannot be reached, keeps what it shows, and recovers by itself',
    async () => {
      await open();
      await rowOf('org').waitFor();
      await stack.service('enforcement').kill();
      await page.getByText('Enforcement cannot be reached, retrying.').waitFor();
      expect(await rowOf('org').isVisible()).toBe(true);
      await stack.restart('enforcement');
      await page.getByText('Enforcement cannot be reached').waitFor({ state: 'detached' });
    },
    START_MS,
  );

  it(
    'says that it reconnects while the console is away',
    async () => {
      await open();
      await stack.service('console').kill();
      await page.getByText('Reconnecting', { exact: true }).waitFor();
      await page.getByText('The console cannot be reached, retrying.').waitFor();
    },
    START_MS,
  );
});
