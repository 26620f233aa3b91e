import type { ReportReply } from '@exchequer/contracts';
import { describe, expect, it, jest } from '@jest/globals';
import { amount } from '@exchequer/kernel';
import { Bookkeeper, call, grant, open, START, USD } from '../spec/bookkeeper.js';
import { endOf, namesOf, project, question, withWorld, type World } from '../spec/projected.js';
import { report, type ReportQuestion } from './report.js';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;

/** Projects what `write` puts into the ledger, and lets questions be asked about it. */
const asking = (
  write: (books: Bookkeeper) => Promise<unknown>,
  use: (ask: (more: Partial<ReportQuestion>, position?: bigint) => Promise<ReportReply>, world: World) => Promise<void>,
): Promise<void> =>
  withWorld(async (world) => {
    const books = new Bookkeeper(world.ledger);
    await books.write(START, [open(), grant('org', 1_000_000n)]);
    await write(books);
    await project(world);
    const end = await endOf(world.ledger);
    await use(
      (more, position = end) => report(world.analytics, question(more), { names: namesOf(world), position }),
      world,
    );
  });

describe('a report', () => {
  it('counts a corrected charge once, at its own instant, with what it really was', () =>
    asking(
      async (books) => {
        await books.write(START, [
          call({ id: '1', cost: 150n, input: 100, output: 20 }),
          call({ id: '2', cost: 15n, input: 3, output: 4 }),
        ]);
        await books.write(START + 2 * HOUR_MS, [
          books.correction(
            '1',
            { lines: [{ meter: 'input_tokens', currency: USD, amount: amount(70n) }] },
            { particulars: { meters: { input_tokens: 70 } } },
          ),
          books.correction('2', { refund: [{ currency: USD, amount: amount(5n) }] }),
        ]);
      },
      async (ask) => {
        const hour = { from: START, to: START + HOUR_MS };
        expect((await ask({ by: [], ...hour })).rows).toEqual([
          { calls: 2, unpriced: 0, meters: { input_tokens: '73', output_tokens: '4' }, amounts: { usd: '0.00000008' } },
        ]);
        expect((await ask({ by: ['meter'] })).rows).toEqual([
          {
            meter: 'input_tokens',
            calls: 2,
            unpriced: 0,
            meters: { input_tokens: '73' },
            amounts: { usd: '0.000000072' },
          },
          {
            meter: 'output_tokens',
            calls: 2,
            unpriced: 0,
            meters: { output_tokens: '4' },
            amounts: { usd: '0.000000008' },
          },
        ]);
      },
    ));

  it('tells the market cost of calls with own keys beside what was charged', () =>
    asking(
      (books) =>
        books.write(START, [
          call({ id: '1', cost: 100n, more: { credentialType: 'platform' } }),
          call({ id: '2', cost: 5n, market: 200n, more: { credentialType: 'own-key' } }),
          call({ id: '3', cost: 0n, market: 40n, more: { credentialType: 'own-key' } }),
        ]),
      async (ask) => {
        expect((await ask({ by: ['credentialType'] })).rows).toMatchObject([
          { calls: 2, amounts: { usd: '0.000000005' }, marketCost: { usd: '0.00000024' } },
          { calls: 1, amounts: { usd: '0.0000001' } },
        ]);
        const [whole] = (await ask({ by: [] })).rows;
        expect(whole).toMatchObject({ amounts: { usd: '0.000000105' }, marketCost: { usd: '0.00000034' } });
        expect((await ask({ by: ['meter'] })).rows.every((row) => row.marketCost === undefined)).toBe(true);
      },
    ));

  it('tells what is charged at stated prices, until its price has come', () =>
    asking(
      async (books) => {
        await books.write(START, [
          call({ id: '1', cost: 150n, input: 100, output: 20, provisional: 'no card' }),
          call({ id: '2', cost: 15n, input: 3, output: 4, provisional: 'no card' }),
        ]);
        await books.write(START + HOUR_MS, [
          books.correction('1', { lines: [{ meter: 'input_tokens', currency: USD, amount: amount(70n) }] }),
        ]);
      },
      async (ask) => {
        expect((await ask({ by: [] })).rows).toEqual([
          {
            calls: 2,
            unpriced: 1,
            meters: { input_tokens: '103', output_tokens: '24' },
            amounts: { usd: '0.000000085' },
          },
        ]);
        expect((await ask({ by: ['meter'] })).rows).toMatchObject([
          { meter: 'input_tokens', calls: 2, unpriced: 1, meters: { input_tokens: '103' } },
          { meter: 'output_tokens', calls: 2, unpriced: 1, meters: { output_tokens: '24' } },
        ]);
        expect((await ask({ by: [], where: [{ dimension: 'meter', value: 'output_tokens' }] })).rows).toMatchObject([
          { calls: 2, unpriced: 1 },
        ]);
      },
    ));

  it('adds up calls, quantities and cost for each value of its dimensions, in their order', () =>
    asking(
      (books) =>
        books.write(START, [
          call({ id: '1', cost: 1_500n, input: 100, output: 20, more: { model: 'gpt-4o', tags: { team: 'b' } } }),
          call({ id: '2', cost: 15n, input: 3, output: 4, nodes: ['user/ada'], more: { tags: { team: 'a' } } }),
          call({ id: '3', cost: 20n, input: 5, output: 6, nodes: ['user/ada'], more: { tags: { team: 'a' } } }),
          call({ id: '4', cost: 0n, input: 9, output: 0, unpriced: 'no price' }),
        ]),
      async (ask) => {
        expect(await ask({ by: ['model', 'tag:team', 'user'] })).toEqual({
          columns: ['model', 'tag:team', 'user', 'calls', 'unpriced', 'meters', 'amounts'],
          rows: [
            {
              model: 'gpt-4o',
              'tag:team': 'b',
              user: '',
              calls: 1,
              unpriced: 0,
              meters: { input_tokens: '100', output_tokens: '20' },
              amounts: { usd: '0.0000015' },
            },
            {
              model: 'gpt-4o-mini',
              'tag:team': '',
              user: '',
              calls: 1,
              unpriced: 1,
              meters: { input_tokens: '9', output_tokens: '0' },
              amounts: {},
            },
            {
              model: 'gpt-4o-mini',
              'tag:team': 'a',
              user: 'user/ada',
              calls: 2,
              unpriced: 0,
              meters: { input_tokens: '8', output_tokens: '10' },
              amounts: { usd: '0.000000035' },
            },
          ],
          truncated: false,
          position: '1',
        });
      },
    ));

  it('is one row of everything without dimensions, also of nothing', () =>
    asking(
      (books) => books.write(START, [call({ id: '1', cost: 7n })]),
      async (ask) => {
        const everything = {
          calls: 1,
          meters: { input_tokens: '10', output_tokens: '5' },
          amounts: { usd: '0.000000007' },
        };
        expect((await ask({})).rows).toMatchObject([everything]);
        const nothing = { calls: 0, meters: { input_tokens: '0', output_tokens: '0' }, amounts: {} };
        expect((await ask({ account: 'zeta' })).rows).toMatchObject([nothing]);
        expect((await ask({ by: ['model'], account: 'zeta' })).rows).toEqual([]);
      },
    ));

  it('counts what was booked after one place and up to another', () =>
    asking(
      async (books) => {
        for (let second = 1; second <= 3; second++)
          await books.write(START + second, [call({ id: `u-${String(second)}`, cost: BigInt(10 ** second) })]);
      },
      async (ask) => {
        const amounts = async (after: bigint | undefined, position: bigint) =>
          (await ask({ after }, position)).rows[0]?.amounts;
        expect(await amounts(undefined, 3n)).toEqual({ usd: '0.00000111' });
        expect(await amounts(1n, 3n)).toEqual({ usd: '0.0000011' });
        expect(await amounts(1n, 2n)).toEqual({ usd: '0.0000001' });
        expect(await amounts(3n, 3n)).toEqual({});
      },
    ));

  it('sums amounts beyond what 64 bits hold, to the last digit', () =>
    withWorld(async (world) => {
      const books = new Bookkeeper(world.ledger);
      const huge = 2n ** 62n + 1n;
      await books.write(START, [open(), ...[1, 2, 3, 4].map(() => grant('org', huge))]);
      await books.write(
        START,
        [1, 2, 3, 4].map((id) => call({ id: String(id), cost: huge })),
      );
      await project(world);
      const seen = { names: namesOf(world), position: 1n };
      const { rows } = await report(world.analytics, question({}), seen);
      expect(rows[0]?.amounts).toEqual({ usd: '18446744073.70955162' });
    }));

  it('says so when there are more rows than asked for', () =>
    asking(
      (books) =>
        books.write(
          START,
          ['a', 'b', 'c'].map((team) => call({ id: team, cost: 1n, more: { tags: { team } } })),
        ),
      async (ask) => {
        const two = await ask({ by: ['tag:team'], limit: 2 });
        expect(two.rows.map((row) => row['tag:team'])).toEqual(['a', 'b']);
        expect(two.truncated).toBe(true);
        expect((await ask({ by: ['tag:team'], limit: 3 })).truncated).toBe(false);
      },
    ));
});

