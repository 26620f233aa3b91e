import { amount, DAY_MS, holdId, type Amount, type HoldId, type NodeId } from '@exchequer/kernel';
import { totalOf, type Bag, type Line } from '../bag.js';
import type {
  Authorize,
  Candidate,
  Capture,
  Command,
  Correct,
  Grant,
  OpenSession,
  RecordUsage,
  Transfer,
} from '../commands.js';
import { firstStanding } from '../corrections/standing.js';
import { LAYERS, type Particulars } from '../facts.js';
import type { NodeState } from '../state/node-state.js';
import type { Book } from './book.js';
import type { Dice } from './dice.js';
import { someBeyond } from './random-permission.js';
import { anyNode, changingPolicy } from './random-policy.js';
import { currency, METERS, MODELS, someAmount, TAGS, VALUES } from './random-words.js';

/** How far the clock goes on before a command: mostly not at all or a tick, now and then past all that is remembered. */
export const someTicks = (dice: Dice): number =>
  dice.once(40) ? dice.pick([35 * DAY_MS, 35 * DAY_MS - 1, DAY_MS]) : dice.pick([0, 0, 1, 0, 1, 0, 0, 2, 5]);

/** Any command that a message could bring, aimed at what is there: most of them pass, many just fail. */
export function someCommand(book: Book, dice: Dice, at: number): Command {
  switch (dice.below(40)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
      return someAuthorize(book, dice);
    case 7:
    case 8:
    case 9:
    case 10:
      return someCapture(book, dice, at);
    case 11:
    case 12:
    case 13:
      return someRecord(book, dice, at);
    case 14:
      return { type: 'void', hold: someHold(book, dice) };
    case 15:
      return { type: 'extend', hold: someHold(book, dice), holdForMs: 1 + dice.below(4) };
    case 16:
    case 17:
    case 18:
      return someGrant(book, dice, at);
    case 19:
      return someTransfer(book, dice);
    case 20:
    case 21:
    case 22:
    case 23:
    case 24:
    case 25:
      return changingPolicy(book.state, dice);
    case 26:
      return somePause(book, dice);
    case 27:
      return { type: 'resume', node: dice.pickAny(pausedNodes(book)) ?? anyNode(book.state, dice) };
    case 28:
    case 29:
    case 30:
    case 31:
    case 32:
      return someSession(book, dice);
    case 33:
      return { type: 'end-session', session: anySession(book, dice) };
    case 34:
    case 35:
    case 36:
    case 37:
      return someCorrection(book, dice);
    case 38:
      return { type: 'tell-outcome', task: dice.pick(TASKS), outcome: dice.pick(VALUES) };
    default:
      return { type: 'advance' };
  }
}

/** Calls, what they cost, what was used without them, corrections, and now and then anything else. */
export function someSpending(book: Book, dice: Dice, at: number): Command {
  switch (dice.below(12)) {
    case 0:
    case 1:
      return someAuthorize(book, dice);
    case 2:
    case 3:
    case 4:
      return someCapture(book, dice, at);
    case 5:
    case 6:
    case 7:
      return someRecord(book, dice, at);
    case 8:
    case 9:
      return someCorrection(book, dice);
    default:
      return someCommand(book, dice, at);
  }
}

/** Few at a time, so that most authorizations still pass. */
function somePause(book: Book, dice: Dice): Command {
  const [paused] = pausedNodes(book);
  if (paused !== undefined && dice.below(2) === 0) return { type: 'resume', node: paused };
  return {
    type: 'pause',
    node: anyNode(book.state, dice),
    actor: 'ada',
    ...(dice.below(2) === 1 && { reason: 'review' }),
    ...(dice.below(2) === 1 && { below: true }),
  };
}

const pausedNodes = (book: Book): readonly NodeId[] =>
  [...book.state.nodes.values()].filter((node) => node.paused !== undefined).map((node) => node.id);

export function someAuthorize(book: Book, dice: Dice): Authorize {
  const asked = someRequest(book, dice);
  const payer = asked.payer && book.state.nodes.get(asked.payer);
  return { ...asked, ...someBeyond(payer, dice), ...(dice.below(2) === 0 && someCandidates(asked, payer, dice)) };
}

/** A call for a model that the other models of its kind are offered for. */
export function someCheaperCall(book: Book, dice: Dice): Authorize {
  const asked = { ...someRequest(book, dice), particulars: { model: dice.pick(MODELS) } };
  return { ...asked, ...someCandidates(asked, asked.payer && book.state.nodes.get(asked.payer), dice) };
}

