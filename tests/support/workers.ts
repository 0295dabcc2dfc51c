/** The built program with several workers, and ways to ask one of them: which one answers is otherwise up to the kernel. */
import { Agent, get } from 'node:http';
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
  await until('all workers listen', () => lines().some(({ message }) => message === 'started'), { timeoutMs: 20_000 });

  const connections = new Map<number, Agent>();
  /** A process that is stopped accepts nothing, so the one that is not takes the connection. */
  const connect = async (pid: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const others = [...pids().values()].filter((other) => other !== pid);
    for (const other of others) process.kill(other, 'SIGSTOP');
    await send(davit.url, '/healthz', agent).finally(() => {
      for (const other of others) process.kill(other, 'SIGCONT');
    });
    connections.set(pid, agent);
  };
  let connecting = Promise.resolve();
  const ask = async (worker: number, path: string): Promise<WorkerAnswer> => {
    const pid = pids().get(worker) ?? 0;
    if (!connections.has(pid)) connecting = connecting.then(() => connect(pid));
    await connecting;
    return send(davit.url, path, connections.get(pid));
  };
  const stop = async (): Promise<number | null> => {
    for (const agent of connections.values()) agent.destroy();
    return davit.stop();
  };
  return { ...davit, lines, pids, ask, stop };
}

function send(url: string, path: string, agent: Agent | undefined): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const request = get(`${url}${path}`, { agent, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer to ${path}`)));
    request.on('error', reject);
  });
}