describe('the times of a report', () => {
  const at = (text: string): number => Date.parse(text);
  const usedAt =
    (...texts: readonly string[]) =>
    (books: Bookkeeper) =>
      books.write(
        START,
        texts.map((text) => call({ id: text, cost: 1n, usedAt: at(text) })),
      );
  const values = async (reply: Promise<ReportReply>, name: string) =>
    (await reply).rows.map((row) => [row[name], row.calls]);

  it('are those of the zone: a day ends at its midnight, a week on its Sunday', () =>
    asking(usedAt('2026-11-15T22:59:59.999Z', '2026-11-15T23:00:00Z', '2026-11-16T12:00:00Z'), async (ask) => {
      expect(await values(ask({ by: ['day'] }), 'day')).toEqual([
        ['2026-11-15', 2],
        ['2026-11-16', 1],
      ]);
      const zone = 'Europe/Berlin';
      expect(await values(ask({ by: ['day'], zone }), 'day')).toEqual([
        ['2026-11-15', 1],
        ['2026-11-16', 2],
      ]);
      expect(await values(ask({ by: ['week'], zone }), 'week')).toEqual([
        ['2026-11-09', 1],
        ['2026-11-16', 2],
      ]);
    }));

  it('keep the two hours apart that the clock shows twice', () =>
    asking(usedAt('2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'), async (ask) => {
      const zone = 'Europe/Berlin';
      expect(await values(ask({ by: ['hour'], zone }), 'hour')).toEqual([
        ['2026-10-25T00:00:00Z', 1],
        ['2026-10-25T01:00:00Z', 1],
      ]);
      expect(await values(ask({ by: ['day'], zone }), 'day')).toEqual([['2026-10-25', 2]]);
    }));

  it('begin an hour where the zone begins it', () =>
    asking(usedAt('2026-11-20T10:29:00Z', '2026-11-20T10:31:00Z'), async (ask) => {
      expect(await values(ask({ by: ['hour'], zone: 'Asia/Kolkata' }), 'hour')).toEqual([
        ['2026-11-20T09:30:00Z', 1],
        ['2026-11-20T10:30:00Z', 1],
      ]);
      expect(await values(ask({ by: ['minute'] }), 'minute')).toEqual([
        ['2026-11-20T10:29:00Z', 1],
        ['2026-11-20T10:31:00Z', 1],
      ]);
    }));

  it('have months and quarters of the zone', () =>
    asking(usedAt('2026-09-30T22:30:00Z', '2026-11-01T00:00:00Z'), async (ask) => {
      const zone = 'Europe/Berlin';
      expect(await values(ask({ by: ['month'], zone }), 'month')).toEqual([
        ['2026-10', 1],
        ['2026-11', 1],
      ]);
      expect(await values(ask({ by: ['quarter'] }), 'quarter')).toEqual([
        ['2026-Q3', 1],
        ['2026-Q4', 1],
      ]);
    }));

  it('begin at from and end before to', () =>
    asking(
      usedAt('2026-11-20T09:59:59.999Z', '2026-11-20T10:00:00Z', '2026-11-20T10:59:59.999Z', '2026-11-20T11:00:00Z'),
      async (ask) => {
        const from = at('2026-11-20T10:00:00Z');
        expect((await ask({ from, to: from + HOUR_MS })).rows[0]?.calls).toBe(2);
        expect((await ask({ from })).rows[0]?.calls).toBe(3);
        expect((await ask({ to: from })).rows[0]?.calls).toBe(1);
      },
    ));
});

