import type { ExplainReply, UsageExplainReply, WaitEndReply } from '@exchequer/contracts';
import { authorizationText } from './authorization-text.js';
import { correctionsText, costText } from './corrections-text.js';
import { amountsText } from './money-text.js';
import { settlementText } from './settlement-text.js';

export type Explanation = ExplainReply | UsageExplainReply;

/** @param of as the user named it: what is decided again has a refusal's name no more. */
export function explanationText(reply: Explanation, of: string): string {
  if ('settlement' in reply) return usageText(reply);
  const { asked, decision: again, differsIn, then } = reply;
  const decision = of.startsWith('d-') ? { ...again, decisionId: of } : again;
  const { session, expiresAt } = decision;
  return [
    `At ${decision.decidedAt}, as of ${decision.position}: ${askedText(asked)} asked for ${amountsText(decision.amounts)}.`,
    authorizationText(decision),
    ...(session === undefined || expiresAt === undefined ? [] : ['', `It opened ${session}, until ${expiresAt}.`]),
    ...(differsIn === undefined || then === undefined
      ? []
      : [
          '',
          `The answer of then was another, in ${differsIn.join(', ')}: ${then.decision}, ${amountsText(then.amounts ?? {})}. ${then.message ?? ''}`.trimEnd(),
          'The rules of this release read the same facts otherwise.',
        ]),
  ].join('\n');
}

function usageText({ asked, settlement, ended, corrections, cost }: UsageExplainReply): string {
  const { decidedAt, position, amounts } = settlement;
  return [
    `At ${decidedAt}, as of ${position}: ${askedText(asked)} used ${amountsText(amounts)}.`,
    settlementText(settlement),
    ...(ended === undefined ? [] : [endText(ended)]),
    ...(corrections === undefined ? [] : correctionsText(corrections)),
    ...(cost === undefined ? [] : costText(cost)),
  ].join('\n');
}

function endText({ at, outcome, charged, returned, position }: WaitEndReply): string {
  const told = outcome === undefined ? 'no outcome was told in time' : `the outcome is ${outcome}`;
  const isReturned = Object.keys(returned).length > 0;
  return `The wait ended at ${at}, as of ${position}: ${told}; ${isReturned ? `${amountsText(returned)} returned` : `${amountsText(charged)} charged`}.`;
}

function askedText(asked: unknown): string {
  const { payer, nodes, model, use } = (asked ?? {}) as {
    readonly payer?: string;
    readonly nodes?: readonly string[];
    readonly model?: string;
    readonly use?: { readonly model?: string };
  };
  const others = nodes === undefined || nodes.length === 0 ? '' : ` with ${nodes.join(', ')}`;
  const named = model ?? use?.model;
  return `${payer ?? 'the default project'}${others}${named === undefined ? '' : ` for ${named}`}`;
}
