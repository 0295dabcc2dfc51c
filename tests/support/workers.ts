/** The built program with several workers, and ways to ask one of them: which one answers is otherwise up to the kernel. */
import http, { type Agent } from 'node:http';
import https from 'node:https';
import { startDavit, type CraneConf, type Davit } from './davit';
import { until } from './until';

export interface WorkerAnswer {
  status: number;
  body: string;
}

export interface Workers extends Davit {
  /** The log, as far as it is JSON. */
  lines: () => Record<string, unknown>[];
  /** The worker's number → its process, of those that have listened last. */
  pids: () => Map<number, number>;
  /** Asks over a connection that the worker of that number accepted, the same one as long as it lives. */
  ask: (worker: number, path: string) => Promise<WorkerAnswer>;
  /** Does something while no other worker than that one accepts connections. */
  whileAlone: <T>(worker: number, act: () => Promise<T>) => Promise<T>;
}

export async function startWorkers(count: number, { server, ...config }: CraneConf): Promise<Workers> {
  const davit = await startDavit({ config: { ...config, server: { ...server, workers: count } }, until: 'listening' });
  const lines = (): Record<string, unknown>[] =>
    davit
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const pids = (): Map<number, number> =>
    new Map(
      lines()
        .filter(({ message }) => message === 'worker listens')
        .map(({ worker, pid }) => [Number(worker), Number(pid)]),
    );
  await until('all workers listen', () => lines().some(({ message }) => message === 'started'), { timeoutMs: 60_000 });

  let turn: Promise<unknown> = Promise.resolve();
  /** A process that is stopped accepts nothing, so the one that is not takes the connection. */
  const whileAlone = <T>(worker: number, act: () => Promise<T>): Promise<T> => {
    const acting = turn.then(() => {
      const others = [...pids()].filter(([number]) => number !== worker).map(([, pid]) => pid);
      for (const other of others) process.kill(other, 'SIGSTOP');
      return act().finally(() => {
        for (const other of others) process.kill(other, 'SIGCONT');
      });
    });
    turn = acting.catch(() => undefined);
    return acting;
  };
  /** By process. */
  const connections = new Map<number, Agent>();
  const ask = async (worker: number, path: string): Promise<WorkerAnswer> => {
    const pid = pids().get(worker) ?? 0;
    const agent = connections.get(pid) ?? createAgent(davit.url);
    // Whoever connects does not answer yet: an answer may need the other workers.
    if (!connections.has(pid)) {
      await whileAlone(worker, () => send(davit.url, '/healthz', agent));
      connections.set(pid, agent);
    }
    return send(davit.url, path, agent);
  };
  const stop = async (): Promise<number | null> => {
    for (const agent of connections.values()) agent.destroy();
    return davit.stop();
  };
  return { ...davit, lines, pids, ask, whileAlone, stop };
}

const isSecure = (url: string): boolean => url.startsWith('https:');

function createAgent(url: string): Agent {
  const options = { keepAlive: true, maxSockets: 1 };
  return isSecure(url) ? new https.Agent({ ...options, rejectUnauthorized: false }) : new http.Agent(options);
}

function send(url: string, path: string, agent: Agent): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const { get } = isSecure(url) ? https : http;
    const request = get(`${url}${path}`, { agent, timeout: 30_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer to ${path}`)));
    request.on('error', reject);
  });
}
