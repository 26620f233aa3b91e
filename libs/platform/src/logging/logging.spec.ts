import { describe, expect, it } from '@jest/globals';
import type { LogLevel } from '../settings/settings.js';
import { createLogger, type Logger } from './create-logger.js';
import { NestLogger } from './nest-logger.js';
import { plainLog } from './plain-log.js';

/** What the logger wrote, parsed. */
function logged(level: LogLevel, say: (logger: Logger) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  say(createLogger({ service: 'meter', instance: 'm-1', level, destination }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log of a service', () => {
  it('has one JSON object a line that says who, when and how serious', () => {
    const [line] = logged('info', (logger) => {
      logger.warn({ account: 'acme' }, 'usage without a price');
    });
    expect(line).toMatchObject({
      level: 'warn',
      service: 'meter',
      instance: 'm-1',
      account: 'acme',
      msg: 'usage without a price',
    });
    expect(new Date(String(line!['time'])).toISOString()).toBe(line!['time']);
  });

  it('leaves out what is below its level', () => {
    const lines = logged('warn', (logger) => {
      logger.info('no');
      logger.error('yes');
    });
    expect(lines.map(({ msg }) => msg)).toEqual(['yes']);
    expect(logged('silent', (logger) => logger.fatal('no'))).toEqual([]);
  });

  it('keeps secrets out, wherever they stand', () => {
    const secret = 'hunter2';
    const text = JSON.stringify(
      logged('info', (logger) => {
        logger.info({ authorization: `Bearer ${secret}`, request: { headers: { authorization: secret } } }, 'a');
        logger.info({ password: secret, user: { token: secret } }, 'b');
        logger.info({ nats: `nats://ada:${secret}@host:4222` }, `tried nats://ada:${secret}@host:4222`);
        logger.error({ err: new Error(`refused: Basic ${secret}`) }, 'c');
      }),
    );
    expect(text).not.toContain(secret);
    expect(text).toContain('nats://***@host:4222');
  });
});

describe("Nest's log", () => {
  const nest = (say: (logger: NestLogger) => void) => logged('info', (logger) => say(new NestLogger(logger)));

  it('goes into the log of the service with its context', () => {
    const lines = nest((logger) => {
      logger.log('policy applied', 'PolicyService');
      logger.warn('slow', 'PolicyService');
      logger.error('broken', 'Error: broken\n    at x', 'PolicyService');
    });
    expect(lines).toMatchObject([
      { level: 'info', msg: 'policy applied', context: 'PolicyService' },
      { level: 'warn', msg: 'slow', context: 'PolicyService' },
      { level: 'error', msg: 'broken', context: 'PolicyService', stack: 'Error: broken\n    at x' },
    ]);
  });

  it('shows an error with its kind, message and stack', () => {
    const [line] = nest((logger) => {
      logger.error(new TypeError('no account'), 'RpcExceptionsHandler');
    });
    expect(line).toMatchObject({
      level: 'error',
      msg: 'no account',
      context: 'RpcExceptionsHandler',
      err: { type: 'TypeError', message: 'no account', stack: expect.stringContaining('TypeError: no account') },
    });
  });

  it('is quiet about its own wiring', () => {
    expect(
      nest((logger) => {
        logger.log('AppModule dependencies initialized', 'InstanceLoader');
      }),
    ).toEqual([]);
  });
});

describe('the log of a part that does not know the logger', () => {
  it('has the sentence, what belongs to it, and what was thrown with its message', () => {
    const lines = logged('info', (logger) => {
      plainLog(logger).warn('the ledger does not answer', { account: 'acme', error: new Error('the disk is full') });
      plainLog(logger).error('the account is gone');
    });
    expect(lines).toMatchObject([
      {
        level: 'warn',
        msg: 'the ledger does not answer',
        account: 'acme',
        err: { message: 'the disk is full', stack: expect.stringContaining('the disk is full') },
      },
      { level: 'error', msg: 'the account is gone' },
    ]);
  });
});
