/**
 * The programs that the benchmark starts: servers, a load generator, readers of files. Each is ended by its own handle, and
 * all of them when the benchmark is.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export interface Program {
  pid: number;
  /** Its standard output so far. */
  output: () => string;
  /** Resolves to its exit code; null when a signal ended it. */
  ended: Promise<number | null>;
  hasEnded: () => boolean;
  signal: (signal: NodeJS.Signals) => void;
  stop: () => Promise<void>;
  /** All it wrote, for an error message. */
  explain: () => string;
}

const STOP_TIMEOUT_MS = 12_000;

const running = new Set<Program>();

export function startProgram(command: string, args: string[]): Program {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: ownEnvironment() });
  const written = { output: '', all: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    written.output += chunk.toString();
    written.all += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => (written.all += chunk.toString()));
  let isOver = false;
  const ended = new Promise<number | null>((resolve) => {
    const end = (code: number | null): void => {
      isOver = true;
      running.delete(program);
      resolve(code);
    };
    child.once('close', end).once('error', (error) => {
      written.all += error.message;
      end(null);
    });
  });
  const program: Program = {
    pid: child.pid ?? 0,
    output: () => written.output,
    ended,
    hasEnded: () => isOver,
    signal: (signal) => void child.kill(signal),
    stop: () => stop(child, ended),
    explain: () => `${command} ${args.join(' ')}\n${written.all}`,
  };
  running.add(program);
  return program;
}

/** The benchmark is over, or interrupted. */
export async function stopAllPrograms(): Promise<void> {
  await Promise.all([...running].map((program) => program.stop()));
}

/** Nothing that is set for another davit on this machine. */
const ownEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DAVIT|CRANE)_/.test(name)));

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const late = new AbortController();
  const kill = delay(STOP_TIMEOUT_MS, undefined, { signal: late.signal }).then(
    () => child.kill('SIGKILL'),
    () => false,
  );
  await ended;
  late.abort();
  await kill;
}
