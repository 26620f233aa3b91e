import { connectBus, RequestClient, type Bus } from '@exchequer/bus';
import { currencyId } from '@exchequer/kernel';
import { AnchorBook, openLedger, type AnchoredHead, type Ledger } from '@exchequer/ledger';
import { Catalogue } from '@exchequer/replica';
import { createScratchDirectory, startNats, type RunningNats, type ScratchDirectory } from '@exchequer/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DueTable } from './due-table.js';
import { FollowedAccounts } from './followed-accounts.js';
import { LedgerFollower } from './ledger-follower.js';
import { Lifecycle } from './lifecycle.js';
import { AdvancingOwner } from './spec/advancing-owner.js';
import { BookedAccount } from './spec/booked-account.js';
import { until } from './spec/until.js';

jest.setTimeout(20_000);

const OPENED = Date.UTC(2026, 10, 21, 10);
const MINUTE_MS = 60_000;

let nats: RunningNats;
let bus: Bus;
let requests: RequestClient;
let scratch: ScratchDirectory;
let ledger: Ledger;
let acme: BookedAccount;
let now: number;
const clock = { now: () => now };
const running: Lifecycle[] = [];
const warnings: string[] = [];

beforeAll(async () => {
  nats = await startNats();
  bus = await connectBus({ servers: nats.url, name: 'spec' });
  requests = new RequestClient(bus);
});
afterAll(async () => {
  requests.close();
  await bus.close();
  await nats.stop();
});
beforeEach(async () => {
  now = OPENED;
  warnings.length = 0;
  scratch = await createScratchDirectory();
  ledger = openLedger(`lmdb:${scratch.path}`);
  acme = new BookedAccount(ledger, 'acme');
  await acme.open(OPENED);
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  await ledger.close();
  await scratch.remove();
});

/** The inside of the service, on a ledger; it has caught up. */
async function startLifecycle(on: Ledger = ledger): Promise<Lifecycle> {
  const log = { warn: (text: string) => void warnings.push(text), error: () => undefined };
  const lifecycle = new Lifecycle({ ledger: on, requests, clock, monotonicMs: () => performance.now(), log });
  running.push(lifecycle);
  await lifecycle.start();
  await until(() => lifecycle.isCaughtUp);
  return lifecycle;
}

const stopLifecycle = (lifecycle: Lifecycle): Promise<void> => {
  running.splice(running.indexOf(lifecycle), 1);
  return lifecycle.stop();
};

const anchorOf = async ({ stream }: BookedAccount): Promise<AnchoredHead | undefined> =>
  (await AnchorBook.load(ledger)).heads.get(stream);

/** The parts of a service that is killed right after a checkpoint: what it knew beside that is lost. */
async function followAndDie(): Promise<void> {
  const faults: unknown[] = [];
  const accounts = new FollowedAccounts(ledger, () => 0);
  const follower = new LedgerFollower(ledger, accounts, new DueTable(), (fault) => faults.push(fault));
  await follower.start();
  await until(() => follower.isCaughtUp);
  await follower.checkpoint();
  await follower.stop();
  expect(faults).toEqual([]);
}

describe('an account whose charges wait for their price', () => {
  it('is asked within a minute, so that it looks whether the price has come', async () => {
    await acme.useWithoutPrice(OPENED + 10);
    const lifecycle = await startLifecycle();
    expect(lifecycle.due.of('acme')).toBe(OPENED + 10 + MINUTE_MS);
  });
});

