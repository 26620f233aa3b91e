import {
  advanceSchema,
  authorizeSchema,
  balanceSchema,
  captureSchema,
  configureSchema,
  decisionsSchema,
  describeSchema,
  explainSchema,
  extendSchema,
  grantSchema,
  progressSchema,
  quoteSchema,
  reconcileSchema,
  recordSchema,
  SUBJECTS,
  transferSchema,
  treeSchema,
  voidSchema,
  type OwnerMethod,
} from '@exchequer/contracts';
import { command, question } from './forwarded.js';
import type { Operation } from './operation.js';

const ACCOUNT = '/v1/accounts/{account}';
const HOLD = `${ACCOUNT}/holds/{hold}`;
const owner =
  (method: OwnerMethod) =>
  (account: string): string =>
    SUBJECTS.owner(method, account);

/** Deciding: the calls that stand around a model call. */
export const DECIDING: readonly Operation[] = [
  command({
    id: 'authorize',
    path: `${ACCOUNT}/authorize`,
    tag: 'Decide',
    summary: 'Ask whether a call may spend, and set the credits aside',
    description:
      'A denied authorization is an answer and comes with 200: read `decision`. The reply of a request that was repeated under its id is the first one.',
    takes: authorizeSchema,
    inBatches: true,
    hasId: true,
    subject: owner('authorize'),
    replies: 'Authorization',
  }),
  command({
    id: 'quote',
    path: `${ACCOUNT}/quote`,
    tag: 'Decide',
    summary: 'What an authorization would be now; takes nothing',
    takes: quoteSchema,
    inBatches: true,
    subject: owner('quote'),
    replies: 'Authorization',
  }),
  command({
    id: 'capture',
    path: `${HOLD}/capture`,
    tag: 'Decide',
    summary: 'End a hold with what the call really used; the rest goes back',
    takes: captureSchema,
    inPath: ['hold'],
    hasId: true,
    subject: owner('capture'),
    replies: 'Settlement',
  }),
  command({
    id: 'void',
    path: `${HOLD}/void`,
    tag: 'Decide',
    summary: 'Give a hold back: the call did not happen',
    takes: voidSchema,
    inPath: ['hold'],
    hasId: true,
    subject: owner('void'),
    replies: 'Hold',
  }),
  command({
    id: 'extend',
    path: `${HOLD}/extend`,
    tag: 'Decide',
    summary: "Move a hold's expiry to holdFor from now",
    takes: extendSchema,
    inPath: ['hold'],
    hasId: true,
    subject: owner('extend'),
    replies: 'Hold',
  }),
  command({
    id: 'captureMany',
    path: `${ACCOUNT}/capture`,
    tag: 'Decide',
    summary: 'End many holds in one request',
    takes: captureSchema,
    inBatches: true,
    hasId: true,
    subject: owner('capture'),
    replies: 'Settlement',
  }),
  command({
    id: 'record',
    path: `${ACCOUNT}/record`,
    tag: 'Decide',
    summary: 'Charge usage that had no authorization',
    takes: recordSchema,
    inBatches: true,
    hasId: true,
    subject: owner('record'),
    replies: 'Settlement',
  }),
];

/** Handing out: nodes and their rules, credits, and their ways. */
export const ALLOCATING: readonly Operation[] = [
  command({
    id: 'grant',
    path: `${ACCOUNT}/grants`,
    tag: 'Allocate',
    summary: 'Issue credits to a node',
    takes: grantSchema,
    hasId: true,
    subject: (account) => SUBJECTS.allocation('grant', account),
    replies: 'Grant',
  }),
  command({
    id: 'transfer',
    path: `${ACCOUNT}/transfers`,
    tag: 'Allocate',
    summary: 'Move credits from one node to another',
    takes: transferSchema,
    hasId: true,
    subject: (account) => SUBJECTS.allocation('transfer', account),
    replies: 'Transfer',
  }),
  command({
    id: 'configure',
    path: `${ACCOUNT}/configure`,
    tag: 'Allocate',
    summary: 'Bring the named nodes to a stated form, in one step',
    takes: configureSchema,
    hasId: true,
    subject: owner('configure'),
    replies: 'Configuration',
  }),
  command({
    id: 'advance',
    path: `${ACCOUNT}/advance`,
    tag: 'Allocate',
    summary: 'Do everything that is due, now',
    takes: advanceSchema,
    hasId: true,
    subject: owner('advance'),
    replies: 'Advance',
  }),
];

/** Looking: the account as it stands, and why it decided as it did. */
export const LOOKING: readonly Operation[] = [
  question({
    id: 'describe',
    path: ACCOUNT,
    tag: 'Look',
    summary: 'The account as a whole, with its newest open holds',
    takes: describeSchema,
    subject: owner('describe'),
    replies: 'Account',
  }),
  question({
    id: 'tree',
    path: `${ACCOUNT}/tree`,
    tag: 'Look',
    summary: 'The nodes with what they have, hold and have spent, and their limits; in pages',
    takes: treeSchema,
    subject: owner('tree'),
    replies: 'Tree',
  }),
  question({
    id: 'balance',
    path: `${ACCOUNT}/balance`,
    tag: 'Look',
    summary: 'One node with its lots, and who may pay for it',
    takes: balanceSchema,
    subject: owner('balance'),
    replies: 'Balance',
  }),
  command({
    id: 'explain',
    path: `${ACCOUNT}/explain`,
    tag: 'Look',
    summary: 'Why a decision came out as it did',
    takes: explainSchema,
    subject: owner('explain'),
    replies: 'Explanation',
  }),
  question({
    id: 'decisions',
    path: `${ACCOUNT}/decisions`,
    tag: 'Look',
    summary: 'The newest decisions, allowed and refused',
    takes: decisionsSchema,
    subject: (account) => SUBJECTS.reporting('decisions', account),
    replies: 'Decisions',
  }),
];

/** Trusting the figures: how far the reports are, and that they say what the ledger says. */
export const TRUSTING: readonly Operation[] = [
  question({
    id: 'progress',
    path: `${ACCOUNT}/reports/progress`,
    tag: 'Report',
    summary: 'Up to where the ledger has arrived in ClickHouse',
    takes: progressSchema,
    subject: (account) => SUBJECTS.reporting('progress', account),
    replies: 'Progress',
  }),
  question({
    id: 'reconcile',
    path: `${ACCOUNT}/reports/reconciliation`,
    tag: 'Report',
    summary: 'The sums of ClickHouse beside those of the ledger',
    takes: reconcileSchema,
    subject: (account) => SUBJECTS.reporting('reconcile', account),
    replies: 'Reconciliation',
  }),
];
