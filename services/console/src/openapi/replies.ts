import { CODES } from '@exchequer/contracts';
import { z } from 'zod';
import { account, balance, tree } from './account-replies.js';
import {
  advance,
  configuration,
  correction,
  endedSession,
  grant,
  hold,
  openedSession,
  outcome,
  pause,
  settlement,
  transfer,
  usage,
} from './command-replies.js';
import { authorization, decisions, explanation } from './decision-replies.js';
import { text, whole } from './reply-parts.js';
import { prices, progress, publishedPrices, reconciliation, report } from './report-replies.js';

/*
 * The replies as schemas, for the document alone. Each is checked against the type of the contract by the compiler, so
 * that a reply that changes breaks the build here.
 */

const problemDetails = z.object({
  type: text,
  title: text,
  status: whole,
  detail: text.meta({ description: 'One sentence: what is wrong, and what to do' }),
  code: z.enum(CODES),
  details: z.record(text, z.unknown()).optional(),
});

export const REPLIES = {
  Authorization: authorization,
  Settlement: settlement,
  Outcome: outcome,
  Correction: correction,
  Hold: hold,
  Usage: usage,
  Grant: grant,
  Transfer: transfer,
  OpenedSession: openedSession,
  EndedSession: endedSession,
  Pause: pause,
  Configuration: configuration,
  Advance: advance,
  Account: account,
  Tree: tree,
  Balance: balance,
  Explanation: explanation,
  Decisions: decisions,
  Report: report,
  Progress: progress,
  Reconciliation: reconciliation,
  Prices: prices,
  PublishedPrices: publishedPrices,
} as const;

export type ReplyName = keyof typeof REPLIES;

/** What a refused request gets, with media type application/problem+json. */
export const PROBLEM_SCHEMA = problemDetails;