describe('the conditions of a report', () => {
  const write = (books: Bookkeeper) =>
    books.write(START, [
      call({ id: '1', cost: 30n, input: 20, output: 1, source: 'one', more: { model: 'a' } }),
      call({ id: '2', cost: 50n, input: 20, output: 3, payer: 'user/ada', more: { model: 'b' } }),
      call({ id: '3', cost: 2n, input: 2, output: 0, more: { model: 'c' } }),
    ]);
  const where = (...pairs: readonly (readonly [string, string])[]) => ({
    where: pairs.map(([dimension, value]) => ({ dimension, value })),
  });

  it('take any of the values of one dimension, and all of the dimensions', () =>
    asking(write, async (ask) => {
      expect((await ask(where(['model', 'a'], ['model', 'b']))).rows[0]?.calls).toBe(2);
      expect((await ask(where(['model', 'a'], ['payer', 'user/ada']))).rows[0]?.calls).toBe(0);
      expect((await ask(where(['source', 'one'], ['project', 'project/chat']))).rows[0]?.calls).toBe(1);
      expect((await ask(where(['day', '2026-11-21']))).rows[0]?.calls).toBe(3);
    }));

  it('narrow quantities and cost to a meter', () =>
    asking(write, async (ask) => {
      const output = { calls: 2, meters: { output_tokens: '4' }, amounts: { usd: '0.00000004' } };
      expect((await ask(where(['meter', 'output_tokens']))).rows).toMatchObject([output]);
      expect((await ask({ by: ['meter'] })).rows).toMatchObject([
        { meter: 'input_tokens', calls: 3, meters: { input_tokens: '42' }, amounts: { usd: '0.000000042' } },
        { meter: 'output_tokens', ...output },
      ]);
      expect((await ask({ by: ['meter'], ...where(['meter', 'output_tokens']) })).rows).toMatchObject([output]);
    }));

  it('narrow to a currency, and show calls in each currency that they cost', () =>
    asking(write, async (ask) => {
      const paid = { currency: 'usd', calls: 3, amounts: { usd: '0.000000082' } };
      expect((await ask({ by: ['currency'] })).rows).toMatchObject([paid]);
      expect((await ask({ by: ['currency'], ...where(['currency', 'usd']) })).rows).toMatchObject([paid]);
      expect((await ask(where(['currency', 'credit']))).rows).toMatchObject([{ calls: 0, amounts: {} }]);
    }));

  it('are values and never statements', () =>
    asking(
      (books) => books.write(START, [call({ id: '1', cost: 1n, more: { tags: { team: `x' OR 1=1 --` } } })]),
      async (ask, { analytics }) => {
        expect((await ask(where(['tag:team', `' OR 1=1 --`]))).rows[0]?.calls).toBe(0);
        expect((await ask(where(['tag:team', `x' OR 1=1 --`]))).rows[0]?.calls).toBe(1);
        expect((await ask(where([`tag:a'] OR tags['team`, 'x']))).rows[0]?.calls).toBe(0);
        expect((await ask({ account: `' OR account != '` })).rows[0]?.calls).toBe(0);
        expect(
          (await ask(where(['model', `{account:String}); DROP TABLE exchequer.usage_v1; --`]))).rows[0]?.calls,
        ).toBe(0);
        expect(await analytics.reader.select('SELECT count() FROM exchequer.usage')).toHaveLength(1);
        await expect(ask({ by: [`toString(account)`] })).rejects.toThrow(RangeError);
      },
    ));

  it('find whatever text was told', () => {
    const odd = ['', `'`, '"', '\\', '\\N', '\n\t\0', '{a:String}', '[1]', 'Ω🦊', "\\'", '%s', 'NULL'];
    return asking(
      (books) =>
        books.write(
          START,
          odd.map((text, index) =>
            call({ id: String(index), cost: 1n, more: { tags: { odd: text, n: String(index) } } }),
          ),
        ),
      async (ask) => {
        for (const [index, text] of odd.entries()) {
          const found = await ask({ by: ['tag:n', 'tag:odd'], ...where(['tag:odd', text]) });
          expect(found.rows).toMatchObject([{ 'tag:n': String(index), 'tag:odd': text, calls: 1 }]);
        }
      },
    );
  });

  it('see nothing of another account', () =>
    withWorld(async (world) => {
      for (const account of ['acme', 'zeta'])
        await new Bookkeeper(world.ledger, account).write(START, [
          open(account),
          grant('org', 100n),
          call({ id: '1', cost: account === 'acme' ? 3n : 5n }),
        ]);
      await project(world, 'zeta');
      const seen = { names: namesOf(world), position: await endOf(world.ledger, 'zeta') };
      expect((await report(world.analytics, question({ by: ['user'] }), seen)).rows).toMatchObject([
        { calls: 1, amounts: { usd: '0.000000003' } },
      ]);
    }));
});
