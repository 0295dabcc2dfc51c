/**
 * Asks a search service, with a limit on time and size. Failures carry the status that our own client is to see:
 * 504 too slow, 503 out of reach, 502 any answer but a 200 of bearable size. Reasons never name the URL: it may hold a key.
 */
export interface Failure {
  kind: 'failed';
  status: 502 | 503 | 504;
  reason: string;
}

export interface Limits {
  /** For the whole answer, body included. */
  timeoutMs: number;
  /** After decompression. */
  maximumBytes: number;
}

type Answer = { kind: 'answered'; body: Buffer } | Failure;

const fail = (status: Failure['status'], reason: string): Failure => ({ kind: 'failed', status, reason });

export async function fetchBody(url: string, { timeoutMs, maximumBytes }: Limits): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { status, body } = await fetch(url, { signal });
    if (status !== 200 || !body) {
      await body?.cancel();
      return fail(502, `the search service answered ${status}`);
    }
    const bytes = await readAtMost(body, maximumBytes);
    return bytes
      ? { kind: 'answered', body: bytes }
      : fail(502, `the search service sent more than ${maximumBytes} bytes`);
  } catch (error) {
    if (signal.aborted) return fail(504, `the search service did not answer within ${timeoutMs} ms`);
    return fail(503, `the search service is out of reach (${findCode(error)})`);
  }
}

async function readAtMost(body: AsyncIterable<Uint8Array>, maximumBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    // Leaving the loop cancels the stream, and with it the connection.
    if (size > maximumBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** fetch hides what the system said in `cause`; its own messages name the host. */
function findCode(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : 'no connection';
}
