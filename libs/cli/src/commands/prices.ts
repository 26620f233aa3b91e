import { basename, extname } from 'node:path';
import { newId, type Exchequer } from '@exchequer/client';
import { SUBJECTS, type PublishPricesReply } from '@exchequer/contracts';
import { importModelPrices, type ImportedPrices, type SkippedModel } from '@exchequer/rating';
import { currencyId } from '@exchequer/kernel';
import { parse } from 'lossless-json';
import { cardBodies } from '../prices/card-bodies.js';
import { countText } from '../output/money-text.js';
import { Refused, UsageFault } from '../shell/faults.js';
import { commandGroup, example, type Program } from '../shell/program.js';
import type { Shell } from '../shell/shell.js';
import { withAccount } from '../shell/with-account.js';
import { instantOf } from './arguments.js';
import { readTextFile } from './read-text-file.js';

/** `exchequer prices import`. */
export function addPrices(program: Program, shell: Shell): void {
  commandGroup(program, 'prices', 'rate cards')
    .command('import')
    .description('make a rate card of the common model price JSON and publish it, for every account')
    .argument('<file>', 'the price file')
    .option('--name <name>', "the card's name (default: that of the file)")
    .option('--currency <currency>', 'the currency of the prices', 'usd')
    .option('--from <instant>', 'from when on they hold (default: from the beginning of time)', instantOf)
    .addHelpText('after', example('exchequer prices import model-prices.json'))
    .action(async (file, _options, command) => {
      const options = command.optsWithGlobals();
      const imported = importModelPrices(await readPrices(file), {
        name: options.name ?? basename(file, extname(file)),
        currency: currencyId(options.currency),
        ...(options.from !== undefined && { effectiveFrom: Date.parse(options.from) }),
      });
      if (imported.priced === 0)
        throw new Refused('UnknownPrice', `${file} has no model that can be priced: ${firstReason(imported.skipped)}`);
      const cards = await withAccount(options, (client) => publishAll(client, imported, options.from));
      const { priced, skipped, notUnderstood, ignoredFields } = imported;
      shell.answer({ cards, priced, skipped, notUnderstood, ignoredFields }, () => importText(cards, imported));
    });
}

async function readPrices(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readTextFile(file);
  let parsed: unknown;
  try {
    // Numbers stay the texts that they are in the file: no price passes through a double.
    parsed = parse(text, undefined, { parseNumber: (digits) => digits });
  } catch (cause) {
    throw new UsageFault(`${file} is not JSON: ${cause instanceof Error ? cause.message : 'it cannot be read'}.`, {
      cause,
    });
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
    return parsed as Readonly<Record<string, unknown>>;
  throw new UsageFault(`${file} is no price file: it takes an object of models, each with its prices.`);
}

async function publishAll(
  client: Exchequer,
  { card }: ImportedPrices,
  from: string | undefined,
): Promise<readonly PublishPricesReply[]> {
  const replies: PublishPricesReply[] = [];
  for (const body of cardBodies(card, from))
    replies.push(await client.call<PublishPricesReply>(SUBJECTS.catalogue('publish'), { id: newId(), card: body }));
  return replies;
}

const firstReason = ([first]: readonly SkippedModel[]): string =>
  first === undefined ? 'it has no models at all.' : `${first.model}: ${first.reason}`;

function importText(cards: readonly PublishPricesReply[], { priced, skipped, notUnderstood }: ImportedPrices): string {
  const named = cards.map(({ card, unchanged }) => `${card}${unchanged === true ? ' (as it was)' : ''}`).join(', ');
  return [
    `${countText(priced)} models priced, on ${named}.`,
    ...(skipped.length === 0 ? [] : [`${countText(skipped.length)} models not priced:`]),
    ...skipped.map(({ model, reason }) => `  ${model}: ${reason}`),
    ...(notUnderstood.length === 0
      ? []
      : [`${countText(notUnderstood.length)} fields bear on a price and are not on the card; --json lists them.`]),
  ].join('\n');
}
