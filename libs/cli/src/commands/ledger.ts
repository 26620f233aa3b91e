import { SUBJECTS } from '@exchequer/contracts';
import { counted } from '../output/money-text.js';
import { commandGroup, example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import { addLedgerTail } from './ledger-tail.js';
import { addLedgerVerify } from './ledger-verify.js';

/** `exchequer ledger …`. */
export function addLedger(program: Program, shell: Shell): void {
  const ledger = commandGroup(program, 'ledger', 'the append-only record of everything that moved');
  addLedgerVerify(ledger, shell);
  addLedgerTail(ledger, shell);
  ledger
    .command('anchor')
    .description('write down now, outside of the streams, where each of them ends; it happens every minute by itself')
    .addHelpText('after', example('exchequer ledger anchor'))
    .action(async (_options, command) => {
      const reply = await withAccount(command.optsWithGlobals(), (client) =>
        client.call<{ readonly anchored: number }>(SUBJECTS.lifecycle('anchor'), {}),
      );
      shell.answer(reply, () =>
        reply.anchored === 0
          ? 'Nothing has grown since the last anchor.'
          : `${counted(reply.anchored, 'stream')} anchored.`,
      );
    });
}
