import type { Refusal } from '@exchequer/analytics';
import { accountText, amountsMap, instantText, parseInstant } from '@exchequer/contracts';
import { parseAmount } from '@exchequer/kernel';
import { z } from 'zod';

const asked = z.looseObject({
  nodes: z.array(z.string()).optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

const denied = z.object({
  decisionId: z.string().min(1).max(128),
  decision: z.string().max(32),
  code: z.string().max(64),
  message: z.string(),
  decidedAt: instantText,
  position: z.string().max(256),
  payer: z.string().optional(),
  model: z.string().optional(),
  amounts: amountsMap.optional(),
  binding: z.unknown().optional(),
  request: asked.optional(),
  lines: z.unknown().optional(),
  context: z.unknown().optional(),
  standsFor: z.int().positive().optional(),
});

/** What one message on `decisions.v1.<account>` tells, and how many of its rows were no refusals. */
export interface ReadRefusals {
  readonly refusals: readonly Refusal[];
  readonly unreadable: number;
}

/** Reads a message of refusals: a JSON array. What is none of them is counted and left out. */
export function readRefusals(subject: string, bytes: Uint8Array): ReadRefusals {
  const account = subject.slice(subject.lastIndexOf('.') + 1);
  const rows = accountText.safeParse(account).success ? rowsIn(bytes) : undefined;
  if (rows === undefined) return { refusals: [], unreadable: 1 };
  const refusals = rows.flatMap((row) => refusalOf(account, row) ?? []);
  return { refusals, unreadable: rows.length - refusals.length };
}

function rowsIn(bytes: Uint8Array): readonly unknown[] | undefined {
  try {
    const body: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return Array.isArray(body) ? (body as readonly unknown[]) : undefined;
  } catch {
    return undefined;
  }
}

function refusalOf(account: string, row: unknown): Refusal | undefined {
  const { success, data } = denied.safeParse(row);
  if (!success) return undefined;
  const {
    decidedAt,
    payer = '',
    model = '',
    amounts = {},
    request,
    binding,
    lines,
    context,
    standsFor = 1,
    ...rest
  } = data;
  // Either one refusal with what was asked, or the number of many.
  if ((request === undefined) === (data.standsFor === undefined)) return undefined;
  return {
    ...rest,
    account,
    decidedAt: parseInstant(decidedAt),
    payer,
    model,
    nodes: request?.nodes ?? [],
    tags: request?.tags ?? {},
    amounts: Object.fromEntries(Object.entries(amounts).map(([currency, text]) => [currency, parseAmount(text)])),
    binding,
    request,
    lines,
    context,
    standsFor,
  };
}
