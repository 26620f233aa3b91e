import { execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import pg from 'pg';
import { Missing, type Contender } from '../bench.js';
import { measure, type Load } from '../measure.js';
import { findProgram } from './find-program.js';
import { freePort } from './free-port.js';
import { startServer } from './server-process.js';

const CONNECTIONS = 16;

const SCHEMA = `
CREATE TABLE level (name text PRIMARY KEY, depth int NOT NULL, ceiling bigint NOT NULL, used bigint NOT NULL, held bigint NOT NULL);
CREATE TABLE lot (level text PRIMARY KEY REFERENCES level, available bigint NOT NULL);
CREATE TABLE hold (id text PRIMARY KEY, amount bigint NOT NULL, taken jsonb NOT NULL, expires_at timestamptz NOT NULL);
INSERT INTO level SELECT name, depth, 100000000000000, 0, 0
  FROM unnest(ARRAY['user/ada', 'project/chat', 'team/research', 'org']) WITH ORDINALITY AS chain(name, depth);
INSERT INTO lot VALUES ('team/research', 100000000000000), ('org', 100000000000000);

CREATE FUNCTION authorize_call(call_id text, chain text[], asked bigint, hold_for interval) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  one record;
  rest bigint := asked;
  part bigint;
  parts jsonb := '{}';
BEGIN
  SELECT taken INTO parts FROM hold WHERE id = call_id;
  IF FOUND THEN RETURN 'allowed'; END IF;
  parts := '{}';
  FOR one IN SELECT * FROM level WHERE name = ANY (chain) ORDER BY depth DESC FOR UPDATE LOOP
    IF one.ceiling - one.used - one.held < asked THEN RETURN 'denied by ' || one.name; END IF;
  END LOOP;
  FOR one IN SELECT lot.* FROM lot JOIN level ON level.name = lot.level WHERE lot.level = ANY (chain) ORDER BY level.depth LOOP
    part := least(one.available, rest);
    IF part > 0 THEN
      UPDATE lot SET available = available - part WHERE lot.level = one.level;
      parts := parts || jsonb_build_object(one.level, part);
      rest := rest - part;
    END IF;
  END LOOP;
  IF rest > 0 THEN RAISE EXCEPTION 'insufficient credits'; END IF;
  UPDATE level SET held = held + asked WHERE name = ANY (chain);
  INSERT INTO hold VALUES (call_id, asked, parts, now() + hold_for);
  RETURN 'allowed';
END $$;
`;

const CHAIN = ['user/ada', 'project/chat', 'team/research', 'org'];

/** PostgreSQL refuses to run as root: there it runs as the user that Debian makes for it. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch (cause) {
    throw new Missing('PostgreSQL does not run as root, and there is no user postgres', { cause });
  }
}

/** A PostgreSQL server with its usual durability, and one function that locks the rows of the chain from the root down. */
export async function startPostgres(directory: string, load: Load): Promise<Contender> {
  const initdb = findProgram('initdb', 'postgresql');
  const program = findProgram('postgres', 'postgresql');
  const user = serverUser();
  await mkdir(directory, { recursive: true });
  if (user !== undefined) {
    chownSync(dirname(directory), user.uid, user.gid);
    chownSync(directory, user.uid, user.gid);
  }
  const options = { cwd: directory, ...user };
  execFileSync(initdb, ['-D', directory, '-U', 'bench', '-A', 'trust', '--no-sync'], { ...options, stdio: 'ignore' });
  const port = await freePort();
  const connection = { host: '127.0.0.1', port, user: 'bench', database: 'postgres' };
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: CONNECTIONS + 4,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${String(value)}`]);
  const server = await startServer(program, ['-D', directory, ...args], options, async () => {
    const client = new pg.Client(connection);
    await client.connect();
    await client.end();
  });
  const pool = new pg.Pool({ ...connection, max: Math.min(CONNECTIONS, load.inFlight) });
  pool.on('error', () => undefined);
  await pool.query(SCHEMA);
  let next = 0;
  const authorize = async (): Promise<void> => {
    const values = [`p-${(next++).toString(36)}`, CHAIN, '480000', '10 minutes'];
    const { rows } = await pool.query<{ said: string }>({
      name: 'authorize',
      text: 'SELECT authorize_call($1, $2, $3, $4) AS said',
      values,
    });
    if (rows[0]?.said !== 'allowed') throw new Error(`the function said ${String(rows[0]?.said)}`);
  };
  return {
    round: () => measure(load, authorize),
    stop: async () => {
      await pool.end();
      await server.stop();
    },
  };
}