/** The same call with other models, mostly for less; now and then one that is of no kind, or the very one. */
function someCandidates({ particulars, lines }: Authorize, payer: NodeState | undefined, dice: Dice) {
  const candidates = ['tiny', ...MODELS, ...(dice.once(6) ? ['stranger'] : [])].map((model): Candidate => ({
    particulars: { ...particulars, model },
    lines: dice.once(4)
      ? someLines(dice)
      : lines.map((line) => ({ ...line, amount: amount(line.amount / dice.pick([2n, 9n])) })),
    ...(dice.once(4) && someBeyond(payer, dice)),
    ...(dice.once(4) && { market: totalOf(someLines(dice)) }),
  }));
  return { candidates };
}

function someRequest(book: Book, dice: Dice): Authorize {
  return {
    type: 'authorize',
    ...somePayer(book, dice),
    nodes: someNodes(book, dice),
    lines: someLines(dice),
    accept: dice.pick(['full', 'partial', 'partial']),
    holdForMs: dice.once(20) ? 40 * DAY_MS : 1 + dice.below(10),
    ...someParticulars(dice),
    ...someProvisional(dice),
  };
}

/** A node or none, and often a session where some are open. */
function somePayer(book: Book, dice: Dice): { payer?: NodeId } {
  const session = dice.below(3) > 0 ? dice.pickAny([...book.state.sessions.keys()]) : undefined;
  if (session !== undefined) return { payer: session };
  return dice.below(8) === 7 ? {} : { payer: anyNode(book.state, dice) };
}

const someSession = (book: Book, dice: Dice): OpenSession => ({
  type: 'open-session',
  ...somePayer(book, dice),
  nodes: someNodes(book, dice),
  lines: someLines(dice),
  accept: dice.pick(['full', 'partial', 'partial']),
  lifeForMs: dice.pick([9, 30, 3, 30, 1, 12, 40 * DAY_MS]),
  ...someParticulars(dice),
});

/** Mostly one that is open; at times one that has ended, or a node that is none. */
function anySession(book: Book, dice: Dice): NodeId {
  const opened = book.booked.flatMap(({ fact }) => (fact.type === 'SessionOpened' ? [fact.session] : []));
  const known = dice.below(3) === 2 ? opened : [...book.state.sessions.keys()];
  return dice.pickAny(known) ?? dice.pickAny(opened) ?? anyNode(book.state, dice);
}

const someNodes = (book: Book, dice: Dice): readonly NodeId[] =>
  Array.from({ length: dice.below(4) }, () => anyNode(book.state, dice));

const someLines = (dice: Dice): readonly Line[] =>
  Array.from({ length: dice.pick([1, 2, 1, 3, 0]) }, () => someLine(dice));

const someLine = (dice: Dice): Line => ({
  currency: currency(dice),
  amount: someAmount(dice, dice.pick([5, 20, 9])),
  ...(dice.below(2) === 1 && { meter: dice.pick(METERS) }),
});

const someParticulars = (dice: Dice): { particulars?: Particulars } =>
  dice.below(2) === 0
    ? {}
    : {
        particulars: {
          model: dice.pick(MODELS),
          ...(dice.once(3) && { critical: true }),
          ...(dice.below(2) === 1 && { tags: { [dice.pick(TAGS)]: dice.pick(VALUES) } }),
          ...(dice.once(3) && { taskType: dice.pick(VALUES), ...someTask(dice) }),
        },
      };

/** Mostly a task that others are done for, now and then with how it came out. */
const someTask = (dice: Dice): Pick<Particulars, 'taskId' | 'outcome'> =>
  dice.once(4) ? {} : { taskId: dice.pick(TASKS), ...(dice.once(4) && { outcome: dice.pick(VALUES) }) };

const TASKS = ['t-1', 't-2'] as const;

/** At times there is no price, and the lines are at stated prices; at times they are what is charged of an own key. */
const someProvisional = (dice: Dice): { provisional?: string; market?: Bag } => ({
  ...(dice.once(4) && { provisional: 'no card' }),
  ...(dice.once(4) && { market: totalOf(someLines(dice)) }),
});

