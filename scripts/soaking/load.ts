/**
 * Sends requests at a constant rate, whether or not the ones before have been answered: each is due at a time of its own, and
 * its latency counts from there. So a server that stands still for a second is seen by all requests of that second.
 * One in a hundred opens a connection of its own, the others keep theirs.
 */
import { Agent, request } from 'node:http';
import type { ClientRequest, OutgoingHttpHeaders } from 'node:http';
import type { Answer } from './expected';
import type { Span } from './history';
import type { Question } from './questions';

/** What became of a request. */
export interface Exchange {
  question: Question;
  span: Span;
  /** From when it was due. */
  latencyMs: number;
  /** The reason, if there is no answer. */
  answer: Answer | string;
}

export interface Load {
  /** Sends nothing more, and resolves when all is answered. */
  stop: () => Promise<LoadFacts>;
}

export interface LoadFacts {
  sent: number;
  seconds: number;
}

export interface LoadOptions {
  url: string;
  /** Requests a second. */
  rate: number;
  ask: () => Question;
  take: (exchange: Exchange) => void;
}

const CONNECTIONS = 64;
const NEW_CONNECTION_EVERY = 100;
const ANSWER_TIMEOUT_MS = 10_000;
/** More at a time would measure the memory of this process. What is due later waits, and its latency grows. */
const MOST_AT_ONCE = 5000;
const TICK_MS = 2;

export function startLoad({ url, rate, ask, take }: LoadOptions): Load {
  // In turns, so that none is idle until the server closes it in the moment of its next request.
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: 'fifo' });
  const target = new URL(url);
  const startedAtMs = performance.now();
  let sent = 0;
  let open = 0;
  let whenIdle: (() => void) | undefined;

  const send = (dueAtMs: number): void => {
    const question = ask();
    const isAlone = sent % NEW_CONNECTION_EVERY === 0;
    const sentAtMs = performance.now();
    sent++;
    open++;
    const end = (answer: Answer | string): void => {
      const answeredAtMs = performance.now();
      open--;
      take({ question, span: { sentAtMs, answeredAtMs }, latencyMs: answeredAtMs - dueAtMs, answer });
      if (open === 0) whenIdle?.();
    };
    exchange(target, question, isAlone ? false : agent, end);
  };

  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAtMs) * rate) / 1000);
    while (sent < due && open < MOST_AT_ONCE) send(startedAtMs + (sent * 1000) / rate);
  }, TICK_MS);

  return {
    stop: async () => {
      clearInterval(timer);
      const seconds = (performance.now() - startedAtMs) / 1000;
      if (open > 0) await new Promise<void>((resolve) => (whenIdle = resolve));
      agent.destroy();
      return { sent, seconds };
    },
  };
}

/** Calls `end` once. */
function exchange(
  { hostname, port }: URL,
  { method, path, headers }: Question,
  agent: Agent | false,
  end: (answer: Answer | string) => void,
): void {
  let isOver = false;
  const finish = (answer: Answer | string): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    end(answer);
  };
  const sending: ClientRequest = request({ hostname, port, method, path, headers: joinLines(headers), agent });
  const timer = setTimeout(() => sending.destroy(new Error(`no answer in ${ANSWER_TIMEOUT_MS} ms`)), ANSWER_TIMEOUT_MS);
  sending.once('error', (error) => finish(error.message));
  sending.once('response', (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => (body += text));
    response.once('error', (error) => finish(error.message));
    response.once('close', () => finish('the answer was cut off'));
    response.once('end', () => finish({ status: response.statusCode ?? 0, location: response.headers.location, body }));
  });
  sending.end();
}

/** node:http sends a line for each value of a list. */
function joinLines(headers: Question['headers']): OutgoingHttpHeaders {
  const lines: Record<string, string | string[]> = { Host: 'registry.example.com' };
  for (const [name, value] of headers) {
    const before = lines[name];
    lines[name] = before === undefined ? value : [before, value].flat();
  }
  return lines;
}
