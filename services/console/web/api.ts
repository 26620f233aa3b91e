/** A request that was refused or got no answer, with the sentence that the server said of it. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

const PATIENCE_MS = 10_000;

/**
 * Asks the console.
 *
 * @throws ApiProblem (as a rejection), with code `Unreachable` when the console itself does not answer
 */
export async function getJson<Reply>(path: string, query: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    body = await response.json();
  } catch {
    throw new ApiProblem('Unreachable', 'The console does not answer.');
  }
  if (response.ok) return body as Reply;
  const { code, detail } = body as { readonly code?: string; readonly detail?: string };
  throw new ApiProblem(code ?? 'Unreachable', detail ?? `The console answered ${String(response.status)}.`);
}
