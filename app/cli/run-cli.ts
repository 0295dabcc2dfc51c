/** The command line: which command, with which flags. */
import { Command, CommanderError } from 'commander';
import type { CheckFlags } from './check';
import type { ExplainFlags } from './explain';
import type { ExitCode, Io } from './io';
import type { ConfigFlags } from './read-config';
// Loaded later, it would miss what the primary says first.
import { runWorker } from './worker';

/** `words`: what follows the program's name. Each command is loaded when it is asked for, with the libraries that it needs. */
export async function runCli(words: string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = new Command('davit')
    .description('A read-only, redirecting front-end for container registries.')
    .version(io.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.print(text.trimEnd()),
      writeErr: (text) => io.complain(`davit: ${text.trimEnd()}`),
    });
  const configFlag = ['--config <file>', 'crane.conf; default: $CRANE_CONFIG_PATH, then /etc/crane.conf'] as const;
  const dataDirFlag = ['--data-dir <directory>', 'directory of redirect files'] as const;

  program
    .command('serve')
    .description('serve the published repositories')
    .option(...configFlag)
    .option(...dataDirFlag)
    .option('--listen <host:port>', 'where to listen; default: 127.0.0.1:5000')
    .option('--workers <number>', 'how many processes answer; default: 1')
    .action(async (flags: ConfigFlags) => {
      const { serve } = await import('./serve.js');
      exitCode = await serve(flags, io);
    });
  program
    .command('index')
    .description('keep the index in Redis current, without serving')
    .option(...configFlag)
    .option(...dataDirFlag)
    .option('--listen <host:port>', 'where to answer /healthz, /readyz and /metrics; default: nowhere')
    .action(async (flags: ConfigFlags) => {
      const { keepIndex } = await import('./index-command.js');
      exitCode = await keepIndex(flags, io);
    });
  program.command('worker', { hidden: true }).action(async () => {
    exitCode = await runWorker(io);
  });
  program
    .command('check')
    .description('validate redirect files, one line a problem')
    .argument('[path...]', 'files or directories; default: the configured data_dir')
    .option(...configFlag)
    .option(...dataDirFlag)
    .option('--json', 'print JSON')
    .action(async (paths: string[], flags: CheckFlags) => {
      const { check } = await import('./check.js');
      exitCode = await check(paths, flags, io);
    });
  program
    .command('explain')
    .description('print what would be answered, and by which rule')
    .argument('<method>')
    .argument('<path>', 'for example /v2/demo/hello/manifests/latest')
    .option(...configFlag)
    .option(...dataDirFlag)
    .option('--accept <media types>', 'Accept header; may be given several times', collect)
    .option('--user-agent <text>', 'User-Agent header, for example docker/1.9.1')
    .option('--user <name>', 'the user who asks; default: nobody has logged in')
    .option('--json', 'print JSON')
    .action(async (method: string, path: string, flags: ExplainFlags) => {
      const { explain } = await import('./explain.js');
      exitCode = await explain(method, path, flags, io);
    });
  for (const command of program.commands) command.copyInheritedSettings(program);

  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return exitCode;
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];
