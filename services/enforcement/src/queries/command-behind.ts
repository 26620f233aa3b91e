import type { Authorize, HoldPlaced, OpenSession, SessionOpened } from '@exchequer/account';

/** The command that brought a hold about, from its fact. */
export const commandBehind = (placed: HoldPlaced, decidedAt: number): Authorize => ({
  type: 'authorize',
  payer: placed.payer,
  nodes: placed.nodes,
  lines: placed.insteadOf?.lines ?? placed.askedLines ?? placed.asked ?? placed.lines ?? placed.amounts,
  accept: placed.asked === undefined ? 'full' : 'partial',
  holdForMs: placed.expiresAt - decidedAt,
  ...askedOf(placed),
  ...(placed.provisional !== undefined && { provisional: placed.provisional }),
  ...(placed.market !== undefined && { market: placed.market }),
});

/** The model that was asked for; where a cheaper one is used that one was offered. */
function askedOf({
  particulars,
  insteadOf,
  lines,
  amounts,
}: HoldPlaced): Pick<Authorize, 'particulars' | 'candidates'> {
  if (particulars === undefined || insteadOf === undefined) return particulars === undefined ? {} : { particulars };
  return {
    particulars: { ...particulars, model: insteadOf.model },
    candidates: [{ lines: lines ?? amounts, particulars }],
  };
}

/** The command that opened a session, from its fact. Of its life, what that of the session around it left. */
export const openingBehind = (
  { payer, nodes, asked, amounts, particulars, endsAt }: SessionOpened,
  decidedAt: number,
): OpenSession => ({
  type: 'open-session',
  payer,
  nodes,
  lines: asked ?? amounts,
  accept: asked === undefined ? 'full' : 'partial',
  lifeForMs: endsAt - decidedAt,
  ...(particulars !== undefined && { particulars }),
});
