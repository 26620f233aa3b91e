import type { BusRequest } from '@exchequer/bus/nest';

/** A message as the intake needs it. */
export type IncomingMessage = Pick<
  BusRequest,
  'lastToken' | 'deadlineMs' | 'header' | 'body' | 'respond' | 'respondProblem'
>;
