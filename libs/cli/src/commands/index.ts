import type { Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { addAuthorize } from './authorize.js';
import { addBalance } from './balance.js';
import { addGrant } from './grant.js';
import { addPlanAndApply } from './policy.js';
import { addPrices } from './prices.js';
import { addReplay } from './replay.js';
import { addSettle } from './settle.js';
import { addTransfer } from './transfer.js';
import { addTree } from './tree.js';
import { addVoid } from './void.js';

/** Every command, in the order in which help lists them. */
export function addCommands(program: Program, shell: Shell): void {
  addPlanAndApply(program, shell);
  addTree(program, shell);
  addBalance(program, shell);
  addAuthorize(program, shell);
  addSettle(program, shell);
  addVoid(program, shell);
  addGrant(program, shell);
  addTransfer(program, shell);
  addPrices(program, shell);
  addReplay(program, shell);
}
