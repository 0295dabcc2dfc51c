/**
 * Requests that run all the time, on a few connections that are kept alive, for everything that was published. Every answer
 * is judged as it comes. What went wrong is kept, with the connection that it went wrong on.
 */
import { Agent, get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/until';

const CONNECTIONS = 3;
/** Between two requests on a connection: about three hundred a second in all, which leaves the machine something to do. */
const PACE_MS = 8;
/** A request without an answer for so long was dropped. */
const SILENCE_MS = 15_000;
/** For each answer, on a machine that is very busy. */
const SLOW_MS = 20;
const SCHEMA2 = 'application/vnd.docker.distribution.manifest.v2+json';

export interface Wrong {
  /** The client's port. */
  port: number;
  what: string;
}

/** Says what is asked for, and what is right: ./published, or one that excuses more. */
export interface Judge {
  readonly paths: string[];
  judge: (connection: number, path: string, answer: string, tookMs: number) => string | undefined;
  forget: (connection: number) => void;
  isLatest: (path: string, answer: string) => boolean;
}

export class SteadyRequests {
  readonly wrong: Wrong[] = [];
  answers = 0;
  /** The longest time that any request has taken. */
  slowestMs = 0;
  /** Of each connection: path → the last answer. */
  readonly #latest: Map<string, string>[];
  readonly #url: string;
  readonly #published: Judge;
  readonly #running: Promise<void>[];
  /** Connection → the client's port. */
  readonly #ports = new Map<number, number>();
  #isOn = true;
  /** Grows when what was asked so far says nothing any more. */
  #epoch = 0;

  constructor(url: string, published: Judge, connections = CONNECTIONS) {
    this.#url = url;
    this.#published = published;
    this.#latest = Array.from({ length: connections }, () => new Map<string, string>());
    this.#running = Array.from({ length: connections }, (_, connection) => this.#askOn(connection));
  }

  /** The ports of the clients' ends of the connections. */
  get ports(): number[] {
    return [...this.#ports.values()];
  }

  /** What was asked so far says nothing any more: the last versions are those asked for from now on. */
  forget(): void {
    this.#epoch++;
    for (const answers of this.#latest) answers.clear();
  }

  /** Waits until so many more have been answered. */
  async more(count: number): Promise<void> {
    const enough = this.answers + count;
    await until(`${count} more answers`, () => this.answers >= enough, { timeoutMs: 20_000 + count * SLOW_MS });
  }

  /** Resolves to the milliseconds until the last version of every path has been answered on every connection. */
  async untilLatest(timeoutMs = 30_000): Promise<number> {
    const isLate = (path: string): boolean =>
      !this.#latest.every((answers) => this.#published.isLatest(path, answers.get(path) ?? ''));
    try {
      return await until('the last versions are answered', () => !this.#published.paths.some(isLate), { timeoutMs });
    } catch (error) {
      const late = this.#published.paths.filter(isLate);
      throw new Error([...late, ...this.wrong.map(({ what }) => what)].slice(0, 20).join('\n'), { cause: error });
    }
  }

  /** Resolves to what went wrong, in words. */
  async stop(): Promise<string[]> {
    this.#isOn = false;
    await Promise.all(this.#running);
    return this.wrong.map(({ what }) => what);
  }

  async #askOn(connection: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let turn = connection; this.#isOn; turn++) {
      const { paths } = this.#published;
      const path = paths[turn % paths.length] ?? '/';
      const startedAt = performance.now();
      const epoch = this.#epoch;
      try {
        const answer = await this.#ask(connection, path, agent);
        const tookMs = performance.now() - startedAt;
        this.answers++;
        this.slowestMs = Math.max(this.slowestMs, tookMs);
        if (epoch === this.#epoch) this.#latest[connection]?.set(path, answer);
        const what = this.#published.judge(connection, path, answer, tookMs);
        if (what !== undefined) this.#note(connection, what);
      } catch (error) {
        this.#note(connection, `${path}: ${String(error)}`);
      }
      await delay(PACE_MS);
    }
    agent.destroy();
  }

  #note(connection: number, what: string): void {
    this.wrong.push({ port: this.#ports.get(connection) ?? 0, what });
  }

  #ask(connection: number, path: string, agent: Agent): Promise<string> {
    return new Promise((resolve, reject) => {
      const request = get(`${this.#url}${path}`, { agent, headers: { Accept: SCHEMA2 }, timeout: SILENCE_MS });
      request.once('socket', (socket) => this.#noteSocket(connection, socket));
      request.once('timeout', () => request.destroy(new Error('no answer')));
      request.once('error', reject);
      request.once('response', (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.once('error', reject);
        response.once('end', () => resolve(describe(response, body)));
      });
    });
  }

  #noteSocket(connection: number, socket: Socket): void {
    const note = (): void => {
      if (socket.localPort === undefined || this.#ports.get(connection) === socket.localPort) return;
      this.#published.forget(connection);
      this.#ports.set(connection, socket.localPort);
    };
    if (socket.connecting) socket.once('connect', note);
    else note();
  }
}

function describe({ statusCode, headers }: IncomingMessage, body: string): string {
  const retryAfter = headers['retry-after'];
  const status = retryAfter === undefined ? `${statusCode}` : `${statusCode} (Retry-After: ${retryAfter})`;
  return `${status} ${headers.location ?? body}`;
}