describe('the anchors', () => {
  it('have the newest head of an account that has grown, and are written once', async () => {
    const lifecycle = await startLifecycle();
    expect(await lifecycle.anchor()).toBe(1);
    expect(await anchorOf(acme)).toMatchObject(acme.head);
    expect(await lifecycle.anchor()).toBe(0);
  });

  it('get the head of an account that stays quiet after a service was killed between checkpoint and anchor', async () => {
    await followAndDie();
    const lifecycle = await startLifecycle();
    expect(await lifecycle.anchor()).toBe(1);
    expect(await anchorOf(acme)).toMatchObject(acme.head);
  });

  it('get in the end what the ledger refused at first', async () => {
    let refuses = true;
    const append: Ledger['append'] = (...entry) =>
      refuses ? Promise.reject(new Error('the disk is full')) : ledger.append(...entry);
    const refusing = new Proxy(ledger, {
      get: (target, name) => {
        if (name === 'append') return append;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    const lifecycle = await startLifecycle(refusing);
    await expect(lifecycle.anchor()).rejects.toThrow('the disk is full');
    expect(await anchorOf(acme)).toBeUndefined();
    refuses = false;
    expect(await lifecycle.anchor()).toBe(1);
    expect(await anchorOf(acme)).toMatchObject(acme.head);
  });

  it('have the end of the rate cards too, which decide what everything costs', async () => {
    const lifecycle = await startLifecycle();
    await lifecycle.anchor();
    const card = { name: 'list', currency: currencyId('usd'), effectiveFrom: OPENED, models: new Map() };
    await new Catalogue(ledger).publish(card, 'c-1', 'spec', OPENED);
    expect(await lifecycle.anchor()).toBe(1);
    expect((await AnchorBook.load(ledger)).heads.get('catalogue')).toMatchObject({
      ...(await ledger.head('catalogue')),
    });
    expect(await lifecycle.anchor()).toBe(0);
  });

  it('are complete after a stop in good order', async () => {
    const lifecycle = await startLifecycle();
    await acme.use(OPENED + 1);
    await until(async () => (await lifecycle.anchor()) === 0 && (await anchorOf(acme))?.revision === 2);
    await acme.use(OPENED + 2);
    await until(() => lifecycle.isCaughtUp);
    await stopLifecycle(lifecycle);
    expect(await anchorOf(acme)).toMatchObject({ revision: 3 });
  });
});

describe('a hold that nobody ends', () => {
  let owner: AdvancingOwner;
  beforeEach(async () => {
    owner = new AdvancingOwner(bus, acme, clock);
    await owner.ready();
  });
  afterEach(() => owner.stop());

  it('is known with its instant, and its owner is told when it has come, not before', async () => {
    const lifecycle = await startLifecycle();
    await acme.hold(OPENED, MINUTE_MS);
    await until(() => lifecycle.due.of('acme') !== undefined);
    expect(lifecycle.due.next(10)).toEqual([{ account: 'acme', dueAt: OPENED + MINUTE_MS }]);
    now = OPENED + MINUTE_MS - 1;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(owner.asked).toBe(0);
    now = OPENED + MINUTE_MS;
    await until(() => lifecycle.due.of('acme') === undefined);
    expect(owner.asked).toBe(1);
    expect(acme.state.holds.size).toBe(0);
  });

  it('expires, too, when the service was killed before its instant', async () => {
    await acme.hold(OPENED, MINUTE_MS);
    await followAndDie();
    now = OPENED + 2 * MINUTE_MS;
    await startLifecycle();
    await until(() => acme.state.holds.size === 0);
    expect(owner.asked).toBe(1);
  });

  it('is asked for again while its owner is away', async () => {
    owner.isAway = true;
    const lifecycle = await startLifecycle();
    await acme.hold(OPENED, MINUTE_MS);
    await until(() => lifecycle.due.of('acme') !== undefined);
    now = OPENED + MINUTE_MS;
    await until(() => warnings.length === 1);
    now += 1_000;
    await until(() => warnings.length === 2);
    expect(owner.asked).toBe(2);
    expect(lifecycle.due.of('acme')).toBe(OPENED + MINUTE_MS);
    owner.isAway = false;
    now += 1_000;
    await until(() => lifecycle.due.of('acme') === undefined);
    expect(acme.state.holds.size).toBe(0);
  });

  it('leaves the account with its next one', async () => {
    const lifecycle = await startLifecycle();
    await acme.hold(OPENED, MINUTE_MS);
    await acme.hold(OPENED, 3 * MINUTE_MS);
    await until(() => lifecycle.due.of('acme') !== undefined);
    now = OPENED + MINUTE_MS;
    await until(() => lifecycle.due.of('acme') === OPENED + 3 * MINUTE_MS);
    expect(acme.state.holds.size).toBe(1);
  });
});

describe('an account whose stream is damaged', () => {
  it('is named and left alone, while the others are followed on', async () => {
    const lifecycle = await startLifecycle();
    await acme.forge();
    await until(() => lifecycle.damaged.size === 1);
    expect(lifecycle.damaged.get('acme')).toContain('account-acme@2');
    const other = new BookedAccount(ledger, 'other');
    await other.open(OPENED);
    await other.hold(OPENED, MINUTE_MS);
    await until(() => lifecycle.due.of('other') !== undefined);
    await lifecycle.anchor();
    expect(await anchorOf(other)).toMatchObject(other.head);
  });
});
