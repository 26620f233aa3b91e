import type { StackEvent } from '../stack/stack.js';

type Told = Exclude<StackEvent, { type: 'progress' }>;

/** An event as lines for people; undefined for one that they need not read. */
export function describeEvent(event: Told): string | undefined {
  switch (event.type) {
    case 'step':
      return `${event.what} …`;
    case 'note':
      return event.text;
    case 'ready':
      return `${event.isRestart ? '  back  ' : '  ready '} ${event.name} (${seconds(event.afterMs)})`;
    case 'died':
      return `  !  ${event.name} ${event.how}; it is started again in ${seconds(event.restartInMs)}`;
    case 'stopped':
      return event.killed ? `  !  ${event.name} did not end by itself and was killed` : undefined;
    case 'up':
      return up(event);
  }
}

const DEMO_COMMANDS = [
  'npx exchequer tree',
  'npx exchequer authorize --payer project/chat --model gpt-4o-mini --input 1200 --output-max 500',
  'npx exchequer report --by model,payer',
];

/** For whoever begins with nothing. */
const FIRST_COMMANDS = [
  'npx exchequer apply policy.yaml',
  'npx exchequer prices import prices.json',
  'npx exchequer --account <account> tree',
];

const up = ({ addresses, afterMs, hasDemo }: Extract<Told, { type: 'up' }>): string =>
  [
    '',
    `Exchequer is up after ${seconds(afterMs)}.`,
    '',
    `  page  ${addresses.http}/`,
    `  HTTP  ${addresses.http}/v1  (described at ${addresses.http}/openapi.json)`,
    `  NATS  ${addresses.nats}`,
    `  data  ${addresses.data}`,
    '',
    'Try:',
    ...(hasDemo ? DEMO_COMMANDS : FIRST_COMMANDS).map((command) => `  ${command}`),
    '',
  ].join('\n');

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
