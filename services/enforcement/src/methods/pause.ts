import type { Pause, Resume } from '@exchequer/account';
import { pauseSchema, resumeSchema, type PauseBody, type PauseReply, type ResumeBody } from '@exchequer/contracts';
import { nodeId } from '@exchequer/kernel';
import { formatPosition } from '@exchequer/replica';
import { refusalReply } from '../edge/refusal-reply.js';
import { instant } from '../edge/wire.js';
import type { Accepted } from '../host/decided.js';
import type { CommandMethod } from './method.js';

/** Stops new work at a node, in the name of who asks. */
export const pauseMethod: CommandMethod<PauseBody, Pause> = {
  is: 'command',
  name: 'pause',
  schema: pauseSchema,
  idOf: (body) => body.id,
  prepare: (body, { actor }) => {
    const command: Pause = {
      type: 'pause',
      node: nodeId(body.node),
      actor,
      ...(body.reason !== undefined && { reason: body.reason }),
      ...(body.below === true && { below: true }),
    };
    return { command, asked: command };
  },
  replier: { accepted: pauseReply, refused: ({ refusal }) => refusalReply(refusal) },
};

/** Lets work go on at a node. */
export const resumeMethod: CommandMethod<ResumeBody, Resume> = {
  is: 'command',
  name: 'resume',
  schema: resumeSchema,
  idOf: (body) => body.id,
  prepare: (body) => {
    const command: Resume = { type: 'resume', node: nodeId(body.node) };
    return { command, asked: command };
  },
  replier: { accepted: pauseReply, refused: ({ refusal }) => refusalReply(refusal) },
};

function pauseReply(decided: Accepted, { type, node }: Pause | Resume): PauseReply {
  return {
    node,
    outcome: type === 'pause' ? 'paused' : 'resumed',
    nodes: decided.facts.filter((fact) => fact.type === 'NodePaused' || fact.type === 'NodeResumed').length,
    decidedAt: instant(decided.decidedAt),
    position: formatPosition(decided.account, decided.first),
    ...(decided.repeated && { repeated: true }),
  };
}
