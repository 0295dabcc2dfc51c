/** What a command may touch of the outside, and how it ends. */
export interface Io {
  environment: Record<string, string | undefined>;
  /** Writes one line to standard output. */
  print: (line: string) => void;
  /** Writes one line to standard error. */
  complain: (line: string) => void;
  isTerminal: boolean;
  version: string;
  /** From now on, an output that is full or that nobody reads ends nothing. */
  beginServing: () => void;
}

/** 0 fine, 1 the work found problems, 2 wrong usage or configuration. */
export type ExitCode = 0 | 1 | 2;
