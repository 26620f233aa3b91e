import type { Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { addAuthorize } from './authorize.js';
import { addBalance } from './balance.js';
import { addCorrect } from './correct.js';
import { addExplain } from './explain.js';
import { addGrant } from './grant.js';
import { addLedger } from './ledger.js';
import { addOutcome } from './outcome.js';
import { addPauseAndResume } from './pause.js';
import { addPlanAndApply } from './policy.js';
import { addPrices } from './prices.js';
import { addReplay } from './replay.js';
import { addReport } from './report.js';
import { addSession } from './session.js';
import { addSettle } from './settle.js';
import { addStack } from './stack.js';
import { addTransfer } from './transfer.js';
import { addTree } from './tree.js';
import { addUsage } from './usage.js';
import { addVoid } from './void.js';

/** Every command, in the order in which help lists them. */
export function addCommands(program: Program, shell: Shell): void {
  addStack(program, shell);
  addPlanAndApply(program, shell);
  addTree(program, shell);
  addBalance(program, shell);
  addAuthorize(program, shell);
  addSettle(program, shell);
  addVoid(program, shell);
  addOutcome(program, shell);
  addCorrect(program, shell);
  addSession(program, shell);
  addGrant(program, shell);
  addTransfer(program, shell);
  addPauseAndResume(program, shell);
  addPrices(program, shell);
  addUsage(program, shell);
  addReplay(program, shell);
  addReport(program, shell);
  addExplain(program, shell);
  addLedger(program, shell);
}
