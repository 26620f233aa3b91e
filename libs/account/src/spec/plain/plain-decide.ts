import type { Command } from '../../commands.js';
import type { Fact } from '../../facts.js';
import type { PlainAccount } from './plain-account.js';
import { plainAuthorize } from './plain-authorize.js';
import { plainConfigure } from './plain-configure.js';
import { plainGrant, plainTransfer } from './plain-credits.js';
import { fact, type PlainDecision } from './plain-decision.js';
import { plainPause, plainResume } from './plain-pause.js';
import { given, plainCapture, plainExtend, plainRecord, plainVoid } from './plain-settle.js';

/** What a command brings about, by the rules alone. */
export function plainDecide(account: PlainAccount, command: Command, at: number): PlainDecision {
  if (account.opened === undefined && command.type !== 'configure' && command.type !== 'advance')
    return 'UnknownAccount';
  switch (command.type) {
    case 'authorize':
      return plainAuthorize(account, command, at);
    case 'capture':
      return plainCapture(account, command, at);
    case 'record':
      return plainRecord(account, command, at);
    case 'void':
      return plainVoid(account, command, at);
    case 'extend':
      return plainExtend(account, command, at);
    case 'grant':
      return plainGrant(account, command, at);
    case 'transfer':
      return plainTransfer(account, command, at);
    case 'configure':
      return plainConfigure(account, command, at);
    case 'pause':
      return plainPause(account, command);
    case 'resume':
      return plainResume(account, command);
    case 'advance':
      return [];
    default:
      throw new Error(`the plain account does not know ${(command as Command).type}`);
  }
}

/** What happens first of all that is due by an instant: at the same one holds before lots, the older before the newer. */
export function plainDue(account: PlainAccount, at: number): readonly Fact[] | undefined {
  const { holds, lots } = account.counted;
  const due = [
    ...holds
      .filter((hold) => !hold.ended)
      .map((hold) => ({ at: hold.endsAt, facts: () => given(account, hold, 'HoldExpired', { at: hold.endsAt }) })),
    ...lots.flatMap((lot) =>
      lot.ended || lot.endsAt === undefined
        ? []
        : [
            {
              at: lot.endsAt,
              facts: () => [fact({ type: 'LotExpired', lot: lot.id, at: lot.endsAt, forfeited: lot.available })],
            },
          ],
    ),
  ].filter((one) => one.at <= at);
  const [first, ...others] = due;
  return first === undefined ? undefined : others.reduce((a, b) => (b.at < a.at ? b : a), first).facts();
}
