import { ExchequerError, type Exchequer } from '@exchequer/client';
import { SUBJECTS, type DecisionsReply, type ExplainBody } from '@exchequer/contracts';
import { explanationText, type Explanation } from '../output/explanation-text.js';
import { Refused, UsageFault } from '../shell/faults.js';
import { example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';

/** A refusal reaches ClickHouse a moment after it was made. */
const LOOK_FOR_MS = 3_000;
const LOOK_AGAIN_AFTER_MS = 250;

/** Where a reply says that the ledger has it, also of another account or broken: the account's owner says what is wrong. */
const POSITION = /^account-[^@]*@[^@]*$/;

/** The account is folded anew up to the decision: of a long history that takes seconds. */
const EXPLAIN_BOUNDS = { answerWithinMs: 25_000, giveUpAfterMs: 30_000 };

/** `exchequer explain`. */
export function addExplain(program: Program, shell: Shell): void {
  program
    .command('explain')
    .description(
      'why a decision came out as it did: the account as it stood then decides it again; or what usage cost, and what became of it',
    )
    .argument(
      '[decision]',
      'a hold (h-…), a refusal (d-…), the position of a reply (account-…@12.1), or the id of a request',
    )
    .option('--usage <source>', 'instead of a decision: the source of a usage event')
    .option('--event <id>', 'with --usage: the id of the event')
    .addHelpText(
      'after',
      example(
        'exchequer explain h-1-mi8x2k0w',
        'exchequer explain d-mi8x2k0w-1f2e3d4c-1',
        'exchequer explain account-demo@12.1',
        'exchequer explain --usage desk --event e-1',
      ),
    )
    .action(async (decision, _options, command) => {
      const options = command.optsWithGlobals();
      const { reply, of } = await withAccount(options, (client) => explanationOf(client, decision, options), {
        bounds: EXPLAIN_BOUNDS,
      });
      shell.answer(reply, () => explanationText(reply, of));
    });
}

/** A decision made again, or a settlement, and its own name where that is known. */
interface Explained {
  readonly reply: Explanation;
  readonly of: string;
}

interface EventNamed {
  readonly usage?: string | undefined;
  readonly event?: string | undefined;
}

async function explanationOf(
  client: Exchequer,
  named: string | undefined,
  { usage, event }: EventNamed,
): Promise<Explained> {
  const explain = (question: ExplainBody): Promise<Explanation> =>
    client.call<Explanation>(SUBJECTS.owner('explain', client.account), question);
  if (named === undefined && usage !== undefined && event !== undefined)
    return { reply: await explain({ usage: { source: usage, id: event } }), of: event };
  if (named === undefined || usage !== undefined || event !== undefined)
    throw new UsageFault('Name a decision, such as h-1-mi8x2k0w, or --usage <source> with --event <id>.');
  const refused = async (by: RefusalNamed): Promise<Explained> => {
    const { question, of } = await refusal(client, by);
    return { reply: await explain(question), of };
  };
  if (named.startsWith('h-')) return { reply: await explain({ hold: named }), of: named };
  if (POSITION.test(named)) return { reply: await explain({ position: named }), of: named };
  if (named.startsWith('d-')) return refused({ decisionId: named });
  try {
    return { reply: await explain({ command: named }), of: named };
  } catch (fault) {
    if (!(fault instanceof ExchequerError) || fault.code !== 'UnknownHold') throw fault;
    return refused({ requestId: named });
  }
}

/** What a refusal is looked for by: its own name, or the id of its request, of which the newest is meant. */
type RefusalNamed = { readonly decisionId: string } | { readonly requestId: string };

/** The ledger knows nothing of a refusal: what was asked, and where it was decided, is in ClickHouse. */
async function refusal(
  client: Exchequer,
  named: RefusalNamed,
): Promise<{ readonly question: ExplainBody; readonly of: string }> {
  const subject = SUBJECTS.reporting('decisions', client.account);
  const untilMs = Date.now() + LOOK_FOR_MS;
  for (;;) {
    const { decisions, leftOut } = await client.call<DecisionsReply>(subject, { ...named, limit: 1 });
    const [found] = decisions;
    if (found !== undefined) {
      const { request, lines, context, position, decidedAt, decision, code, message, amounts, binding } = found;
      const then = { decision, code, message, amounts, ...(binding !== null && { binding }) };
      const asked = { request, lines, ...(context !== null && { context }), position, decidedAt, then };
      return { question: asked as ExplainBody, of: found.decisionId };
    }
    if (Date.now() > untilMs) throw new Refused('UnknownHold', notFound(named, client.account, leftOut));
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_AFTER_MS));
  }
}

const notFound = (named: RefusalNamed, account: string, leftOut: number): string =>
  'decisionId' in named
    ? `ClickHouse has no refusal ${named.decisionId} of the account ${account}; ${whyNot(leftOut)}.`
    : `Neither the ledger nor ClickHouse has a decision on the request ${named.requestId} of the account ${account}; name a hold (h-…) or a refusal (d-…) by what its answer said, or ${whyNot(leftOut)}.`;

const whyNot = (leftOut: number): string =>
  leftOut === 0
    ? 'check its id'
    : `check its id, or it is among the ${String(leftOut)} that were counted and not kept one by one`;
