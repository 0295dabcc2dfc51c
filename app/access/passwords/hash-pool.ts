/**
 * Threads that check passwords, few and of low priority: however many logins come in, the event loop, the file system and
 * name look-ups (which share libuv's threads) do not wait for them. A thread ends when it has been idle for a while.
 */
import { join } from 'node:path';
import { Piscina } from 'piscina';
import type { HashTask } from './verify-password';

export interface HashPool {
  /** Rejects when a thread fails, and after close. */
  verify(task: HashTask): Promise<boolean>;
  close(): Promise<void>;
}

export interface HashPoolOptions {
  threads: number;
  /** Compiled verify-password.js; default: beside this file. */
  threadFile?: string;
}

const IDLE_MS = 60_000;
/** As nice(1) has it. */
const NICENESS = 10;

export function createHashPool({ threads, threadFile }: HashPoolOptions): HashPool {
  const pool = new Piscina({
    filename: threadFile ?? join(__dirname, 'verify-password.js'),
    name: 'verifyPassword',
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    niceIncrement: NICENESS,
  });
  let startFault: unknown;
  pool.on('error', (fault) => {
    // A thread that cannot start is started again and again, and what waits for it would wait for ever.
    startFault = fault;
    void pool.destroy().then(() => (startFault = undefined));
  });
  return {
    async verify(task) {
      try {
        return (await pool.run(task)) as boolean;
      } catch (error) {
        throw startFault ?? error;
      }
    },
    close: () => pool.destroy(),
  };
}
