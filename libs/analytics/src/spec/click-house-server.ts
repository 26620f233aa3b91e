import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createChdbConnection } from 'chdb/connection';
import { createClient, ClickHouseLogLevel } from '@clickhouse/client';
import { Readable } from 'node:stream';

/** What a listener does with the next request: answers, hangs up before it did anything, or after it did it. */
export type Conduct = 'answer' | 'hang-up-before' | 'hang-up-after';

/** A listener that speaks enough of ClickHouse's HTTP to run statements on the engine of this process. */
export interface ClickHouseServer {
  readonly address: string;
  /** Statements in the order in which they came. */
  readonly statements: string[];
  conduct: (statement: string) => Conduct;
  close(): Promise<void>;
}

/** Statement, rows and settings travel as a server gets them: the statement in the URL when the body has rows. */
export async function startClickHouseServer(directory: string): Promise<ClickHouseServer> {
  const connection = createChdbConnection({ path: directory }) as never;
  const engine = createClient({ connection, log: { level: ClickHouseLogLevel.OFF } });
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  const running: { statements: string[]; conduct: (statement: string) => Conduct } = {
    statements: [],
    conduct: () => 'answer',
  };
  // Parameters stay set in the engine, so one request ends before the next begins.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<string>): Promise<string> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await textOf(request);
    const inUrl = url.searchParams.get('query');
    const statement = inUrl ?? body;
    const rows = inUrl === null ? undefined : body;
    running.statements.push(statement);
    const conduct = running.conduct(statement);
    if (conduct === 'hang-up-before') {
      request.socket.destroy();
      return;
    }
    try {
      const answer = await inTurn(async () => {
        for (const [name, value] of url.searchParams)
          if (name.startsWith('param_')) await engine.command({ query: `SET ${name} = ${quoted(value)}` });
        const { stream } = await engine.exec({
          query: statement,
          ...(rows !== undefined && rows !== '' && { values: Readable.from([rows]) }),
        });
        return textOf(stream);
      });
      if (conduct === 'hang-up-after') request.socket.destroy();
      else response.writeHead(200, { 'X-ClickHouse-Summary': '{}' }).end(answer);
    } catch (fault) {
      const { code, message, type } = fault as { code?: string; message: string; type?: string };
      response.writeHead(500, { 'X-ClickHouse-Exception-Code': code ?? '0' });
      response.end(`Code: ${code ?? '0'}. DB::Exception: ${message}. (${type ?? 'UNKNOWN'}) (version 25.1)`);
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(running, {
    address: `http://127.0.0.1:${String(port)}`,
    close: async () => {
      await stop(server);
      await engine.close();
    },
  });
}

/** The text of a parameter goes on as it came: the engine reads it as a server would. */
const quoted = (text: string): string => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