/** Mostly one that is open; at times one that lapsed, was captured, or never was. */
function someHold(book: Book, dice: Dice): HoldId {
  if (dice.once(20)) return holdId(dice.pick(['h-zz-0', 'h-1-zzzzzzz']));
  const open = [...book.state.holds.keys()];
  const lapsed = [...book.state.lapsed.keys()];
  const placed = book.booked.flatMap(({ fact }) => (fact.type === 'HoldPlaced' ? [fact.hold] : []));
  const kind = dice.below(6);
  const known = kind === 5 ? placed : kind === 4 ? lapsed : open;
  return dice.pickAny(known) ?? dice.pickAny(placed) ?? holdId('h-zz-0');
}

function someCapture(book: Book, dice: Dice, at: number): Capture {
  const hold = someHold(book, dice);
  return { type: 'capture', hold, ...someActual(book, hold, dice, at) };
}

/** What it really cost: as it was held, a little more or less, or something else. */
function someActual(book: Book, hold: HoldId | undefined, dice: Dice, at: number) {
  const before = hold === undefined ? undefined : (book.state.holds.get(hold) ?? book.state.lapsed.get(hold));
  const near = (before?.lines ?? before?.amounts ?? []).map((line): Line => {
    const cost = line.amount + BigInt(dice.below(7)) - 3n;
    return { ...line, amount: amount(cost < 0n ? 0n : cost) };
  });
  const kind = dice.below(3);
  return {
    ...(kind === 1 && { lines: near }),
    ...(kind === 2 && { lines: someLines(dice) }),
    ...(dice.below(2) === 1 && { usedAt: at + dice.pick([0, -1, -2, -5, 1, -9, -36 * DAY_MS]) }),
    ...someParticulars(dice),
    ...someProvisional(dice),
  };
}

function someRecord(book: Book, dice: Dice, at: number): RecordUsage {
  const hold = dice.below(3) === 2 ? someHold(book, dice) : undefined;
  const actual = someActual(book, hold, dice, at);
  return {
    type: 'record',
    ...(dice.once(5) ? { payer: anySession(book, dice) } : somePayer(book, dice)),
    nodes: someNodes(book, dice),
    ...(hold !== undefined && { hold }),
    lines: someLines(dice),
    ...actual,
    ...(dice.once(8) && { unpriced: 'no card' }),
  };
}

/** Mostly of a charge; at times of something else. Mostly less, at times what it really cost. */
function someCorrection(book: Book, dice: Dice): Correct {
  const charges = dice.once(3) ? book.charges() : outlived(book);
  const place = dice.once(20) ? 0 : (dice.pickAny(charges) ?? dice.pickAny(book.charges()) ?? 0);
  const charge = book.booked[place]?.fact;
  const lines = charge?.type === 'HoldCaptured' || charge?.type === 'CreditsDrawn' ? charge.amounts : someLines(dice);
  const refund = totalOf(lines.map((line) => ({ ...line, amount: smallPart(line.amount, dice) })));
  return book.correction(place, dice.below(3) === 0 ? { lines: someLines(dice) } : { refund }, {
    ...someQuantities(dice),
    ...(dice.once(4) && { market: totalOf(someLines(dice)) }),
  });
}

/** Charges that a lot paid for which has ended since. */
const outlived = (book: Book): readonly number[] =>
  book.charges().filter((place) => {
    const fact = book.booked[place]?.fact;
    if (fact?.type !== 'HoldCaptured' && fact?.type !== 'CreditsDrawn') return false;
    return firstStanding(fact).paid.some(({ lot }) => book.state.lots.get(lot)?.ended);
  });

const smallPart = (whole: Amount, dice: Dice): Amount => amount((whole * BigInt(dice.pick([1, 2, 0, 4, 5]))) / 4n);

const someQuantities = (dice: Dice): Pick<Correct, 'particulars'> =>
  dice.once(3) ? { particulars: { card: 'list', meters: { input: dice.below(5) } } } : {};

const someGrant = (book: Book, dice: Dice, at: number): Grant => ({
  type: 'grant',
  node: anyNode(book.state, dice),
  currency: currency(dice),
  amount: someAmount(dice, 40),
  layer: dice.pick(LAYERS),
  ...(dice.below(2) === 1 && { priority: dice.below(2) }),
  ...(dice.below(2) === 1 && { paid: { currency: currency(dice), amount: someAmount(dice, 8) } }),
  ...(dice.once(3) && { startsAt: at + dice.below(3) - 1 }),
  ...(dice.below(2) === 1 && { expiresAt: at + dice.below(12) }),
});

const someTransfer = (book: Book, dice: Dice): Transfer => ({
  type: 'transfer',
  from: anyNode(book.state, dice),
  to: anyNode(book.state, dice),
  currency: currency(dice),
  amount: someAmount(dice, 12),
});
