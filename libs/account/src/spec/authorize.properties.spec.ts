import { describe, expect, it } from '@jest/globals';
import { amount } from '@exchequer/kernel';
import fc from 'fast-check';
import type { Money } from '../bag.js';
import type { Authorize } from '../commands.js';
import { decide } from '../decide/decide.js';
import type { Fact, HoldPlaced } from '../facts.js';
import { isRefusal, type Refusal } from '../refusal.js';
import { storeState } from '../stored/store-state.js';
import type { Book } from './book.js';
import { decisionText } from './book.js';
import { Dice } from './dice.js';
import { playHistory, type History } from './history.js';
import { someAuthorize, someCheaperCall } from './random-command.js';
import { preferringCheaper } from './random-policy.js';
import { referenceAuthorize, type Answer } from './reference-authorize.js';

/** Up to forty commands, each from up to thirty choices. */
const numbers = fc.array(fc.nat({ max: 9_999 }), { maxLength: 30, size: 'max' });
const histories: fc.Arbitrary<History> = fc.array(numbers, { maxLength: 40, size: 'max' });

const placedIn = (facts: readonly Fact[]): HoldPlaced | undefined =>
  facts.find((fact): fact is HoldPlaced => fact.type === 'HoldPlaced');

function cheaperIn(placed: HoldPlaced | undefined): { readonly cheaper?: string } {
  const { insteadOf, particulars } = placed ?? {};
  if (insteadOf === undefined) return {};
  const { model, node, limit, rate = '' } = insteadOf;
  return { cheaper: `${particulars?.model ?? ''} for ${model} by ${node} ${limit ?? rate}` };
}

const textOf = ({ currency, amount: part }: Money): string => `${currency} ${String(part)}`;

/** Whoever a rate slows down waits as long, or longer where a limit says so. */
function keepsDelay({ slowedBy }: Authorize, decision: readonly Fact[] | Refusal): boolean {
  const placed = isRefusal(decision) ? undefined : placedIn(decision);
  if (slowedBy === undefined || placed === undefined || placed.insteadOf !== undefined) return true;
  const { ms, limit } = placed.delay ?? { ms: 0 };
  return ms > slowedBy.ms ? limit !== undefined : ms === slowedBy.ms;
}

/** A decision in the words of the reference. */
function answerOf(decision: readonly Fact[] | Refusal): Answer {
  const bound = isRefusal(decision) ? decision.binding : placedIn(decision)?.binding;
  const binding = bound === undefined ? {} : { binding: `${bound.node} ${bound.limit ?? bound.currency}` };
  if (isRefusal(decision)) {
    const others = decision.otherModels?.map(({ model }) => model);
    const wouldPass = decision.wouldPass?.map(textOf);
    return {
      is: 'refused',
      code: decision.code,
      ...binding,
      ...(others !== undefined && { others }),
      ...(wouldPass !== undefined && { wouldPass }),
    };
  }
  const placed = placedIn(decision);
  return {
    is: 'held',
    amounts: (placed?.amounts ?? []).map(textOf),
    shares: (placed?.shares ?? []).map((share) => `${share.lot} ${String(share.amount)}`),
    owed: (placed?.owed ?? []).map(({ node, currency, amount: cost, surcharge }) =>
      [node, currency, cost, ...(surcharge === undefined ? [] : [surcharge])].join(' '),
    ),
    observed: (placed?.observed ?? [])
      .map(({ code, node, limit, rate }) => [code, node, limit ?? rate ?? []].flat().join(' '))
      .sort(),
    ...binding,
    ...cheaperIn(placed),
  };
}

/** By how much a request was made smaller is told by the amounts. */
const boundOf = ({ bound }: Answer): Pick<Answer, 'bound'> => (bound === undefined ? {} : { bound });

/** Asks an account at the end of a history, where nothing is due. */
function asked(book: Book, command: Authorize): readonly Fact[] | Refusal {
  return decide(book.state, command, { at: book.state.now, calendar: book.calendar });
}

const ready = (history: History): Book => {
  const book = playHistory(history);
  book.advance(book.state.now);
  return book;
};

describe('an authorization in any account', () => {
  it('is what the rules say: allowed or not, how much, from where, and what binds', () =>
    fc.assert(
      fc.property(histories, fc.array(numbers, { minLength: 8, maxLength: 8 }), (history, questions) => {
        const book = ready(history);
        for (const question of questions) {
          const command = someAuthorize(book, new Dice(question));
          const answer = referenceAuthorize(storeState(book.state), command, book.state.now);
          const decision = asked(book, command);
          expect({ ...answerOf(decision), ...boundOf(answer) }).toEqual(answer);
          expect(keepsDelay(command, decision)).toBe(true);
        }
      }),
      { numRuns: 250 },
    ));

  it('is also that where limits ask for a cheaper model of a kind', () =>
    fc.assert(
      fc.property(
        histories,
        numbers,
        fc.array(numbers, { minLength: 8, maxLength: 8 }),
        (history, rules, questions) => {
          const book = ready(history);
          book.do(book.state.now, preferringCheaper(book.state, new Dice(rules)));
          for (const question of questions) {
            const command = someCheaperCall(book, new Dice(question));
            const answer = referenceAuthorize(storeState(book.state), command, book.state.now);
            expect({ ...answerOf(asked(book, command)), ...boundOf(answer) }).toEqual(answer);
          }
        },
      ),
      { numRuns: 100 },
    ));

  it('does not depend on the order of the nodes in the request, nor on naming one twice', () =>
    fc.assert(
      fc.property(histories, numbers, fc.nat(), (history, question, turn) => {
        const book = ready(history);
        const command = someAuthorize(book, new Dice(question));
        const cut = turn % Math.max(command.nodes.length, 1);
        const turned = [...command.nodes.slice(cut).reverse(), ...command.nodes.slice(0, cut), ...command.nodes];
        const outcome = (nodes: Authorize['nodes']): string => {
          const decision = asked(book, { ...command, nodes });
          if (isRefusal(decision))
            return decision.code === 'UnknownNode' || decision.code === 'NodeArchived'
              ? 'no node'
              : decisionText(decision);
          return decisionText(decision.map((fact) => (fact.type === 'HoldPlaced' ? { ...fact, nodes: [] } : fact)));
        };
        expect(outcome(turned)).toBe(outcome(command.nodes));
      }),
      { numRuns: 200 },
    ));

  it('that is refused says what would pass, and that passes; the smallest bit more does not', () =>
    fc.assert(
      fc.property(histories, numbers, (history, question) => {
        const book = ready(history);
        const { nodes, payer, particulars, lines } = someAuthorize(book, new Dice(question));
        const [{ currency } = { currency: undefined }] = lines;
        if (currency === undefined) return;
        const command: Authorize = {
          type: 'authorize',
          ...(payer !== undefined && { payer }),
          ...(particulars !== undefined && { particulars }),
          nodes,
          lines: [{ currency, amount: amount(2n ** 63n - 1n) }],
          accept: 'full',
          holdForMs: 1,
        };
        const refusal = asked(book, command);
        if (!isRefusal(refusal) || refusal.wouldPass === undefined) return;
        expect(isRefusal(asked(book, { ...command, lines: refusal.wouldPass }))).toBe(false);
        const more = refusal.wouldPass.map((money) => ({ ...money, amount: amount(money.amount + 1n) }));
        expect(isRefusal(asked(book, { ...command, lines: more }))).toBe(true);
      }),
      { numRuns: 150 },
    ));
});
