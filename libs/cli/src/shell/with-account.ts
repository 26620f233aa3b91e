import { userInfo } from 'node:os';
import { connectExchequer, type Exchequer, type ExchequerOptions } from '@exchequer/client';
import { readSettings } from '@exchequer/platform/settings';
import { accountOf, type GlobalOptions } from './program.js';

/** A service that was started again answers within this; one that is not there should be said soon. */
const GIVE_UP_AFTER_MS = 6_000;

/** Where NATS is: `--server`, else the settings. @throws SettingsWrong */
export const serverOf = ({ server }: GlobalOptions): string =>
  readSettings({ ...process.env, ...(server !== undefined && { EXCHEQUER_NATS: server }) }).nats;

/**
 * Runs `use` with the account that the options name, and closes the connection behind it.
 *
 * @throws UsageFault, SettingsWrong, BusError, and what `use` throws.
 */
export async function withAccount<Result>(
  options: GlobalOptions,
  use: (client: Exchequer) => Promise<Result>,
  more: Partial<Omit<ExchequerOptions, 'servers'>> = {},
): Promise<Result> {
  const client = await connectExchequer({
    servers: serverOf(options),
    account: accountOf(options),
    actor: actorOf(userName()),
    ...more,
    bounds: { giveUpAfterMs: GIVE_UP_AFTER_MS, ...more.bounds },
  });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** Who asks, as the ledger will say: `cli:ada`. */
export const actorOf = (user: string): string => `cli:${user.replace(/[^A-Za-z0-9._@-]/g, '-').slice(0, 64)}`;

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the password file, as containers have it.
    return String(process.getuid?.() ?? 'unknown');
  }
}
