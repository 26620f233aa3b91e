import type { Command, IdKind } from '@exchequer/account';
import type { Problem } from '@exchequer/contracts';
import type { z } from 'zod';
import type { Asking } from '../host/decided.js';
import type { ChargeNeeded, Replier, Reply } from '../host/work.js';
import type { PriceBook } from '@exchequer/rating';

/** What an edge needs to know to turn a body into a command. */
export interface Preparing {
  readonly account: string;
  /** Who asks. */
  readonly actor: string;
  readonly prices: PriceBook;
  /** The instant of the request's arrival: prices of that instant hold. */
  readonly at: number;
}

/** A body turned into a command, and what its reply will need. */
export interface Prepared<Asked> {
  readonly command: Command;
  readonly asked: Asked;
  /** Where the id is not that of the request. */
  readonly id?: string;
  readonly kind?: IdKind;
  readonly contentHash?: string;
  /** A charge that must be looked up before the command is complete. */
  readonly charge?: ChargeNeeded;
}

/** A price is missing; the catalogue is looked at again before the request is refused. */
export const PRICE_MISSING = Symbol('price missing');

/** A method that changes an account: parsed, prepared, decided in its turn, answered. */
export interface CommandMethod<Body extends object, Asked> {
  readonly is: 'command';
  readonly name: string;
  readonly schema: z.ZodType<Body>;
  /** The id of the command; made from the body where the sender need not choose one. */
  idOf(body: Body): string;
  /**
   * The command, a problem, or the sign that a price is missing.
   *
   * @param last true when the catalogue has just been looked at: what is missing now is unknown.
   */
  prepare(body: Body, context: Preparing, last: boolean): Prepared<Asked> | Problem | typeof PRICE_MISSING;
  readonly replier: Replier<Asked>;
  /** The question that the body asks instead of commanding, if it does. */
  asksInstead?(body: Body): QueryMethod<Body> | undefined;
}

/** A method that asks the live state, in its turn among the commands. */
export interface QueryMethod<Body extends object, Asked = Body> {
  readonly is: 'query';
  readonly name: string;
  readonly schema: z.ZodType<Body>;
  prepare(body: Body, context: Preparing, last: boolean): Asked | Problem | typeof PRICE_MISSING;
  answer(asked: Asked, glimpse: Asking): Reply;
}

export const isProblem = (value: object): value is Problem => 'code' in value && 'message' in value;
