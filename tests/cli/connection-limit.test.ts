/** How many connections fit into the limit of open files. */
import { execFileSync } from 'node:child_process';
import { limitConnections, readOpenFiles } from '../../app/cli/connection-limit';
import { defaultConfig, type Overrides } from '../../app/config/config';
import { recordLog, type LogLine } from '../http/front';

const { limits } = defaultConfig().server;

function limit(openFiles: number | undefined, maxConnections: number, more: Overrides = {}): [number, LogLine[]] {
  const log: LogLine[] = [];
  const config = defaultConfig({ ...more, server: { limits: { ...limits, maxConnections } } });
  return [limitConnections(config, openFiles, recordLog(log)), log];
}

it.each([
  ['as configured, where there are plenty of files', 20_000, 10_000, 10_000],
  ['as configured, where they are just enough', 10_128, 10_000, 10_000],
  ['fewer, where they are not: some are kept for the rest', 4096, 10_000, 3968],
  ['half of the files, where there are next to none', 100, 10_000, 50],
  ['never none', 1, 10_000, 1],
  ['as configured, where nothing is said about files', undefined, 10_000, 10_000],
])('%s', (_what, openFiles, maxConnections, possible) => {
  const [found, log] = limit(openFiles, maxConnections);
  expect(found).toBe(possible);
  const message = 'fewer connections than [server] max_connections: the limit of open files is too low';
  expect(log).toEqual(
    possible === maxConnections ? [] : [{ level: 'warn', message, fields: { maxConnections, possible, openFiles } }],
  );
});

it.each([
  ['two files for a connection on which davit sends files', { isEnabled: true, usesXSendfile: false }, 448],
  ['one where Apache sends them', { isEnabled: true, usesXSendfile: true }, 896],
  ['one where nobody does', { isEnabled: false, usesXSendfile: false }, 896],
])('%s', (_what, serveContent, possible) => {
  expect(limit(1024, 10_000, { serveContent })[0]).toBe(possible);
});

it('what the system allows this process is found out', () => {
  const allowed = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }));
  expect(readOpenFiles()).toBe(allowed);
});
