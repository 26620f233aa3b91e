import { HOUR_MS } from '@exchequer/kernel';
import { configureMethod } from '../methods/configure.js';
import type { OfficeOfEachTest } from './office-of-each-test.js';

/** Calls of tickets are charged once those are resolved, within three days. */
export const RULE = { taskTypes: ['ticket'], charge: ['resolved'], withinMs: 72 * HOUR_MS, otherwise: 'return' };
export const TICKET = { taskType: 'ticket', taskId: 'ticket-4711' };

/** Opens an account in dollars whose tickets are charged by their outcome. */
export const openWithTickets = (office: OfficeOfEachTest, more: readonly object[] = []): Promise<unknown> =>
  office.must(configureMethod, 'acme', {
    id: 'c1',
    currencies: { usd: { display: 2 } },
    nodes: [{ id: 'org', kind: 'organization', outcomes: [RULE] }, ...more],
  });
